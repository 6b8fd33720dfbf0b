"""How a figure stands in its class: median and spread of (size, body, energy)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, tuple_

from webapp.catalogue.models import ClassFigure
from webapp.extensions import db

ClassKey = tuple[str | None, str | None, str | None]
"""Size, body, energy; None where unknown."""


@dataclass(frozen=True)
class Yardstick:
    """Tenth percentile, median and ninetieth percentile over `trims` trims of a class."""

    low: float
    median: float
    high: float
    trims: int


def yardsticks_of(classes: Iterable[ClassKey]) -> dict[tuple[ClassKey, str], Yardstick]:
    """The yardsticks of these classes by (class, field); classes too small have none."""
    known = sorted({key for key in classes if all(key)}, key=str)
    if not known:
        return {}
    figure = ClassFigure
    rows = db.session.execute(
        select(
            figure.size,
            figure.body,
            figure.energy,
            figure.field,
            figure.low,
            figure.median,
            figure.high,
            figure.trims,
        ).where(tuple_(figure.size, figure.body, figure.energy).in_(known))
    )
    return {
        ((size, body, energy), field): Yardstick(low, median, high, trims)
        for size, body, energy, field, low, median, high, trims in rows
    }
