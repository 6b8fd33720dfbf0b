"""How the matching trims spread over a number field, for the bars drawn in the form."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from webapp.catalogue.filters import Selection
from webapp.catalogue.filters.sql import FEN_PER_WAN, column_of
from webapp.catalogue.queries.listing import all_of, over_trims
from webapp.extensions import db

STEPS: Final = {"price_wan": 2.5, "range_km": 50.0}
"""Fields that are drawn, and the width of a bar in the field's unit."""
MAX_BARS: Final = 28


@dataclass(frozen=True)
class Histogram:
    """Trims by bar: the first begins at 0, the last also holds everything above it."""

    step: float
    counts: list[int]

    @property
    def total(self) -> int:
        return sum(self.counts)


def histogram(selection: Selection, field: str) -> Histogram:
    """Counts over all that match with this field's own conditions left out; unknown values
    stand in no bar. One statement."""
    own = [c for c in selection.conditions if c.field == field]
    column = column_of(field)
    rows = db.session.scalars(
        over_trims(column).where(*all_of(selection.without(*own)), column.is_not(None))
    ).all()
    scale = FEN_PER_WAN if field == "price_wan" else 1
    step = STEPS[field]
    bars = min(MAX_BARS, ceil(max(rows, default=0) / scale / step) + 1)
    counts = [0] * bars
    for value in rows:
        counts[min(bars - 1, int(value / scale // step))] += 1
    return Histogram(step, counts)
