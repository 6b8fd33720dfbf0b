"""Values side by side, and whether they are wanted, refused, left open or only welcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from webapp.search.understanding.clauses import Tokens, is_filler
from webapp.search.understanding.negation import Phrase, Scopes, scopes
from webapp.search.understanding.tokens import Token

Polarity = Literal["yes", "no", "open", "conceded", "welcome"]


@dataclass(frozen=True)
class Group:
    """Values of one kind side by side: 特斯拉、小鹏; 前驱后驱; 自动还是手动.

    `marks` are the tokens that decided the polarity; they belong to the span of a condition.
    """

    members: tuple[int, ...]
    polarity: Polarity
    marks: tuple[int, ...] = ()


def kind_of(token: Token) -> str:
    """What a value belongs to: its field, `name` for brands and series, empty for no value."""
    if token.names:
        return "name"
    return token.word.choice.field if token.word and token.word.choice else ""


def scoped(tokens: Tokens) -> Scopes:
    """What every negation and every word that leaves open is about."""
    phrases = _phrases(tokens)
    found = scopes(tokens, phrases)
    for one, other in pairwise(phrases):
        if (
            _may_follow(tokens, other)
            and _linked(tokens, one, other)
            and not found.judges(other[0])
        ):
            # 除了日系和比亚迪; 不要四驱和七座; 不要日系，以及韩系.
            for said in (found.refused, found.opened):
                if one[0] in said:
                    said[other[0]] = said[one[0]]
    return found


def _may_follow(tokens: Tokens, phrase: Phrase) -> bool:
    """Whether a negation can go on with it: a value, or a number that is one."""
    return bool(kind_of(tokens[phrase[0]])) or any(_is_counted(tokens[i]) for i in phrase)


def _linked(tokens: Tokens, one: Phrase, other: Phrase) -> bool:
    """Whether only 和 or 、 stands between two phrases."""
    between = tokens[one[-1] + 1 : other[0]]
    links = [token for token in between if token.has("and") or token.has("or")]
    return bool(links) and all(
        is_filler(token) or token in links or token.ends_clause for token in between
    )


def _is_counted(token: Token) -> bool:
    unit = token.amount.unit if token.amount else None
    return unit is not None and unit.kind in ("seats", "model_year", "cylinders")


def groups(tokens: Tokens, scope: Scopes) -> list[Group]:
    """All values of a sentence in groups with their polarity, in order."""
    found: list[Group] = []
    for members in _value_groups(tokens):
        group = _judged(members, scope)
        found += _cut_at_blank(tokens, group)
    return found


def _cut_at_blank(tokens: Tokens, group: Group) -> list[Group]:
    """不要suv 旅行车有哪些: a negation reaches to the blank, unless all is set apart by blanks."""
    if group.polarity != "no" or tokens[group.members[0]].spaced:
        return [group]
    apart = next((n for n, i in enumerate(group.members) if n and tokens[i].spaced), None)
    if apart is None:
        return [group]
    return [replace(group, members=group.members[:apart]), Group(group.members[apart:], "yes")]


def _value_groups(tokens: Tokens) -> list[Phrase]:
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        if not kind_of(tokens[at]):
            at += 1
            continue
        found.append(_members(tokens, at))
        at = found[-1][-1] + 1
    return found


def _phrases(tokens: Tokens) -> list[Phrase]:
    """Everything a negation may be about, in order."""
    found = {group[0]: group for group in _value_groups(tokens)}
    inside = {index for group in found.values() for index in group}
    for index, token in enumerate(tokens):
        if index in inside:
            continue
        if token.amount:
            phrase = _with_bound(tokens, index)
            if phrase:
                inside.update(phrase)
                found[phrase[0]] = phrase
        elif _is_noun(token):
            found[index] = (index,)
    return [found[first] for first in sorted(found)]


def _with_bound(tokens: Tokens, index: int) -> Phrase:
    """An amount from the bound and the measuring word before it to the bound behind it; empty
    for one that cannot be refused: 不要手动七八万的."""
    first = index
    while first and (word := tokens[first - 1].word) and (word.before or word.measure):
        first -= 1
    bound = index + 1 < len(tokens) and tokens[index + 1].bound is not None
    amount = tokens[index].amount
    counted = _is_counted(tokens[index])
    priced = amount is not None and (amount.unit is None or amount.unit.kind == "yuan")
    if priced and not (bound or first < index or counted):
        return ()
    return tuple(range(first, index + 1 + bound))


def _is_noun(token: Token) -> bool:
    if token.kind == "unknown":
        return True
    word = token.word
    if word is None or "not" in word.roles:
        return False
    return bool(word.hints or word.wish or word.measure or word.parameter)


def _members(tokens: Tokens, first: int) -> tuple[int, ...]:
    """The group that starts at `first`; connectors and 的 may stand between."""
    kind, members = kind_of(tokens[first]), [first]
    at = first + 1
    while at < len(tokens):
        token = tokens[at]
        if kind_of(token) == kind:
            members.append(at)
        elif not (token.has("and") or token.has("or") or _is_particle(token)):
            break
        at += 1
    return tuple(members)


def _is_particle(token: Token) -> bool:
    return token.word is not None and token.word.text in ("的", "车", "品牌", "系", "款", "版")


def _judged(members: Phrase, scope: Scopes) -> Group:
    head = members[0]
    if head in scope.insisted:
        return Group(members, "yes", scope.insisted[head])
    if head in scope.conceded:
        return Group(members, "conceded", scope.conceded[head])
    if head in scope.indifferent:
        marks = scope.indifferent[head]
        return Group(members, "yes" if len(members) > 1 else "open", marks)
    if head in scope.opened:
        return Group(members, "open", scope.opened[head])
    if head in scope.refused:
        return Group(members, "no", scope.refused[head])
    if head in scope.welcome:
        return Group(members, "welcome", scope.welcome[head])
    return Group(members, "yes")
