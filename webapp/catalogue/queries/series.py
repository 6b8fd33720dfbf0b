"""One series: its head, its trims and its sales."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, islice
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from webapp.catalogue.models import Brand, Maker, Sales, Series, Source, Trim
from webapp.catalogue.naming import with_brand
from webapp.catalogue.queries.listing import TrimRow, trim_rows
from webapp.catalogue.vocabulary import SALES_CONFIDENCE_LABELS
from webapp.extensions import db


class SeriesHead(NamedTuple):
    id: int
    name: str
    brand: str
    origin: str | None
    maker: str | None
    body: str | None
    size: str | None
    energies: str
    status: str | None
    price_min_fen: int | None
    price_max_fen: int | None
    aliases: str

    @property
    def branded_name(self) -> str:
        return with_brand(self.brand, self.name)


class MonthlySales(NamedTuple):
    period: str
    units: int


@dataclass(frozen=True)
class SalesHistory:
    """Months of one scope, oldest first; months without a figure are not in it."""

    scope: str
    sources: list[str]
    months: list[MonthlySales]


class SalesFigure(NamedTuple):
    scope: str
    period: str
    units: int
    source: str


def series_head(series_id: int) -> SeriesHead | None:
    row = db.session.execute(
        select(
            Series.id,
            Series.name,
            Brand.name,
            Brand.origin,
            Maker.name,
            Series.body,
            Series.size,
            Series.energies,
            Series.status,
            Series.price_min_fen,
            Series.price_max_fen,
            Series.aliases,
        )
        .join(Brand, Series.brand_id == Brand.id)
        .outerjoin(Maker, Series.maker_id == Maker.id)
        .where(Series.id == series_id)
    ).first()
    return SeriesHead._make(row) if row else None


def series_trims(series_id: int) -> list[TrimRow]:
    """All trims of a series, newest year first, then by price."""
    return trim_rows(Trim.series_id == series_id)


def trims_beside(trim_id: int) -> list[TrimRow]:
    """All trims of the series of this one, itself included, as `series_trims`; none where it does
    not exist. One statement."""
    own = aliased(Trim)
    series = select(own.series_id).where(own.id == trim_id).scalar_subquery()
    return trim_rows(Trim.series_id == series)


def sales_history(series_id: int, *, scope: str = "retail") -> SalesHistory | None:
    rows = db.session.execute(
        select(Sales.period, Sales.units, Source.name, Sales.confidence)
        .join(Source, Sales.source_id == Source.id)
        .where(Sales.series_id == series_id, Sales.scope == scope)
        .order_by(Sales.period)
    ).all()
    if not rows:
        return None
    months = [MonthlySales(row.period, row.units) for row in rows]
    return SalesHistory(scope, sorted({_counted_by(*row[2:]) for row in rows}), months)


def _counted_by(source: str, confidence: str) -> str:
    """The source in words, with what is not known of it."""
    if confidence == "listed":
        return source
    return f"{source}（{SALES_CONFIDENCE_LABELS[confidence]}）"


def latest_sales(series_id: int, *, months: int = 3) -> list[SalesFigure]:
    """The newest months of each scope, newest first, each with who counted. One statement."""
    rows = db.session.execute(
        select(Sales.scope, Sales.period, Sales.units, Source.name, Sales.confidence)
        .join(Source, Sales.source_id == Source.id)
        .where(Sales.series_id == series_id)
        .order_by(Sales.scope, Sales.period.desc())
    )
    figures = [SalesFigure(*row[:3], _counted_by(*row[3:])) for row in rows]
    by_scope = groupby(figures, key=lambda figure: figure.scope)
    return [figure for _, newest in by_scope for figure in islice(newest, months)]
