"""The form beside the list: each field with its values, their counts, and how trims spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from webapp.catalogue import queries
from webapp.catalogue.filters import FIELDS, FIELDS_BY_NAME, Condition, Field, Selection

MIN_DRAWN: Final = 10
"""Trims below which a histogram says nothing."""
FOLDED: Final = 12
"""Values of a facet shown before the rest is folded away."""
OPEN_FACETS: Final = frozenset({"price_wan", "energy", "body", "range_km", "brand"})


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


def facet_boxes(selection: Selection, found: queries.Listing) -> list[FacetBox]:
    return [_facet_box(row, selection, found) for row in FIELDS if row.name != "series"]


def series_box(selection: Selection) -> FacetBox | None:
    """The series of the brands whose series were named, for their chip; one statement."""
    own = [c for c in selection.conditions if c.field == "series"]
    if not own:
        return None
    row = FIELDS_BY_NAME["series"]
    named = {str(value) for condition in own for value in condition.values}
    found = queries.sibling_series(selection.without(*own), named)
    options = [_option(row, facet, selection) for facet in found]
    return FacetBox(row, options, None, None, len(own), False)


def in_form(condition: Condition, boxes: list[FacetBox]) -> bool:
    """Whether the form has an input that says this condition."""
    box = next(box for box in boxes if box.field.name == condition.field)
    if box.ranged:
        return condition.operator in (">=", "<=")
    return condition.operator in ("==", "in")


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
