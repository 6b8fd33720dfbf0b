"""How the matching trims spread over a number field, for the bars drawn in the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from webapp.catalogue.filters.sql import FEN_PER_WAN

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


def histogram(name: str, spread: Mapping[Any, int]) -> Histogram:
    """Bars of a field from how many trims have each stored value; unknown ones stand in none."""
    known = {value: trims for value, trims in spread.items() if value is not None}
    scale = FEN_PER_WAN if name == "price_wan" else 1
    step = STEPS[name]
    bars = min(MAX_BARS, ceil(max(known, default=0) / scale / step) + 1)
    counts = [0] * bars
    for value, trims in known.items():
        counts[min(bars - 1, int(value / scale // step))] += trims
    return Histogram(step, counts)
