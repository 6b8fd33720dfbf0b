"""What the home page and the caches want to know of the catalogue as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select

from webapp.catalogue.filters.sql import FEN_PER_WAN
from webapp.catalogue.models import (
    Brand,
    CatalogueChange,
    CatalogueVersion,
    Sales,
    Series,
    Source,
    Trim,
)
from webapp.catalogue.queries.listing import TrimRow, trim_rows
from webapp.extensions import db


@dataclass(frozen=True)
class Overview:
    """Counts of trims by choice, and totals."""

    brands: int
    series: int
    trims: int
    by_energy: dict[str, int]
    by_body: dict[str, int]
    by_price: list[tuple[float | None, float | None, int]]
    """(at least, below, trims) in 万元; None is an open end."""


class BestSeller(NamedTuple):
    series_id: int
    series: str
    brand: str
    energies: str
    units: int


class BestSellers(NamedTuple):
    """Retail sales of one month; `source` says who counted."""

    period: str
    source: str
    rows: list[BestSeller]


NEW_DAYS: Final = timedelta(days=60)
PRICE_STEPS: tuple[float, ...] = (8, 12, 15, 20, 30, 50)


def catalogue_changes(since: int) -> dict[str, int]:
    """What changed after that version: each subject with the version of its last change."""
    change = CatalogueChange
    rows = db.session.execute(select(change.subject, change.number).where(change.number > since))
    return {row.subject: row.number for row in rows}


def catalogue_changed_at() -> datetime | None:
    return db.session.scalar(select(CatalogueVersion.changed_at))


def overview() -> Overview:
    """Three statements."""
    # By the connection: of thousands of rows without entities the session would copy each.
    statement = select(Trim.energy, Trim.body, Trim.price_fen)
    rows = db.session.connection().execute(statement).all()
    ends: tuple[float | None, ...] = (None, *PRICE_STEPS, None)
    spans = [
        (low, high, sum(1 for _, _, fen in rows if _within(fen, low, high)))
        for low, high in pairwise(ends)
    ]
    return Overview(
        brands=_count(Series.brand_id),
        series=_count(Series.id),
        trims=len(rows),
        by_energy=_tally(row[0] for row in rows),
        by_body=_tally(row[1] for row in rows),
        by_price=spans,
    )


def best_sellers(*, limit: int = 10) -> BestSellers | None:
    """The series sold most in the newest retail month that covers `limit` series,
    or as many as any month does.
    """
    months = db.session.execute(
        select(Sales.period, func.count())
        .where(Sales.scope == "retail")
        .group_by(Sales.period)
        .order_by(Sales.period.desc())
    ).all()
    if not months:
        return None
    enough = min(limit, max(count for _, count in months))
    newest = next(period for period, count in months if count >= enough)
    rows = db.session.execute(
        select(
            Sales.period,
            Source.name,
            Series.id,
            Series.name,
            Brand.name,
            Series.energies,
            Sales.units,
        )
        .join(Series, Sales.series_id == Series.id)
        .join(Brand, Series.brand_id == Brand.id)
        .join(Source, Sales.source_id == Source.id)
        .where(Sales.scope == "retail", Sales.period == newest)
        .order_by(Sales.units.desc(), Series.id)
        .limit(limit)
    ).all()
    return BestSellers(rows[0][0], rows[0][1], [BestSeller._make(row[2:]) for row in rows])


def new_trims(*, today: date, limit: int = 6) -> list[TrimRow]:
    """One trim, the cheapest, of each of the series launched last, in the last `NEW_DAYS`."""
    first = today - NEW_DAYS
    newest = (
        select(Trim.series_id, func.max(Trim.launch).label("launch"))
        .where(Trim.launch.between(f"{first:%Y-%m}", f"{today:%Y-%m}"))
        .group_by(Trim.series_id)
        .order_by(func.max(Trim.launch).desc(), Trim.series_id)
        .limit(limit)
        .subquery()
    )
    joined = select(Trim.id).join(
        newest, (Trim.series_id == newest.c.series_id) & (Trim.launch == newest.c.launch)
    )
    rows = trim_rows(Trim.id.in_(joined))
    cheapest: dict[int, TrimRow] = {}
    for row in sorted(rows, key=lambda r: (r.price_fen is None, r.price_fen, r.id)):
        cheapest.setdefault(row.series_id, row)
    return sorted(cheapest.values(), key=lambda r: (r.launch or "", r.id), reverse=True)


def _within(fen: int | None, low: float | None, high: float | None) -> bool:
    if fen is None:
        return False
    return (low is None or fen >= low * FEN_PER_WAN) and (high is None or fen < high * FEN_PER_WAN)


def _tally(values: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    return counts


def _count(column: Any) -> int:
    return db.session.scalar(select(func.count(column.distinct()))) or 0
