"""Where an empty result can go on."""

from __future__ import annotations

from typing import Final

from webapp.cars import queries
from webapp.cars.filters import Selection
from webapp.cars.filters.words import phrase

MAX_WAYS_OUT: Final = 6


def ways_out(selection: Selection, found: queries.Listing) -> list[tuple[str, str]]:
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
