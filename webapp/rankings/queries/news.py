"""New cars and lower prices as the entries of a ranking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from webapp.catalogue.models import Parameter, Source, Trim, Value
from webapp.catalogue.vocabulary import UNLAUNCHED
from webapp.extensions import db
from webapp.formatting import month, number
from webapp.rankings import periods
from webapp.rankings.lists import Entry
from webapp.rankings.methods import band_of
from webapp.rankings.queries.cars import cars
from webapp.rankings.queries.figures import PRICE, best_of_each

MONTHS: Final = 24
"""So far back new cars and lower prices are listed."""


class _Price(NamedTuple):
    wan: float
    captured: str
    source: str


def due(name: str, today: date) -> list[str]:
    this = f"{today:%Y-%m}"
    first = periods.back(this, MONTHS)
    if name == "new":
        months = set(db.session.scalars(select(Trim.launch).distinct()))
    else:
        months = {now.captured for _, _, now in _drops()}
    return sorted((m for m in months if m and first < m <= this), reverse=True)


def entries(name: str, period: str) -> list[Entry]:
    return _new(period) if name == "new" else _dropped(period)


def _new(period: str) -> list[Entry]:
    """The cheapest version of each series that was launched in a month."""
    known = cars()
    rows = db.session.execute(
        select(Trim, Value.number, Source.name, Value.captured)
        .join(Value, Value.trim_id == Trim.id)
        .join(Parameter, Value.parameter_id == Parameter.id)
        .join(Source, Value.source_id == Source.id)
        .where(
            Trim.launch == period,
            Trim.status != UNLAUNCHED,
            Parameter.key == PRICE,
            Value.superseded_at.is_(None),
            Value.number > 0,
        )
        .order_by(Trim.id)
    ).all()
    counts: dict[int, int] = defaultdict(int)
    for trim, *_ in rows:
        counts[trim.series_id] += 1
    found = [
        Entry(
            key=f"series:{trim.series_id}",
            name=known[trim.series_id].name,
            value=price,
            sources=(f"{source}（{month(captured)}）",),
            detail=f"{counts[trim.series_id]} 款新车型",
            kind=replace(known[trim.series_id].kind, price=band_of(trim.price_fen)),
            series_id=trim.series_id,
            trim_id=trim.id,
            brand=known[trim.series_id].brand,
        )
        for trim, price, source, captured in rows
        if price is not None
    ]
    return list(best_of_each(found, high_first=False))


def _dropped(period: str) -> list[Entry]:
    known = cars()
    drops = {trim_id: (was, now) for trim_id, was, now in _drops() if now.captured == period}
    trims = db.session.scalars(select(Trim).where(Trim.id.in_(drops)).order_by(Trim.id))
    found = []
    for trim in trims:
        was, now = drops[trim.id]
        car = known[trim.series_id]
        found.append(
            Entry(
                key=f"series:{car.id}",
                name=car.name,
                value=round(was.wan - now.wan, 4),
                sources=tuple(
                    dict.fromkeys(f"{one.source}（{month(one.captured)}）" for one in (was, now))
                ),
                detail=trim.title,
                kind=replace(car.kind, price=band_of(trim.price_fen)),
                parts=(("原价", f"{number(was.wan)} 万"), ("现价", f"{number(now.wan)} 万")),
                series_id=car.id,
                trim_id=trim.id,
                brand=car.brand,
            )
        )
    return list(best_of_each(found, high_first=True))


def _drops() -> Iterator[tuple[int, _Price, _Price]]:
    """Trims whose guide price of one month is lower than that of the month known before."""
    price = select(Parameter.id).where(Parameter.key == PRICE).scalar_subquery()
    older = aliased(Value)
    superseded = exists().where(
        older.parameter_id == price, older.superseded_at.is_not(None), older.trim_id == Trim.id
    )
    rows = db.session.execute(
        select(Value.trim_id, Value.number, Value.captured, Source.name)
        .join(Source, Value.source_id == Source.id)
        .join(Trim, Value.trim_id == Trim.id)
        .where(Value.parameter_id == price, Value.number > 0, superseded)
        .order_by(Value.trim_id, Value.captured, Value.id)
    )
    last: dict[int, dict[str, _Price]] = defaultdict(dict)
    for trim_id, wan, captured, source in rows:
        assert wan is not None
        last[trim_id][captured] = _Price(wan, captured, source)
    for trim_id, by_month in last.items():
        for was, now in pairwise(by_month.values()):
            if now.wan < was.wan:
                yield trim_id, was, now
