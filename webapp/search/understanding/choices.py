"""Conditions on fields with named values: energy, body, brand, features and the like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from webapp.catalogue.filters import Condition
from webapp.search.understanding.clauses import Tokens, is_filler
from webapp.search.understanding.fields import FIELDS
from webapp.search.understanding.findings import Finding
from webapp.search.understanding.named import Named
from webapp.search.understanding.polarity import Group, kind_of
from webapp.search.understanding.vocabulary import Choice

_SIZES: Final = FIELDS["size"].choices


@dataclass(frozen=True)
class Said:
    """Values of one field said at one place, wanted or not; `used` are the tokens."""

    field: str
    values: tuple[str, ...]
    wanted: bool
    used: tuple[int, ...]
    group: int
    soft: bool = False
    """Only welcome: 有天窗更好."""


def said_values(tokens: Tokens, groups: Sequence[Group], names: Iterable[Named]) -> list[Said]:
    """Everything said about choice fields; what is left open is not."""
    by_index = {name.index: name for name in names}
    found: list[Said] = []
    for number, group in enumerate(groups):
        if group.polarity == "open" or _names_both_poles(tokens, group):
            continue
        if group.polarity == "conceded" and not _widens(tokens, group, groups):
            continue
        wanted, soft = group.polarity != "no", group.polarity == "welcome"
        listed = _is_list(tokens, group)
        for index in group.members:
            used = (*group.marks, index)
            place = number if listed else -1 - index
            word = tokens[index].word
            if index in by_index:
                name = by_index[index]
                field = "series" if name.kind == "series" else "brand"
                found.append(Said(field, name.texts, wanted, used, place, soft))
            elif word and word.choice:
                said = _choice(tokens, index, word.choice, wanted, used, place)
                found.append(replace(said, soft=soft))
    return _with_sizes_between(tokens, found)


def _is_list(tokens: Tokens, group: Group) -> bool:
    """Whether values stand side by side as alternatives: 绿牌的插混 is one thing."""
    inside = tokens[group.members[0] : group.members[-1] + 1]
    linked = any(token.has("and") or token.has("or") for token in inside)
    return bool(group.marks) or linked or all(kind_of(token) for token in inside)


def _names_both_poles(tokens: Tokens, group: Group) -> bool:
    """油车电车都行 leaves every energy open."""
    words = [tokens[index].word for index in group.members]
    said = {value for word in words if word and word.choice for value in word.choice.values}
    either = any(tokens[mark].has("indifferent") for mark in group.marks) or any(
        token.has("either") for token in tokens[group.members[-1] + 1 : group.members[-1] + 3]
    )
    return either and {"ICE", "BEV"} <= said


def _widens(tokens: Tokens, group: Group, groups: Sequence[Group]) -> bool:
    """Whether what is conceded is beside something wanted of its kind: 轿车，SUV也行."""
    kind = kind_of(tokens[group.members[0]])
    return any(
        other.polarity == "yes" and kind_of(tokens[other.members[0]]) == kind for other in groups
    )


def _choice(
    tokens: Tokens, index: int, choice: Choice, wanted: bool, used: tuple[int, ...], number: int
) -> Said:
    values = choice.values
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if choice.field == "size" and following and following.bound:
        at = _SIZES.index(values[0])
        if following.bound.operator in (">=", "<="):
            values = _SIZES[at:] if following.bound.operator == ">=" else _SIZES[: at + 1]
        used = (*used, index + 1)
    return Said(choice.field, values, wanted != choice.negative, used, number)


def _with_sizes_between(tokens: Tokens, found: list[Said]) -> list[Said]:
    """A级到C级: the levels between belong to it."""
    for one, other in pairwise(found):
        if one.field != "size" or other.field != "size" or one.wanted != other.wanted:
            continue
        first, second = one.used[-1], other.used[-1]
        between = tokens[first + 1 : second]
        if any(token.word and token.word.text in ("到", "至") for token in between) and all(
            is_filler(token) for token in between
        ):
            low, high = sorted((_SIZES.index(one.values[0]), _SIZES.index(other.values[0])))
            values = tuple(_SIZES[low : high + 1])
            joined = Said("size", values, one.wanted, (*one.used, *other.used), one.group)
            return [said for said in found if said not in (one, other)] + [joined]
    return found


def choice_findings(said: Iterable[Said]) -> list[Finding]:
    """One finding for each; `merged` makes conditions of those on one field."""
    return [
        Finding(
            Condition(one.field, "in" if one.wanted else "not in", one.values),
            tuple(sorted(set(one.used))),
            inferred=one.soft,
            group=one.group,
            wanted=one.wanted,
        )
        for one in said
    ]
