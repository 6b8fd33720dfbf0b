"""From everything found in a sentence to the conditions that hold together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from webapp.catalogue.filters import Condition
from webapp.filtering import Scalar
from webapp.search.understanding.fields import FIELDS
from webapp.search.understanding.findings import Finding

_TWO_VALUED: Final = {"gearbox": ("自动", "手动"), "drive": ("前驱", "后驱", "四驱")}
"""Fields where wanting one value says all: 要四驱不要两驱."""

_EXACT: Final = ("==", "in")
_RARE: Final = frozenset({"FCEV"})


class Overruled(NamedTuple):
    """A bound that counts for nothing because of another on the same field."""

    finding: Finding
    by: Condition


def merged(
    explicit: Sequence[Finding], hinted: Iterable[Finding]
) -> tuple[list[Finding], list[Overruled]]:
    """One finding a condition, in the order of the sentence; explicit ones before hints. Beside
    them what was overruled."""
    overruled: list[Overruled] = []
    fields = dict.fromkeys(finding.condition.field for finding in explicit)
    found: list[Finding] = []
    for field in fields:
        own = [finding for finding in explicit if finding.condition.field == field]
        kind = FIELDS[field].kind
        if kind == "number":
            kept, lost = _numbers(own)
            found += kept
            overruled += lost
        elif kind == "features":
            found += _features(own)
        else:
            found += _choices(field, own)
    found.sort(key=lambda finding: finding.used)
    return found + _not_overridden(hinted, explicit), overruled


def _numbers(own: list[Finding]) -> tuple[list[Finding], list[Overruled]]:
    """What was bounded counts before what was only named, of two bounds the tighter."""
    every = own
    if any(finding.firm for finding in own):
        own = [finding for finding in own if finding.firm]
    exact = [finding for finding in own if finding.condition.operator in _EXACT]
    if len(exact) > 1:
        values = tuple(dict.fromkeys(v for one in exact for v in one.condition.values))
        others = [finding for finding in own if finding.condition.operator not in _EXACT]
        own = [*others, _joined(exact, "in", values)]
    by_operator: dict[str, Finding] = {}
    for finding in own:
        operator = finding.condition.operator
        before = by_operator.get(operator)
        by_operator[operator] = finding if before is None else _tighter(before, finding)
    kept = list(by_operator.values())
    used = {index for one in kept for index in one.used}
    return kept, [
        Overruled(one, kept[-1].condition)
        for one in every
        if not used.issuperset(one.used) and kept
    ]


def _tighter(one: Finding, other: Finding) -> Finding:
    """Of 20万以内 and 15万以内 the latter; of 15万左右 and 最多18万 what was said as a bound."""
    operator = one.condition.operator
    if operator not in (">=", "<=") or one.bound != other.bound:
        return other if other.bound or operator not in (">=", "<=") else one
    first, second = (float(finding.condition.values[0]) for finding in (one, other))
    return one if (first > second) == (operator == ">=") and first != second else other


def _features(own: list[Finding]) -> list[Finding]:
    """One condition a feature that is wanted, one for all that are not."""
    found: dict[str, Finding] = {}
    for finding in own:
        if finding.wanted:
            found.setdefault(str(finding.condition.values[0]), finding)
    unwanted = [finding for finding in own if not finding.wanted]
    return [*found.values(), *([_of_values("not in", unwanted)] if unwanted else [])]


def _choices(field: str, own: list[Finding]) -> list[Finding]:
    said = {(one.group, one.wanted, one.condition.values) for one in own}
    # 国产合资都行: a value and everything but it, side by side.
    own = [one for one in own if (one.group, not one.wanted, one.condition.values) not in said]
    wanted = _not_narrowed([one for one in own if one.wanted])
    unwanted = [finding for finding in own if not finding.wanted]
    found = []
    if wanted:
        both = _of_values("in", wanted)
        if not _is_every(field, both.condition.values):
            found.append(both)
    if unwanted and not (wanted and field in _TWO_VALUED):
        found.append(_of_values("not in", unwanted))
    return found


def _not_narrowed(wanted: list[Finding]) -> list[Finding]:
    """Without what is said more closely elsewhere, and not beside it: 能上绿牌的插混 is the latter,
    混动、增程都行 is both."""
    groups: dict[frozenset[Scalar], set[int]] = {}
    for one in wanted:
        groups.setdefault(frozenset(one.condition.values), set()).add(one.group)
    return [
        one
        for one in wanted
        if not any(
            values < frozenset(one.condition.values) and said_in - {one.group}
            for values, said_in in groups.items()
        )
    ]


def _is_every(field: str, values: tuple[float | int | str, ...]) -> bool:
    """Whether nothing is left out but what nobody asks for."""
    choices = set(FIELDS[field].choices) - _RARE
    return len(choices) > 1 and choices <= set(values)


def _of_values(operator: str, findings: list[Finding]) -> Finding:
    values = tuple(dict.fromkeys(v for one in findings for v in one.condition.values))
    order = FIELDS[findings[0].condition.field].choices
    if order:
        values = tuple(sorted(values, key=lambda value: order.index(str(value))))
    return _joined(findings, operator, values)


def _joined(
    findings: list[Finding], operator: str, values: tuple[float | int | str, ...]
) -> Finding:
    field = findings[0].condition.field
    used = tuple(sorted({index for finding in findings for index in finding.used}))
    single = {"in": "==", "not in": "!="}[operator]
    if len(values) == 1 and field != "features":
        condition = Condition(field, single, values[0])
    else:
        condition = Condition(field, operator, values)
    return Finding(condition, used, wanted=findings[0].wanted)


def _not_overridden(hinted: Iterable[Finding], explicit: Sequence[Finding]) -> list[Finding]:
    """Hints on fields nothing explicit is said about, each once; of both ends of a range both."""
    said = {_key(finding.condition) for finding in explicit}
    found: dict[object, Finding] = {}
    for finding in hinted:
        key = _key(finding.condition)
        ends = {(key, ">="), (key, "<=")} - {(key, finding.condition.operator)}
        other = next((found[end] for end in ends if end in found), None)
        if key not in said and (other is None or other.used == finding.used):
            found.setdefault((key, finding.condition.operator), finding)
    return list(found.values())


def _key(condition: Condition) -> object:
    return condition.values if condition.field == "features" else condition.field
