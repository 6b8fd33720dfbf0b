"""The orders a visitor can ask for, as SQL."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, case

from webapp.catalogue.models import Series, Trim
from webapp.catalogue.vocabulary import RANGE_CYCLES, UNLAUNCHED

_SALES: Final[tuple[ColumnElement[Any], ...]] = (
    # What cannot be bought yet comes last.
    case((Trim.status == UNLAUNCHED, 1), else_=0),
    Series.sales_recent.desc().nulls_last(),
    Trim.model_year.desc().nulls_last(),
    Trim.price_fen.asc().nulls_last(),
    Trim.id.asc(),
)


def in_order_of(sort: str | None) -> tuple[ColumnElement[Any], ...]:
    """The order asked for, then what is launched and sells, the cheaper; `id` makes it total."""
    if sort == "-range":
        return (_cycle_first(), Trim.range_km.desc().nulls_last(), *_SALES)
    orders: dict[str, ColumnElement[Any]] = {
        "price": Trim.price_fen.asc().nulls_last(),
        "-price": Trim.price_fen.desc().nulls_last(),
        "accel": Trim.accel_0_100_s.asc().nulls_last(),
        "fuel": Trim.fuel_l_100km.asc().nulls_last(),
        "-power": Trim.power_kw.desc().nulls_last(),
        "-length": Trim.length_mm.desc().nulls_last(),
        "-launch": Trim.launch.desc().nulls_last(),
        "dealer_price": Trim.dealer_price_fen.asc().nulls_last(),
    }
    return (orders[sort], *_SALES) if sort in orders else _SALES


def _cycle_first() -> ColumnElement[int]:
    """The usual test cycle, then each of the others, a range without one, and none at all."""
    places = {cycle: place for place, cycle in enumerate(RANGE_CYCLES)}
    known = case(places, value=Trim.range_cycle, else_=len(places))
    return case((Trim.range_km.is_(None), len(places) + 1), else_=known)
