"""In which lists a changed trim may be seen, by the subjects under which changes are told.

A list counts two kinds of trims: those that satisfy all its conditions, of which everything is
counted and shown, and those that fail in one field, which count as alternatives by their values of
the fields it has conditions on. So it is another page where a trim that satisfies its conditions
changed, before or after, and where a value of such a field changed of any trim. The former is told
by one value of the trim alone: of the conditions of a list the narrowest one names the values that
its trims have. A list without such a condition follows every change of what is listed
(`subjects.LISTS`), and all follow which trims there are (`subjects.TRIMS`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any, Final

from webapp.catalogue import subjects
from webapp.catalogue.filters import Condition
from webapp.catalogue.filters.sql import FEN_PER_WAN

CHOSEN: Final = ("series", "brand", "size", "body", "energy")
"""Fields by whose value changes are told, the narrowest first."""
_BANDS: Final = tuple(wan * FEN_PER_WAN for wan in (5, 8, 10, 12, 15, 18, 20, 25, 30, 40, 50, 80))
"""Where bands of prices begin; the first one begins at nothing."""
_LONGEST: Final = 80
"""Characters of a subject; names that begin alike for so long are told as one."""
_FIELDS: Final = {
    "price_fen": "price_wan",
    "dealer_price_fen": "dealer_price_wan",
    "features_known": "features",
}
"""The field that a column is of, where it has another name."""


def of_change(
    before: Mapping[str, Any], after: Mapping[str, Any], *, series: str, brand: str
) -> set[str]:
    """What a change of a trim tells; `before` and `after` are its columns, `after` at least those
    that changed. Nothing where none did."""
    changed = {name for name, value in after.items() if before[name] != value}
    if not changed:
        return set()
    told = {subjects.LISTS, *(_value_of(_FIELDS.get(name, name)) for name in changed)}
    named = {"series": series, "brand": brand}
    for state in (before, {**before, **after, **named}):
        told |= {_in(name, state[name]) for name in CHOSEN if state.get(name) is not None}
        if (fen := state["price_fen"]) is not None:
            told.add(_in("price", _band(fen)))
    return told


def of_list(conditions: Iterable[Condition]) -> set[str]:
    """What a change of makes a list with these conditions another one, as far as it is not what
    its rows show."""
    asked = list(conditions)
    narrow = _narrowest(asked)
    if narrow is None:
        return {subjects.TRIMS, subjects.LISTS}
    return {subjects.TRIMS, *(_value_of(condition.field) for condition in asked), *narrow}


def _narrowest(asked: list[Condition]) -> set[str] | None:
    """Of one of the conditions the values that it lets through; None where none names any."""
    for name in CHOSEN[:2]:
        if chosen := _chosen(name, asked):
            return chosen
    prices = [one for one in asked if one.field == "price_wan"]
    least = [_fen(one) for one in prices if one.operator in (">=", "==")]
    most = [_fen(one) for one in prices if one.operator in ("<=", "==")]
    if most:
        low, high = max(least, default=0), min(most)
        return {_in("price", band) for band in range(_band(low), _band(high) + 1)}
    return next((found for name in CHOSEN[2:] if (found := _chosen(name, asked))), None)


def _chosen(name: str, asked: list[Condition]) -> set[str] | None:
    for condition in asked:
        if condition.field == name and condition.operator in ("==", "in"):
            return {_in(name, value) for value in condition.values}
    return None


def _fen(condition: Condition) -> int:
    return round(float(condition.values[0]) * FEN_PER_WAN)


def _band(fen: int) -> int:
    return bisect_right(_BANDS, fen)


def _in(name: str, value: object) -> str:
    return f"in:{name}={value}"[:_LONGEST]


def _value_of(field: str) -> str:
    return f"value:{field}"
