"""The nearest value that does exist, for a condition that keeps everything out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.filters.fields import FIELDS_BY_NAME
from webapp.catalogue.filters.sql import COLUMNS
from webapp.catalogue.queries.rows import Catalogue, catalogue

BOUNDS: Final = (">=", "<=")


class Widened(NamedTuple):
    """`condition` moved to the nearest value at which `trims` trims match."""

    condition: Condition
    widened: Condition
    trims: int


def nearest_values(selection: Selection) -> list[Widened]:
    """For each bound of a number, where it would have to move with all else kept; the bound that
    lets most through comes first."""
    held = catalogue()
    found = [
        widened
        for condition in selection.conditions
        if FIELDS_BY_NAME[condition.field].kind == "number" and condition.operator in BOUNDS
        if (widened := _widen(held, selection, condition)) is not None
    ]
    return sorted(found, key=lambda item: -item.trims)


def counts_without(selection: Selection, dropped: Sequence[tuple[Condition, ...]]) -> list[int]:
    """How many trims there would be without each of these sets of conditions."""
    return counts_of([selection.without(*some) for some in dropped])


def counts_of(selections: Sequence[Selection]) -> list[int]:
    """How many trims match each."""
    if not selections:
        return []
    held = catalogue()
    return [int(held.matching(selection).sum()) for selection in selections]


def _widen(held: Catalogue, selection: Selection, condition: Condition) -> Widened | None:
    others = held.matching(selection.without(condition))
    ends = held.rows.ends(condition.field, others)
    if ends is None:
        return None
    nearest = ends[0] if condition.operator == "<=" else ends[1]
    shown = COLUMNS.shown(condition.field, nearest)
    widened = Condition(condition.field, condition.operator, shown)
    return Widened(condition, widened, int((others & held.rows.where(widened)).sum()))
