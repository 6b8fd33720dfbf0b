"""Reads of all names at once, for what is compiled once per catalogue version."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from webapp.cars.models import Brand, Maker, Series, Trim
from webapp.extensions import db
from webapp.search.models import Alias


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
            Series.id, Brand.name, Maker.name, Series.name, Series.pinyin, Series.aliases,
            Series.energies, Series.price_min_fen, Series.price_max_fen, Series.sales_recent,
            func.coalesce(trims.c.trims, 0), trims.c.newest,
        )
        .select_from(Series)
        .join(Brand, Series.brand_id == Brand.id)
        .outerjoin(Maker, Series.maker_id == Maker.id)
        .outerjoin(trims, trims.c.series_id == Series.id)
        .order_by(Series.id)
    )  # fmt: skip
    return [SeriesRow._make(row) for row in db.session.execute(statement)]


def alias_rows() -> list[AliasRow]:
    statement = select(Alias.kind, Alias.name, Alias.alias, Alias.members).order_by(Alias.id)
    return [AliasRow._make(row) for row in db.session.execute(statement)]
