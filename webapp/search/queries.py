"""Reads of all names at once, for what is compiled once per catalogue version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log10
from typing import Any, Final, NamedTuple

from sqlalchemy import Float, cast, func, select

from webapp import clock
from webapp.catalogue.models import Brand, Maker, PageViews, Series, Trim
from webapp.catalogue.queries.facts import FACT_COLUMNS, TrimFacts
from webapp.extensions import db
from webapp.search.models import Alias, Synonym
from webapp.search.understanding.lexicon import CarFacts

_FEN_A_WAN: Final = 1_000_000
VIEWED_DAYS: Final = 30
"""Page views of so many days decide what is popular."""


class BrandRow(NamedTuple):
    """`aliases` has spaces between."""

    name: str
    pinyin: str
    aliases: str


class SeriesRow(NamedTuple):
    """A series with what its weight and its line in a list come from.

    `energies` are codes with spaces between, `units` those of the newest retail month known,
    `newest` the newest model year.
    """

    id: int
    brand: str
    maker: str | None
    name: str
    pinyin: str
    aliases: str
    energies: str
    price_min_fen: int | None
    price_max_fen: int | None
    units: int | None
    trims: int
    newest: int | None


class AliasRow(NamedTuple):
    kind: str
    name: str
    alias: str
    members: str


@dataclass(frozen=True)
class CarRow(TrimFacts):
    """A trim with what the search index holds of it; `views` of the last 30 days, of the trim
    and its series."""

    features: int
    features_known: int
    series: str
    brand: str
    origin: str | None
    maker: str | None
    sales: int | None
    views: int


def brand_rows() -> list[BrandRow]:
    """Every brand that has a series."""
    statement = (
        select(Brand.name, Brand.pinyin, Brand.aliases)
        .where(Brand.id.in_(select(Series.brand_id)))
        .order_by(Brand.id)
    )
    return [BrandRow._make(row) for row in db.session.execute(statement)]


def series_rows() -> list[SeriesRow]:
    trims = (
        select(
            Trim.series_id,
            func.count().label("trims"),
            func.max(Trim.model_year).label("newest"),
        )
        .group_by(Trim.series_id)
        .subquery()
    )
    statement = (
        select(
            Series.id,
            Brand.name,
            Maker.name,
            Series.name,
            Series.pinyin,
            Series.aliases,
            Series.energies,
            Series.price_min_fen,
            Series.price_max_fen,
            Series.sales_recent,
            func.coalesce(trims.c.trims, 0),
            trims.c.newest,
        )
        .select_from(Series)
        .join(Brand, Series.brand_id == Brand.id)
        .outerjoin(Maker, Series.maker_id == Maker.id)
        .outerjoin(trims, trims.c.series_id == Series.id)
        .order_by(Series.id)
    )
    return [SeriesRow._make(row) for row in db.session.execute(statement)]


def alias_rows() -> list[AliasRow]:
    statement = select(Alias.kind, Alias.name, Alias.alias, Alias.members).order_by(Alias.id)
    return [AliasRow._make(row) for row in db.session.execute(statement)]


def aliases_like(
    words: str, *, edited: bool, limit: int, offset: int
) -> tuple[Sequence[Alias], int]:
    """Rows whose alias or name holds `words`, edited ones first, and how many there are."""
    wanted = select(Alias)
    if words:
        wanted = wanted.where(
            Alias.alias.contains(words, autoescape=True)
            | Alias.name.contains(words, autoescape=True)
        )
    if edited:
        wanted = wanted.where(Alias.origin == "edited")
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = wanted.order_by(Alias.origin, Alias.kind, Alias.name, Alias.id)
    return db.session.scalars(rows.limit(limit).offset(offset)).all(), total


def synonyms() -> Sequence[Synonym]:
    """Every synonym, by its word."""
    return db.session.scalars(select(Synonym).order_by(Synonym.word)).all()


def recent_views(*, days: int = VIEWED_DAYS) -> Counter[tuple[str, int]]:
    """Page views by ("trims" or "series", id)."""
    since = clock.today_in_china() - timedelta(days=days)
    statement = (
        select(PageViews.kind, PageViews.subject_id, func.sum(PageViews.views))
        .where(PageViews.day > since)
        .group_by(PageViews.kind, PageViews.subject_id)
    )
    return Counter({(kind, id): int(n) for kind, id, n in db.session.execute(statement)})


class Viewed(NamedTuple):
    """How often a trim is viewed, rounded as in the index, and what decides between equals."""

    id: int
    views: int
    ties: tuple[float, ...]


def views_of(trim_ids: Sequence[int]) -> list[Viewed]:
    """Of those that exist, in one statement."""
    last = float("inf")
    since = clock.today_in_china() - timedelta(days=VIEWED_DAYS)
    its = (PageViews.kind == "trims") & (PageViews.subject_id == Trim.id)
    of_its_series = (PageViews.kind == "series") & (PageViews.subject_id == Trim.series_id)
    views = (
        select(func.coalesce(func.sum(PageViews.views), 0))
        .where(PageViews.day > since, its | of_its_series)
        .correlate(Trim)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Trim.id, views, Series.sales_recent, Trim.model_year, Trim.price_fen)
        .join(Series, Trim.series_id == Series.id)
        .where(Trim.id.in_(trim_ids))
    )
    return [
        Viewed(
            number,
            two_digits(int(viewed)),
            (
                last if sales is None else -sales,
                last if year is None else -year,
                last if price is None else price,
                number,
            ),
        )
        for number, viewed, sales, year, price in rows
    ]


def two_digits(count: int) -> int:
    """The count rounded down, so that a visitor more does not mean a document to write again."""
    step: int = 10 ** max(0, int(log10(count)) - 1) if count else 1
    return count // step * step


def trim_count() -> int:
    """How many documents a complete index has."""
    return db.session.scalar(select(func.count()).select_from(Trim)) or 0


def car_rows() -> list[CarRow]:
    """Every trim, by id. Two statements."""
    statement = (
        select(
            *FACT_COLUMNS,
            Trim.features,
            Trim.features_known,
            Series.name,
            Brand.name,
            Brand.origin,
            Maker.name,
            Series.sales_recent,
        )
        .join(Series, Trim.series_id == Series.id)
        .join(Brand, Series.brand_id == Brand.id)
        .outerjoin(Maker, Series.maker_id == Maker.id)
        .order_by(Trim.id)
    )
    views = recent_views()
    found = []
    for row in db.session.execute(statement):
        columns: list[Any] = [*row, views["trims", row.id] + views["series", row.series_id]]
        found.append(CarRow(*columns))
    return found


def car_facts() -> dict[str, CarFacts]:
    """What each series measures: the mean of its trims, and the ends of its prices."""
    columns = (
        Trim.length_mm,
        Trim.wheelbase_mm,
        Trim.range_km,
        Trim.fuel_l_100km,
        Trim.accel_0_100_s,
    )
    statement = (
        select(
            Series.name,
            *(cast(func.avg(column), Float) for column in columns),
            Series.price_min_fen,
            Series.price_max_fen,
        )
        .join(Trim, Trim.series_id == Series.id)
        .group_by(Series.id, Series.name, Series.price_min_fen, Series.price_max_fen)
    )
    return {
        name: CarFacts(length, wheelbase, distance, fuel, seconds, _wan(low), _wan(high))
        for name, length, wheelbase, distance, fuel, seconds, low, high in db.session.execute(
            statement
        )
    }


def _wan(fen: int | None) -> float | None:
    return None if fen is None else fen / _FEN_A_WAN
