"""What the list page shows: rows with barred figures, chips, facets, pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from webapp.cars import queries
from webapp.cars.drawing import Outline
from webapp.cars.filters import FIELDS, SORTS, Condition, Field, Selection
from webapp.cars.filters.fields import DEFAULT_SORT_LABEL
from webapp.cars.filters.words import phrase, sentence
from webapp.cars.pages.figures import (
    Figure,
    asked_fields,
    class_name,
    drawing_of,
    list_figures,
    price_figure,
)
from webapp.pagination import Page

PAGE_SIZE: Final = 20
FOLDED_TRIMS: Final = 6
"""Trims folded below the first of a series; more are a link away."""
MAX_WAYS_OUT: Final = 6
MIN_DRAWN: Final = 10
"""Trims below which a histogram says nothing."""
FOLDED: Final = 12
"""Values of a facet shown before the rest is folded away."""
OPEN_FACETS: Final = frozenset({"price_wan", "energy", "body", "range_km", "brand"})


@dataclass(frozen=True)
class ListRow:
    """One trim; in the view by series the first of `matching` trims of its series, the next
    ones of which are `folded` below it."""

    trim: queries.TrimRow
    drawing: Outline
    figures: tuple[Figure, ...]
    price: Figure
    folded: tuple[ListRow, ...] = ()
    matching: int = 1
    all_url: str = ""
    """All matching trims of the series."""

    @property
    def class_name(self) -> str:
        return class_name(self.trim)


@dataclass(frozen=True)
class Chip:
    """`more`: how many more trims there would be without it. `box` and `others` make its
    editor: the field's form, and the rest of the address; `opposite` turns it round."""

    place: int
    condition: Condition
    text: str
    without: Selection
    more: int
    box: FacetBox | None
    others: list[tuple[str, str]]
    opposite: Selection | None

    @property
    def negative(self) -> bool:
        return self.condition.operator in ("!=", "not in")


class Option(NamedTuple):
    value: str
    label: str
    trims: int
    checked: bool


class Bar(NamedTuple):
    """One bar of a histogram: `height` is 0..1 of the highest; `within` the bounds asked for."""

    label: str
    trims: int
    height: float
    within: bool


@dataclass(frozen=True)
class FacetBox:
    """One field in the form; `options` is empty for number fields that have only bounds."""

    field: Field
    options: list[Option]
    low: str | None
    high: str | None
    active: int
    open: bool
    bars: tuple[Bar, ...] = ()
    """How the matching trims spread, where the field is drawn."""

    @property
    def ranged(self) -> bool:
        return self.field.kind == "number" and not self.options

    @property
    def shown(self) -> list[Option]:
        return self.options[:FOLDED]

    @property
    def folded(self) -> list[Option]:
        return self.options[FOLDED:]

    @property
    def folded_active(self) -> bool:
        return any(option.checked for option in self.folded)


@dataclass(frozen=True)
class ListPage:
    selection: Selection
    sentence: str
    rows: list[ListRow]
    total: int
    """Trims that match."""
    paging: Page[ListRow]
    """Pages of rows: series, or trims."""
    chips: list[Chip]
    facets: list[FacetBox]
    sorts: list[tuple[str, str, bool]]
    ways_out: list[tuple[str, str]]
    """Where an empty result can go on: (label, address), the smallest change first."""
    unscored: bool
    """Sorted by score, of which none is known yet."""

    @property
    def kept_args(self) -> list[tuple[str, str]]:
        """What the form must carry along because it has no input for it."""
        shown = {box.field.name for box in self.facets}
        kept = [
            pair
            for condition in self.selection.conditions
            if condition.field not in shown or not _in_form(condition, self.facets)
            for pair in condition.args()
        ]
        rest = (("text", self.selection.text), ("sort", self.selection.sort or ""),
                ("view", self.selection.view), ("asked", self.selection.asked))  # fmt: skip
        return kept + [(name, value) for name, value in rest if value]

    @property
    def beyond_end(self) -> bool:
        return self.paging.number > self.paging.pages


def list_page(selection: Selection) -> ListPage:
    found = queries.count_trims(selection)
    rows, row_total = _rows(selection, found)
    boxes = [_facet_box(row, selection, found) for row in FIELDS if row.name != "series"]
    sorts = [("", DEFAULT_SORT_LABEL), *SORTS.items()]
    return ListPage(
        selection=selection,
        sentence=sentence(selection),
        rows=rows,
        total=found.total,
        paging=Page(rows, selection.page, PAGE_SIZE, row_total, lambda n: selection.url(page=n)),
        chips=[
            _chip(place, c, selection, found, boxes) for place, c in enumerate(selection.conditions)
        ],
        facets=boxes,
        sorts=[(value, label, value == (selection.sort or "")) for value, label in sorts],
        ways_out=[] if found.total else _ways_out(selection, found),
        unscored=selection.sort == "-score",
    )


def _rows(selection: Selection, found: queries.Listing) -> tuple[list[ListRow], int]:
    """The rows of this page, and of how many rows there are pages."""
    if selection.view == "trims":
        trims = queries.search_trims(selection, size=PAGE_SIZE).rows
        return _drawn(trims, selection, found), found.total
    groups = queries.series_in_order(selection)
    shown = groups[(selection.page - 1) * PAGE_SIZE : selection.page * PAGE_SIZE]
    wanted = [trim_id for _, ids in shown for trim_id in ids[: 1 + FOLDED_TRIMS]]
    trims_by_id = {trim.id: trim for trim in queries.trims_by_id(wanted)}
    drawn = {row.trim.id: row for row in _drawn(trims_by_id.values(), selection, found)}
    rows = []
    for _, ids in shown:
        first, *rest = (drawn[trim_id] for trim_id in ids[: 1 + FOLDED_TRIMS])
        own = Condition("series", "==", first.trim.series)
        rest_url = selection.without(*(c for c in selection.conditions if c.field == "series"))
        rows.append(
            replace(
                first,
                folded=tuple(rest),
                matching=len(ids),
                all_url=rest_url.adding(own).viewed_by("trims").url(),
            )
        )
    return rows, len(groups)


