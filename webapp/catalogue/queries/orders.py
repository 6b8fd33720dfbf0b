"""The orders a visitor can ask for, over the trims in memory."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from webapp.catalogue.vocabulary import RANGE_CYCLES, UNLAUNCHED
from webapp.filtering.rows import Held, Rows

Key = npt.NDArray[Any]

_FIGURES: Final = {
    "price": "price_wan",
    "-price": "price_wan",
    "dealer_price": "dealer_price_wan",
    "accel": "accel_0_100_s",
    "fuel": "fuel_l_100km",
    "-power": "power_kw",
    "-length": "length_mm",
    "-launch": "launch",
}
"""The column of each order by one; a minus begins with the highest."""


def order_of(rows: Rows, sort: str | None) -> npt.NDArray[np.intp]:
    """The places of all rows: by the order asked for, then what is launched and sells, the
    newer, the cheaper; the id makes it total. Unknown comes last."""
    keys = [*_asked(rows, sort), *_sales(rows), rows.ids]
    return np.lexsort(keys[::-1])


def _asked(rows: Rows, sort: str | None) -> list[Key]:
    if sort == "-range":
        return [_cycle_first(rows), _down(rows["range_km"])]
    column = _FIGURES.get(sort or "")
    if column is None:
        return []
    return [(_down if str(sort).startswith("-") else _up)(rows[column])]


def _sales(rows: Rows) -> list[Key]:
    # What cannot be bought yet comes last.
    unlaunched = rows["status"].equal([UNLAUNCHED])
    sales, year = _down(rows["sales_recent"]), _down(rows["model_year"])
    return [unlaunched, sales, year, _up(rows["price_wan"])]


def _cycle_first(rows: Rows) -> Key:
    """The usual test cycle, then each of the others, a range without one, and none at all."""
    place = np.full(len(rows.ids), len(RANGE_CYCLES))
    for number, cycle in enumerate(RANGE_CYCLES):
        place[rows["range_cycle"].equal([cycle])] = number
    place[~rows["range_km"].known] = len(RANGE_CYCLES) + 1
    return place


def _up(held: Held) -> Key:
    return np.where(held.known, held.values, np.inf)


def _down(held: Held) -> Key:
    return np.where(held.known, -held.values, np.inf)
