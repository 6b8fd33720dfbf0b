"""One figure of every trim of a selection."""

from __future__ import annotations

from typing import NamedTuple

from webapp.catalogue.filters import Selection
from webapp.catalogue.models import Parameter, Trim, Value
from webapp.catalogue.queries.listing import SPANNED, all_of
from webapp.catalogue.queries.rows import over_trims
from webapp.extensions import db


class TrimFigure(NamedTuple):
    trim_id: int
    series_id: int
    value: float


def figures_of(selection: Selection, key: str) -> list[TrimFigure]:
    """The figure `key`, a number column of Trim or a parameter, of every trim that matches and
    has it, the cheaper trim first. One statement."""
    wanted = all_of(selection)
    if key in SPANNED:
        column = getattr(Trim, key)
        statement = over_trims(Trim.id, Trim.series_id, column).where(column.is_not(None), *wanted)
    else:
        statement = (
            over_trims(Trim.id, Trim.series_id, Value.number)
            .join(Value, Value.trim_id == Trim.id)
            .join(Parameter, Value.parameter_id == Parameter.id)
            .where(
                Parameter.key == key,
                Value.superseded_at.is_(None),
                Value.number.is_not(None),
                *wanted,
            )
        )
    ordered = statement.order_by(Trim.price_fen.nulls_last(), Trim.id)
    return [TrimFigure(row[0], row[1], float(row[2])) for row in db.session.execute(ordered)]
