"""Names: the brand tree, near names for a mistyped one, and what the sitemap lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from sqlalchemy import func, select

from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.models import Brand, Series, Trim
from webapp.catalogue.queries.listing import all_of
from webapp.catalogue.queries.rows import over_trims
from webapp.extensions import db
from webapp.filtering.counting import Facet

NEAR: Final = 0.5
"""Similarity below which a name is no help."""


class SeriesEntry(NamedTuple):
    id: int
    name: str
    energies: str
    body: str | None
    price_min_fen: int | None
    price_max_fen: int | None
    sales_recent: int | None


@dataclass(frozen=True)
class BrandEntry:
    name: str
    origin: str | None
    initial: str
    series: list[SeriesEntry] = field(default_factory=list)

    @property
    def sales_recent(self) -> int:
        """Units of all its series in the newest month."""
        return sum(series.sales_recent or 0 for series in self.series)


class Name(NamedTuple):
    """A brand (`series_id` None) or a series."""

    text: str
    series_id: int | None


def brands_with_series() -> list[BrandEntry]:
    """All brands that have series, A-Z by pinyin; the best-selling series of each first."""
    statement = (
        select(
            Brand.name,
            Brand.origin,
            Brand.initial,
            Series.id,
            Series.name,
            Series.energies,
            Series.body,
            Series.price_min_fen,
            Series.price_max_fen,
            Series.sales_recent,
        )
        .join(Series, Series.brand_id == Brand.id)
        .order_by(
            Brand.initial,
            Brand.pinyin,
            Brand.name,
            Series.sales_recent.desc().nulls_last(),
            Series.pinyin,
        )
    )
    brands: dict[str, BrandEntry] = {}
    for row in db.session.execute(statement):
        entry = brands.setdefault(row[0], BrandEntry(row[0], row[1], row[2]))
        entry.series.append(SeriesEntry._make(row[3:]))
    return list(brands.values())


def best_selling(brands: Iterable[BrandEntry], limit: int = 12) -> list[BrandEntry]:
    """The brands that sold most in the newest month, at most `limit`; none without sales."""
    selling = [brand for brand in brands if brand.sales_recent]
    return sorted(selling, key=lambda brand: -brand.sales_recent)[:limit]


def unknown_names(conditions: Iterable[Condition]) -> list[tuple[str, str]]:
    """(field, name) of every brand or series asked for that the catalogue does not have."""
    asked = {
        (condition.field, str(value))
        for condition in conditions
        if condition.field in ("brand", "series")
        for value in condition.values
    }
    known: set[tuple[str, str]] = set()
    for name, column in (("brand", Brand.name), ("series", Series.name)):
        wanted = [value for field_name, value in asked if field_name == name]
        if wanted:
            found = db.session.scalars(select(column).where(column.in_(wanted)))
            known.update((name, value) for value in found)
    return sorted(asked - known)


def sibling_series(selection: Selection, names: Collection[str]) -> list[Facet]:
    """Every series of the brands that the named ones belong to, with how many of its trims
    the selection leaves; most first."""
    brands = select(Series.brand_id).where(Series.name.in_(names))
    trims = func.count().label("trims")
    statement = (
        over_trims(Series.name, trims)
        .where(Series.brand_id.in_(brands), *all_of(selection))
        .group_by(Series.name)
        .order_by(trims.desc(), Series.name)
    )
    return [Facet(name, count) for name, count in db.session.execute(statement)]


def near_names(typed: str, *, limit: int = 5) -> list[Name]:
    """Brands and series whose names, aliases or pinyin come near what was typed."""
    wanted = typed.strip().lower()
    if not wanted:
        return []
    scored: list[tuple[float, Name]] = []
    brands = db.session.execute(select(Brand.name, Brand.aliases, Brand.pinyin))
    for name, aliases, pinyin in brands:
        scored.append((_likeness(wanted, name, aliases, pinyin), Name(name, None)))
    series = db.session.execute(select(Series.id, Series.name, Series.aliases, Series.pinyin))
    for series_id, name, aliases, pinyin in series:
        scored.append((_likeness(wanted, name, aliases, pinyin), Name(name, series_id)))
    near = [pair for pair in scored if pair[0] >= NEAR]
    near.sort(key=lambda pair: (-pair[0], pair[1].text))
    return [name for _, name in near[:limit]]


def _likeness(wanted: str, name: str, aliases: str, pinyin: str) -> float:
    best = 0.0
    for text in (name, *aliases.split(), pinyin):
        other = text.lower()
        matcher = SequenceMatcher(None, wanted, other, autojunk=False)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
            best = max(best, matcher.ratio())
        if wanted in other or (len(other) > 1 and other in wanted):
            best = max(best, 0.75)
    return best


def sitemap_entries() -> tuple[list[int], list[int]]:
    """Ids of all series and of all trims."""
    series = db.session.scalars(select(Series.id).order_by(Series.id)).all()
    trims = db.session.scalars(select(Trim.id).order_by(Trim.id)).all()
    return list(series), list(trims)
