"""The list: trims for which every condition holds, their facets and the span of their figures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    any_,
    case,
    func,
    literal,
    select,
    true,
)

from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.filters.sql import column_of, names_contain, where
from webapp.catalogue.models import Brand, Series, Trim
from webapp.catalogue.naming import with_brand
from webapp.catalogue.queries.orders import in_order_of
from webapp.catalogue.queries.yardsticks import ClassKey
from webapp.catalogue.vocabulary import FEATURES
from webapp.extensions import db

FACETS: Final = (
    "energy", "body", "size", "seats", "brand", "series", "origin", "drive", "gearbox",
    "model_year", "status",
)  # fmt: skip
SPANNED: Final = (
    "price_fen", "range_km", "battery_kwh", "fuel_l_100km", "accel_0_100_s", "power_kw",
    "torque_nm", "length_mm", "width_mm", "height_mm", "wheelbase_mm",
)  # fmt: skip

Span = tuple[float, float]


@dataclass(frozen=True)
class TrimRow:
    """What a list row, a card or a comparison head shows of a trim."""

    id: int
    key: str
    name: str
    model_year: int | None
    status: str | None
    launch: str | None
    price_fen: int | None
    energy: str | None
    range_km: int | None
    range_cycle: str | None
    battery_kwh: float | None
    fuel_l_100km: float | None
    power_kw: float | None
    torque_nm: float | None
    accel_0_100_s: float | None
    seats: int | None
    body: str | None
    size: str | None
    drive: str | None
    gearbox: str | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    wheelbase_mm: int | None
    series_id: int
    series: str
    brand: str

    @property
    def title(self) -> str:
        return f"{self.model_year}款 {self.name}" if self.model_year else self.name

    @property
    def full_name(self) -> str:
        return f"{self.series} {self.title}"

    @property
    def branded_name(self) -> str:
        return f"{with_brand(self.brand, self.series)} {self.title}"

    @property
    def class_key(self) -> ClassKey:
        return self.size, self.body, self.energy

    @property
    def price_wan(self) -> float | None:
        return None if self.price_fen is None else self.price_fen / 1_000_000


_TRIM_COLUMNS = tuple(
    getattr(Trim, name) for name in TrimRow.__dataclass_fields__ if name not in ("series", "brand")
)


@dataclass(frozen=True)
class Facet:
    """One value of a choice field and how many trims picking it would give."""

    value: Any
    count: int


@dataclass(frozen=True)
class Listing:
    """`spans` holds lowest and highest figure of the whole result, by column of Trim.

    `without` says, by field, how many trims there would be if that field's conditions fell,
    and `dropping` the same by single condition.
    """

    rows: list[TrimRow]
    total: int
    facets: dict[str, list[Facet]]
    spans: dict[str, Span]
    without: dict[str, int]
    dropping: dict[Condition, int]


def trim_rows(statement_filter: ColumnElement[bool], *, limit: int | None = None) -> list[TrimRow]:
    """Trims by any condition, newest and cheapest first."""
    statement = _rows().where(statement_filter).order_by(
        Trim.model_year.desc().nulls_last(), Trim.price_fen.nulls_last(), Trim.id
    )  # fmt: skip
    return [TrimRow(*row) for row in db.session.execute(statement.limit(limit))]


def search_trims(selection: Selection, *, size: int) -> Listing:
    """Page `selection.page` with `size` rows, and counts over all pages."""
    skipped = (selection.page - 1) * size
    if selection.found is not None and selection.sort is None:
        ids = [trim_id for _, trim_id in _in_order(selection)][skipped : skipped + size]
        by_id = {row.id: row for row in trim_rows(Trim.id.in_(ids))}
        rows = [by_id[trim_id] for trim_id in ids]
    else:
        page = _rows().where(*all_of(selection)).order_by(*in_order_of(selection.sort))
        rows = [TrimRow(*row) for row in db.session.execute(page.limit(size).offset(skipped))]
    return replace(count_trims(selection), rows=rows)


def count_trims(selection: Selection) -> Listing:
    """Counts over all that match, without rows.

    A facet counts what its values would give with its own field's conditions left out, so
    that one sees the alternatives; features count what adding one more would leave.
    """
    groups = _by_field(selection.conditions)
    facets, totals = _count(groups, _words_stand(selection))
    return Listing(
        rows=[],
        total=totals[""],
        facets=facets,
        spans=_spans(all_of(selection)),
        without={field: totals[""] + totals[field] for field in groups},
        dropping=_dropping(selection),
    )


def series_in_order(selection: Selection) -> list[tuple[int, list[int]]]:
    """Every series that has a match, in the order of its first one, with the ids of its
    matching trims in order."""
    groups: dict[int, list[int]] = {}
    for series_id, trim_id in _in_order(selection):
        groups.setdefault(series_id, []).append(trim_id)
    return list(groups.items())


def _in_order(selection: Selection) -> list[tuple[int, int]]:
    """Series and id of every match in order: that of the words where no other is asked for."""
    statement = over_trims(Trim.series_id, Trim.id).where(*all_of(selection))
    if selection.found is None or selection.sort is not None:
        statement = statement.order_by(*in_order_of(selection.sort))
        return [(row[0], row[1]) for row in db.session.execute(statement)]
    places = {trim_id: place for place, trim_id in enumerate(selection.found)}
    rows = [(row[0], row[1]) for row in db.session.execute(statement)]
    return sorted(rows, key=lambda row: places[row[1]])


def all_of(selection: Selection) -> list[ColumnElement[bool]]:
    """Everything a trim must satisfy, over Trim joined to Series and Brand."""
    return [*map(where, selection.conditions), *_words_stand(selection)]


def _words_stand(selection: Selection) -> list[ColumnElement[bool]]:
    """That the words of the text stand in a trim, as a search engine found, or in its names."""
    if selection.found is None:
        return names_contain(selection.text)
    # One parameter however many ids: thousands of parameters cost more than the search.
    if db.engine.dialect.name == "sqlite":
        ids = func.json_each(json.dumps(selection.found)).table_valued("value")
        return [Trim.id.in_(select(ids.c.value))]
    return [Trim.id == any_(literal(list(selection.found), ARRAY(Integer)))]


def _dropping(selection: Selection) -> dict[Condition, int]:
    if not selection.conditions:
        return {}
    texts = _words_stand(selection)
    counts = []
    for dropped in selection.conditions:
        others = [where(c) for c in selection.conditions if c != dropped]
        counts.append(func.sum(case((and_(true(), *others, *texts), 1), else_=0)))
    row = db.session.execute(over_trims(*counts)).one()
    return {c: n or 0 for c, n in zip(selection.conditions, row, strict=True)}


def over_trims(*columns: Any) -> Select[Any]:
    """Select over Trim joined to Series and Brand, which is what conditions are said of."""
    return (
        select(*columns)
        .select_from(Trim)
        .join(Series, Trim.series_id == Series.id)
        .join(Brand, Series.brand_id == Brand.id)
    )


def _rows() -> Select[Any]:
    return over_trims(*_TRIM_COLUMNS, Series.name, Brand.name)


def _by_field(conditions: Iterable[Condition]) -> dict[str, ColumnElement[bool]]:
    grouped: dict[str, list[ColumnElement[bool]]] = {}
    for condition in conditions:
        grouped.setdefault(condition.field, []).append(where(condition))
    return {field: and_(*expressions) for field, expressions in grouped.items()}


def _count(
    groups: dict[str, ColumnElement[bool]], texts: Sequence[ColumnElement[bool]]
) -> tuple[dict[str, list[Facet]], Counter[str]]:
    """Facets, and totals: under "" all that match, under a field those it alone keeps out.

    One pass: fetch the trims that fail in at most one field, with that field's position.
    """
    fails = [case((expression, 0), else_=1) for expression in groups.values()]
    failing: ColumnElement[int] = literal(0, Integer)
    if fails:
        failing = reduce(add, (place * fail for place, fail in enumerate(fails, start=1)))
    counted = (column_of(name) for name in FACETS)
    statement = over_trims(failing, Trim.features, *counted).where(*texts)
    if fails:
        statement = statement.where(reduce(add, fails) <= 1)
    fetched = db.session.execute(statement).all()
    columns: list[Sequence[Any]] = list(zip(*fetched, strict=True)) if fetched else (
        [()] * (2 + len(FACETS))
    )  # fmt: skip
    names = ["", *groups]
    totals = Counter({names[place]: n for place, n in Counter(columns[0]).items()})
    facets = {
        name: _facet(columns[0], column, names.index(name) if name in groups else 0)
        for name, column in zip(FACETS, columns[2:], strict=True)
    }
    facets["features"] = _feature_facet(columns[0], columns[1])
    return facets, totals


def _facet(places: Sequence[int], column: Sequence[Any], own: int) -> list[Facet]:
    counts = Counter(
        value for place, value in zip(places, column, strict=True) if place in (0, own)
    )
    return [Facet(value, n) for value, n in counts.most_common() if value is not None]


def _feature_facet(places: Sequence[int], masks: Sequence[int]) -> list[Facet]:
    counts = Counter(mask for place, mask in zip(places, masks, strict=True) if place == 0)
    found = (
        Facet(name, sum(n for mask, n in counts.items() if mask >> bit & 1))
        for bit, name in enumerate(FEATURES)
    )
    return [facet for facet in found if facet.count]


def _spans(wanted: Sequence[ColumnElement[bool]]) -> dict[str, Span]:
    columns = [getattr(Trim, name) for name in SPANNED]
    ends = (f(column) for column in columns for f in (func.min, func.max))
    row: Row[Any] = db.session.execute(over_trims(*ends).where(*wanted)).one()
    bounds = tuple(row)
    return {
        name: (low, high)
        for name, low, high in zip(SPANNED, bounds[::2], bounds[1::2], strict=True)
        if low is not None
    }
