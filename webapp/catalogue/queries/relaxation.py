"""The nearest value that does exist, for a condition that keeps everything out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import and_, case, func, true

from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.filters.fields import FIELDS_BY_NAME
from webapp.catalogue.filters.sql import FEN_PER_WAN, column_of, where
from webapp.catalogue.queries.listing import all_of, over_trims
from webapp.extensions import db

BOUNDS: Final = (">=", "<=")


class Widened(NamedTuple):
    """`condition` moved to the nearest value at which `trims` trims match."""

    condition: Condition
    widened: Condition
    trims: int


def nearest_values(selection: Selection) -> list[Widened]:
    """For each bound of a number, where it would have to move with all else kept. Two
    statements a bound; the bound that lets most through comes first."""
    found = [
        widened
        for condition in selection.conditions
        if FIELDS_BY_NAME[condition.field].kind == "number" and condition.operator in BOUNDS
        if (widened := _widen(selection, condition)) is not None
    ]
    return sorted(found, key=lambda item: -item.trims)


def counts_without(selection: Selection, dropped: Sequence[tuple[Condition, ...]]) -> list[int]:
    """How many trims there would be without each of these sets of conditions. One statement."""
    return counts_of([selection.without(*some) for some in dropped])


def counts_of(selections: Sequence[Selection]) -> list[int]:
    """How many trims match each. One statement."""
    if not selections:
        return []
    sums = [
        func.sum(case((and_(true(), *all_of(selection)), 1), else_=0)) for selection in selections
    ]
    return [n or 0 for n in db.session.execute(over_trims(*sums)).one()]


def _widen(selection: Selection, condition: Condition) -> Widened | None:
    others = all_of(selection.without(condition))
    column = column_of(condition.field)
    nearest = func.min(column) if condition.operator == "<=" else func.max(column)
    value = db.session.scalar(over_trims(nearest).where(*others))
    if value is None:
        return None
    shown = value / FEN_PER_WAN if condition.field == "price_wan" else value
    widened = Condition(condition.field, condition.operator, shown)
    trims = db.session.scalar(over_trims(func.count()).where(*others, where(widened))) or 0
    return Widened(condition, widened, trims) if trims else None
