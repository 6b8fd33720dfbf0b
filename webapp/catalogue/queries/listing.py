"""The list: trims for which every condition holds, their facets and the span of their figures."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    any_,
    func,
    literal,
    select,
)

from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.filters.fields import PARAMETERS
from webapp.catalogue.filters.sql import names_contain, where
from webapp.catalogue.models import Brand, Series, Trim
from webapp.catalogue.naming import with_brand
from webapp.catalogue.queries.facts import FACT_COLUMNS, TrimFacts
from webapp.catalogue.queries.rows import catalogue, over_trims
from webapp.catalogue.queries.yardsticks import ClassKey
from webapp.catalogue.vocabulary import RANGE_CYCLES
from webapp.extensions import db
from webapp.filtering.counting import Facet, count, count_dropping

FACETS: Final = (
    "energy",
    "body",
    "size",
    "seats",
    "brand",
    "series",
    "origin",
    "drive",
    "gearbox",
    "model_year",
    "status",
)
PARAMETER_FACETS: Final = (
    "cylinders",
    "aspiration",
    "transmission",
    "chemistry",
    "motors",
    "door_kind",
    "cell_maker",
    "ev_warranty",
)
"""Of the parameters that have few values; counted where a form shows them."""
SORTED_FIELDS: Final = {
    "price": "price_wan",
    "-price": "price_wan",
    "dealer_price": "dealer_price_wan",
    "-range": "range_km",
    "accel": "accel_0_100_s",
    "fuel": "fuel_l_100km",
    "-power": "power_kw",
    "-length": "length_mm",
}
"""The figure that an order is by."""
SPANNED: Final = (
    "price_fen",
    "dealer_price_fen",
    "range_km",
    "battery_kwh",
    "fuel_l_100km",
    "accel_0_100_s",
    "power_kw",
    "torque_nm",
    "length_mm",
    "width_mm",
    "height_mm",
    "wheelbase_mm",
)
_FIELD_OF: Final = {"price_fen": "price_wan", "dealer_price_fen": "dealer_price_wan"}
"""The field of a column that is not called as its field."""

Span = tuple[float, float]
KNOWN_OF: Final = 3
"""A parameter that fewer than one trim in so many says is not offered in a form."""


@dataclass(frozen=True)
class TrimRow(TrimFacts):
    """What a list row, a card or a comparison head shows of a trim."""

    key: str
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

    @property
    def dealer_price_wan(self) -> float | None:
        return None if self.dealer_price_fen is None else self.dealer_price_fen / 1_000_000

    @property
    def is_discounted(self) -> bool:
        """Whether dealers ask less than the maker names."""
        if self.dealer_price_fen is None:
            return False
        return self.price_fen is None or self.dealer_price_fen < self.price_fen


@dataclass(frozen=True)
class Listing:
    """`spans` holds lowest and highest figure of the whole result, by column of Trim.

    `without` says, by field, how many trims there would be if that field's conditions fell,
    and `dropping` the same by single condition. `unknown` says, by field, how many trims stand
    in neither because the field is unknown of them. `spread` is as in `filtering.counting`.
    """

    rows: list[TrimRow]
    total: int
    facets: dict[str, list[Facet]]
    spans: dict[str, Span]
    without: dict[str, int]
    dropping: dict[Condition, int]
    unknown: dict[str, int]
    spread: Mapping[str, Mapping[Any, int]] = field(default_factory=dict)


def trim_rows(statement_filter: ColumnElement[bool], *, limit: int | None = None) -> list[TrimRow]:
    """Trims by any condition, newest and cheapest first."""
    statement = (
        _rows()
        .where(statement_filter)
        .order_by(Trim.model_year.desc().nulls_last(), Trim.price_fen.nulls_last(), Trim.id)
    )
    return [TrimRow(*row) for row in db.session.connection().execute(statement.limit(limit))]


def search_trims(selection: Selection, *, size: int) -> Listing:
    """Page `selection.page` with `size` rows, and counts over all pages."""
    skipped = (selection.page - 1) * size
    held = catalogue()
    places = held.in_order(selection)[skipped : skipped + size]
    ids = held.rows.ids[places].tolist()
    by_id = {row.id: row for row in trim_rows(is_among(ids))} if ids else {}
    rows = [by_id[trim_id] for trim_id in ids if trim_id in by_id]
    return replace(count_trims(selection), rows=rows)


def count_trims(
    selection: Selection, facets: Sequence[str] = FACETS, spread: Sequence[str] = ()
) -> Listing:
    """Counts over all that match, without rows."""
    held = catalogue()
    words = held.with_words(selection)
    conditions = selection.conditions
    counted = count(held.rows, conditions, words, facets, spread)
    matching = words & held.rows.all_of(conditions)
    spans = {}
    for column in SPANNED:
        name = _FIELD_OF.get(column, column)
        if ends := held.rows.ends(name, matching & held.rows.drawn(name)):
            spans[column] = ends
    return Listing(
        rows=[],
        total=counted.total,
        facets=counted.facets,
        spans=spans,
        without=counted.without,
        unknown=counted.unknown,
        spread=counted.spread,
        dropping=count_dropping(held.rows, conditions, words, counted),
    )


class Unplaced(NamedTuple):
    """Trims an order puts last: of `unknown` it has no figure, `cycles` counts those whose range
    is of another test cycle than the usual one."""

    unknown: int
    cycles: dict[str, int]


def unplaced(selection: Selection) -> Unplaced:
    """What the order of a selection cannot rank with the rest; of cars that can have the figure."""
    name = SORTED_FIELDS.get(selection.sort or "")
    if name is None:
        return Unplaced(0, {})
    held = catalogue()
    rows, matching = held.rows, held.matching(selection)
    known = rows[name].known
    unknown = matching & ~known & rows.possible(name)
    cycles = rows["range_cycle"].tally(matching & known) if name == "range_km" else {}
    usual = (None, RANGE_CYCLES[0])
    return Unplaced(
        unknown=int(unknown.sum()),
        cycles={cycle: n for cycle, n in cycles.items() if cycle not in usual},
    )


def series_in_order(selection: Selection) -> list[tuple[int, list[int]]]:
    """Every series that has a match, in the order of its first one, with the ids of its
    matching trims in order."""
    held = catalogue()
    places = held.in_order(selection)
    series = held.rows["series_id"].values[places].tolist()
    groups: dict[int, list[int]] = {}
    for series_id, trim_id in zip(series, held.rows.ids[places].tolist(), strict=True):
        groups.setdefault(series_id, []).append(trim_id)
    return list(groups.items())


def all_of(selection: Selection) -> list[ColumnElement[bool]]:
    """Everything a trim must satisfy, over Trim joined to Series and Brand."""
    return [*map(where, selection.conditions), *_words_stand(selection)]


def _words_stand(selection: Selection) -> list[ColumnElement[bool]]:
    """That the words of the text stand in a trim, as a search engine found, or in its names."""
    if selection.found is None:
        return names_contain(selection.text)
    return [is_among(selection.found)]


def is_among(trim_ids: Collection[int]) -> ColumnElement[bool]:
    """That a trim has one of these ids: one parameter however many, for a list of parameters
    costs more than the search."""
    if db.engine.dialect.name == "sqlite":
        ids = func.json_each(json.dumps([*trim_ids])).table_valued("value")
        return Trim.id.in_(select(ids.c.value))
    return Trim.id == any_(literal(list(trim_ids), ARRAY(Integer)))


def well_known_parameters() -> frozenset[str]:
    """The parameters that at least one trim in `KNOWN_OF` says. One statement."""
    names = [row.name for row in PARAMETERS]
    counts = (func.count(getattr(Trim, name)) for name in names)
    total, *known = db.session.execute(select(func.count(), *counts).select_from(Trim)).one()
    return frozenset(
        name for name, n in zip(names, known, strict=True) if n and n * KNOWN_OF >= total
    )


@cache
def _rows() -> Select[Any]:
    """Made once: to put forty columns into a statement takes longer than to ask for ten rows."""
    return over_trims(*FACT_COLUMNS, Trim.key, Series.name, Brand.name)
