"""Trims whose values can hardly be true together, and what was explained of them."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from webapp.catalogue.filters.sql import FEN_PER_WAN
from webapp.catalogue.models import Brand, ExplainedDoubt, Parameter, Series, Trim, Value
from webapp.catalogue.naming import with_brand
from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.reading.plausible import KEYS, Car, Doubt, doubts_of
from webapp.extensions import db

_LEAST_PRICES: Final = 3
"""Fewer prices than this make no usual price of a series."""


_TRIMS: Final = (
    select(
        Trim.id,
        Trim.key,
        Trim.name,
        Trim.model_year,
        Trim.series_id,
        Trim.energy,
        Trim.body,
        Trim.seats,
        Trim.power_kw,
        Trim.price_fen,
        Series.name.label("series"),
        Brand.name.label("brand"),
    )
    .join(Series, Trim.series_id == Series.id)
    .join(Brand, Series.brand_id == Brand.id)
    .order_by(Series.id, Trim.id)
)


class Doubted(NamedTuple):
    """`reason` says why it is right; None while nobody has explained it."""

    trim_id: int
    key: str
    name: str
    doubt: Doubt
    reason: str | None


def doubted() -> list[Doubted]:
    """Every doubt about the catalogue, by series and trim. Three statements."""
    values = _values()
    explained = {(row.trim_id, row.rule): row for row in db.session.scalars(select(ExplainedDoubt))}
    trims = db.session.execute(_TRIMS).all()
    usual = _usual_prices(trims)
    found = []
    for trim in trims:
        car = Car(
            energy=trim.energy,
            body=trim.body,
            seats=trim.seats,
            power_kw=trim.power_kw,
            values=values[trim.id],
            usual_price=usual.get(trim.series_id),
        )
        for doubt in doubts_of(car):
            known = explained.get((trim.id, doubt.rule))
            reason = known.reason if known and known.said == doubt.said else None
            found.append(Doubted(trim.id, trim.key, _name(trim), doubt, reason))
    return found


def _name(trim: Any) -> str:
    year = f"{trim.model_year}款 " if trim.model_year else ""
    return f"{with_brand(trim.brand, trim.series)} {year}{trim.name}"


def _values() -> dict[int, dict[str, Cell]]:
    values: dict[int, dict[str, Cell]] = defaultdict(dict)
    rows = db.session.execute(
        select(Value.trim_id, Parameter.key, Value.number, Value.text, Value.fitted)
        .join(Parameter, Parameter.id == Value.parameter_id)
        .where(Value.superseded_at.is_(None), Parameter.key.in_(KEYS))
    )
    for trim_id, key, number, text, fitted in rows:
        values[trim_id][key] = Cell(number, text, fitted)
    return values


def _usual_prices(trims: Sequence[Any]) -> dict[int, float]:
    """Median price of each series in 万元."""
    prices: dict[int, list[int]] = defaultdict(list)
    for trim in trims:
        if trim.price_fen is not None:
            prices[trim.series_id].append(trim.price_fen)
    return {
        series_id: statistics.median(known) / FEN_PER_WAN
        for series_id, known in prices.items()
        if len(known) >= _LEAST_PRICES
    }