def _drawn(
    trims: Iterable[queries.TrimRow], selection: Selection, found: queries.Listing
) -> list[ListRow]:
    trims = list(trims)
    yardsticks = queries.yardsticks_of(trim.class_key for trim in trims)
    fields = asked_fields(selection)
    return [
        ListRow(
            trim=trim,
            drawing=drawing_of(trim),
            figures=list_figures(trim, yardsticks, found.spans, fields),
            price=price_figure(trim, yardsticks, found.spans),
        )
        for trim in trims
    ]


_OPPOSITES: Final = {"==": "!=", "!=": "==", "in": "not in", "not in": "in"}


def _chip(
    place: int,
    condition: Condition,
    selection: Selection,
    found: queries.Listing,
    boxes: list[FacetBox],
) -> Chip:
    without = selection.without(condition)
    opposite = None
    if condition.operator in _OPPOSITES:
        turned = replace(condition, operator=_OPPOSITES[condition.operator])
        opposite = selection.widening(condition, turned)
    own = [c for c in selection.conditions if c.field == condition.field]
    editable = condition.operator in (">=", "<=", "==", "in")
    box = next((box for box in boxes if box.field.name == condition.field), None)
    if box is not None and box.ranged and condition.operator not in (">=", "<="):
        editable = False
    return Chip(
        place=place,
        condition=condition,
        text=phrase(condition),
        without=without,
        more=found.dropping[condition] - found.total,
        box=box if editable else None,
        others=selection.without(*own).args(page=1),
        opposite=opposite,
    )


def _ways_out(selection: Selection, found: queries.Listing) -> list[tuple[str, str]]:
    """What would give something: a bound moved to the nearest value there is, then each field
    whose conditions alone keep everything out, the one with most trims first."""
    ways = []
    for condition, widened, count in queries.nearest_values(selection):
        label = f"放宽到“{phrase(widened)}”：{count} 款"
        ways.append((label, selection.widening(condition, widened).url()))
    for field, count in sorted(found.without.items(), key=lambda item: -item[1]):
        dropped = [c for c in selection.conditions if c.field == field]
        label = "、".join(phrase(c) for c in dropped)
        if count:
            ways.append((f"去掉“{label}”：{count} 款", selection.without(*dropped).url()))
    if selection.text:
        ways.append((f"去掉“{selection.text}”", selection.without_text().url()))
    if not ways:
        ways = [
            (f"只看“{phrase(c)}”", Selection(conditions=(c,)).url()) for c in selection.conditions
        ]
    return [*ways[:MAX_WAYS_OUT], ("看全部车型", "/cars/")]


def _facet_box(row: Field, selection: Selection, found: queries.Listing) -> FacetBox:
    own = [c for c in selection.conditions if c.field == row.name]
    options = [_option(row, facet, selection) for facet in _ordered(row, found, selection)]
    return FacetBox(
        field=row,
        options=options,
        low=_typed(row, selection.first(row.name, ">=")),
        high=_typed(row, selection.first(row.name, "<=")),
        active=len(own),
        open=bool(own) or row.name in OPEN_FACETS,
        bars=_bars(row, selection),
    )


def _bars(row: Field, selection: Selection) -> tuple[Bar, ...]:
    if row.name not in queries.HISTOGRAM_STEPS:
        return ()
    found = queries.histogram(selection, row.name)
    if found.total < MIN_DRAWN:
        return ()
    low, high = selection.first(row.name, ">="), selection.first(row.name, "<=")
    top = max(found.counts)
    bars = []
    for place, trims in enumerate(found.counts):
        start, end = place * found.step, (place + 1) * found.step
        last = place == len(found.counts) - 1
        label = f"{start:g}{row.unit}以上" if last else f"{start:g}–{end:g} {row.unit}"
        above = low is None or end > float(low) or last
        below = high is None or start <= float(high)
        bars.append(Bar(label, trims, trims / top, above and below))
    return tuple(bars)


def _typed(row: Field, value: object) -> str | None:
    return None if value is None else row.label_of(value)


def _ordered(row: Field, found: queries.Listing, selection: Selection) -> list[queries.Facet]:
    """Values with their counts, in the vocabulary's order or the most frequent first; values
    that were picked stay even where none is left."""
    facets = list(found.facets.get(row.name, []))
    missing = selection.chosen(row.name) - {facet.value for facet in facets}
    if facets or row.kind != "number":
        facets += [queries.Facet(value, 0) for value in sorted(missing, key=str)]
    if row.choices:
        facets.sort(key=lambda facet: row.choices.index(facet.value))
    elif row.kind == "number":
        facets.sort(key=lambda facet: facet.value)
    return facets


def _option(row: Field, facet: queries.Facet, selection: Selection) -> Option:
    value = row.label_of(facet.value) if row.kind == "number" else str(facet.value)
    label = row.label_of(facet.value) + (f" {row.unit}" if row.kind == "number" else "")
    return Option(
        value=value,
        label=label,
        trims=facet.count,
        checked=facet.value in selection.chosen(row.name),
    )


def _in_form(condition: Condition, boxes: list[FacetBox]) -> bool:
    box = next(box for box in boxes if box.field.name == condition.field)
    if box.ranged:
        return condition.operator in (">=", "<=")
    return condition.operator in ("==", "in")
