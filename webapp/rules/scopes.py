"""Whether a scope holds for a car, and whether two scopes can hold for the same one."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Final, Literal

from webapp.rules.records import MEASURED, Scope, Term, Vehicle

Verdict = Literal["yes", "no", "unknown"]

_COMPARES: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
_ORDER: Final = ("<", "<=", "=", ">=", ">")
_STRICTER: Final = "WLTC"
"""The cycle on which an electric range comes out no longer than on any other but EPA's."""
_CERTAIN: Final = 2.0
"""So many times the line on CLTC or NEDC reach it on WLTC: of the plug-ins with both figures none
comes out below two thirds."""


def choices(scope: Scope) -> frozenset[str]:
    """The values an `in` allows."""
    return frozenset(scope.value.split("|"))


def verdict(scopes: Sequence[Scope], vehicle: Vehicle) -> Verdict:
    """“no” where one of them fails, “unknown” where one cannot be told."""
    found = [_verdict(scope, vehicle) for scope in scopes]
    if "no" in found:
        return "no"
    return "unknown" if "unknown" in found else "yes"


def measured(term: Term) -> tuple[Scope, ...]:
    return tuple(scope for scope in term.scopes if scope.field in MEASURED)


def plain(term: Term) -> tuple[Scope, ...]:
    """The scopes that need no test cycle."""
    return tuple(scope for scope in term.scopes if scope.field not in MEASURED)


def _verdict(scope: Scope, vehicle: Vehicle) -> Verdict:
    if scope.field in MEASURED:
        return _measured(scope, vehicle)
    value = getattr(vehicle, scope.field)
    if value is None:
        return "unknown"
    if scope.operator == "in":
        return "yes" if str(value) in choices(scope) else "no"
    return "yes" if _COMPARES[scope.operator](value, float(scope.value)) else "no"


def _measured(scope: Scope, vehicle: Vehicle) -> Verdict:
    """A figure of another cycle decides only where it cannot be otherwise: a range too short on
    CLTC or NEDC is shorter still on WLTC, and one of twice the line reaches it."""
    compares, bound = _COMPARES[scope.operator], float(scope.value)
    own = vehicle.ranges.get(scope.cycle or "")
    if own is not None:
        return "yes" if compares(own, bound) else "no"
    if scope.cycle == _STRICTER and scope.operator in (">=", ">"):
        longer = [km for cycle, km in vehicle.ranges.items() if cycle in ("CLTC", "NEDC")]
        if any(not compares(km, bound) for km in longer):
            return "no"
        if any(km >= _CERTAIN * bound for km in longer):
            return "yes"
    return "unknown"


def disjoint(one: Sequence[Scope], other: Sequence[Scope]) -> bool:
    """Whether no car can be in both."""
    return any(
        _apart(mine, theirs)
        for mine in one
        for theirs in other
        if (mine.field, mine.cycle) == (theirs.field, theirs.cycle)
    )


def _apart(one: Scope, other: Scope) -> bool:
    if one.operator == other.operator == "in":
        return not choices(one) & choices(other)
    if "in" in (one.operator, other.operator):
        return False
    low, high = sorted((one, other), key=_place)
    if low.operator not in ("<", "<=", "=") or high.operator not in ("=", ">=", ">"):
        return False
    return _bound(low) < _bound(high) or bool({"<", ">"} & {low.operator, high.operator})


def _place(scope: Scope) -> tuple[float, int]:
    return _bound(scope), _ORDER.index(scope.operator)


def _bound(scope: Scope) -> float:
    return float(scope.value)
