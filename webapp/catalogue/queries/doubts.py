"""Trims whose values can hardly be true together, and what was explained of them."""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import Final, NamedTuple

from sqlalchemy import select

from webapp.catalogue.filters.sql import FEN_PER_WAN
from webapp.catalogue.models import Brand, ExplainedDoubt, Parameter, Series, Trim, Value
from webapp.catalogue.naming import with_brand
from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.reading.plausible import KEYS, Car, Doubt, doubts_of
from webapp.extensions import db

_LEAST_PRICES: Final = 3
"""Fewer prices than this make no usual price of a series."""


class Doubted(NamedTuple):
    """`reason` says why it is right; None while nobody has explained it."""

    trim_id: int
    key: str
    name: str
    doubt: Doubt
    reason: str | None


def doubted() -> list[Doubted]:
    """Every doubt about the catalogue, by series and trim. Four statements."""
    values = _values()
    explained = {(row.trim_id, row.rule): row for row in db.session.scalars(select(ExplainedDoubt))}
    rows = db.session.execute(
        select(Trim, Series.name, Brand.name)
        .join(Series, Trim.series_id == Series.id)
        .join(Brand, Series.brand_id == Brand.id)
        .order_by(Series.id, Trim.id)
    ).all()
    usual = _usual_prices([trim for trim, _, _ in rows])
    found = []
    for trim, series, brand in rows:
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
            name = f"{with_brand(brand, series)} {trim.title}"
            found.append(Doubted(trim.id, trim.key, name, doubt, reason))
    return found


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


def _usual_prices(trims: list[Trim]) -> dict[int, float]:
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
