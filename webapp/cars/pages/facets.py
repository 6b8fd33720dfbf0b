"""The form beside the list of cars: which boxes stand open, how trims spread, the series' box."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from webapp.catalogue import queries
from webapp.catalogue.filters import FIELDS_BY_NAME, Field, Selection
from webapp.catalogue.filters.fields import PARAMETERS
from webapp.catalogue.filters.sql import COLUMNS
from webapp.catalogue.measures import RANKED_CYCLE
from webapp.catalogue.queries.listing import FACETS, PARAMETER_FACETS
from webapp.filtering.form import Bar, FacetBox, facet_box
from webapp.filtering.form import facet_boxes as boxes_of
from webapp.search.compiled import PerVersion

MIN_DRAWN: Final = 10
"""Trims below which a histogram says nothing."""
_PARAMETERS: Final = frozenset(row.name for row in PARAMETERS)
OPEN_FACETS: Final = frozenset({"price_wan", "energy", "body", "range_km", "brand"})


def shown_fields(selection: Selection) -> frozenset[str]:
    """The fields that have a box: those of the vocabulary but the series, which only its chip
    offers; of the parameters those that many trims say, and those asked about."""
    asked = {condition.field for condition in selection.conditions}
    known = _WELL_KNOWN.get() | asked
    hidden = {row.name for row in PARAMETERS if row.name not in known} | {"series"}
    return frozenset(FIELDS_BY_NAME) - hidden


def counted_fields(shown: Collection[str]) -> tuple[str, ...]:
    """The fields whose values the boxes of these fields count."""
    return tuple(name for name in (*FACETS, *PARAMETER_FACETS) if name in shown)


def facet_boxes(
    selection: Selection, found: queries.Listing, shown: Collection[str]
) -> list[FacetBox]:
    """A box for each of these fields."""
    bars = {
        name: _bars(FIELDS_BY_NAME[name], selection, found.spread[name])
        for name in queries.HISTOGRAM_STEPS
    }
    return boxes_of(selection, found.facets, only=shown, unfolded=OPEN_FACETS, bars=bars)


def is_parameter(box: FacetBox) -> bool:
    """Whether a box stands among the further parameters."""
    return box.field.name in _PARAMETERS


def series_box(selection: Selection) -> FacetBox | None:
    """The series of the brands whose series were named, for their chip; one statement."""
    own = [c for c in selection.conditions if c.field == "series"]
    if not own:
        return None
    named = {str(value) for condition in own for value in condition.values}
    found = queries.sibling_series(selection.without(*own), named)
    box = facet_box(FIELDS_BY_NAME["series"], selection, found)
    return replace(box, open=False, low=None, high=None)


_WELL_KNOWN: Final = PerVersion("cars_well_known_parameters", queries.well_known_parameters)


def _bars(row: Field, selection: Selection, spread: Mapping[Any, int]) -> tuple[Bar, ...]:
    found = queries.histogram(row.name, spread)
    if found.total < MIN_DRAWN:
        return ()
    low, high = selection.first(row.name, ">="), selection.first(row.name, "<=")
    top = max(found.counts)
    unit = f"{row.unit} {RANKED_CYCLE}" if COLUMNS.drawn(row.name) else row.unit
    bars = []
    for place, trims in enumerate(found.counts):
        start, end = place * found.step, (place + 1) * found.step
        last = place == len(found.counts) - 1
        label = f"{start:g}{unit}以上" if last else f"{start:g}–{end:g} {unit}"
        above = low is None or end > float(low) or last
        below = high is None or start <= float(high)
        bars.append(Bar(label, trims, trims / top, above and below))
    return tuple(bars)
