"""The orders a visitor can ask for, as SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case

from webapp.catalogue.models import Series, Trim
from webapp.catalogue.vocabulary import UNLAUNCHED


def in_order_of(sort: str | None) -> tuple[ColumnElement[Any], ...]:
    """The order asked for, then what is launched and sells, the cheaper; `id` makes it total."""
    orders: dict[str, ColumnElement[Any]] = {
        "price": Trim.price_fen.asc().nulls_last(),
        "-price": Trim.price_fen.desc().nulls_last(),
        "-range": Trim.range_km.desc().nulls_last(),
        "accel": Trim.accel_0_100_s.asc().nulls_last(),
        "fuel": Trim.fuel_l_100km.asc().nulls_last(),
        "-power": Trim.power_kw.desc().nulls_last(),
        "-length": Trim.length_mm.desc().nulls_last(),
        "-launch": Trim.launch.desc().nulls_last(),
        "dealer_price": Trim.dealer_price_fen.asc().nulls_last(),
    }
    sales: tuple[ColumnElement[Any], ...] = (
        # What cannot be bought yet comes last.
        case((Trim.status == UNLAUNCHED, 1), else_=0),
        Series.sales_recent.desc().nulls_last(),
        Trim.model_year.desc().nulls_last(),
        Trim.price_fen.asc().nulls_last(),
        Trim.id.asc(),
    )
    return (orders[sort], *sales) if sort in orders else sales
