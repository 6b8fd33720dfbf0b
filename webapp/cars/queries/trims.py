"""Specifications: every current value of some trims, each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from webapp.cars.models import Parameter, Source, Trim, Value
from webapp.cars.queries.listing import TrimRow, trim_rows
from webapp.extensions import db


class SpecSource(NamedTuple):
    name: str
    url: str | None
    captured: str
    confidence: str


@dataclass(frozen=True)
class Spec:
    """One value of one trim. Of `number`, `text` and `fitted` at least one is set."""

    trim_id: int
    key: str
    section: str
    label: str
    unit: str | None
    type: str
    better: str | None
    number: float | None
    text: str | None
    fitted: str | None
    source: SpecSource


def specs_of(trim_ids: Sequence[int]) -> list[Spec]:
    """Current values of these trims in the order of the specification table. One statement."""
    if not trim_ids:
        return []
    rows = db.session.execute(
        select(
            Value.trim_id, Parameter.key, Parameter.section, Parameter.label, Parameter.unit,
            Parameter.type, Parameter.better, Value.number, Value.text, Value.fitted,
            Source.name, Source.url, Value.captured, Value.confidence,
        )
        .join(Parameter, Value.parameter_id == Parameter.id)
        .join(Source, Value.source_id == Source.id)
        .where(Value.trim_id.in_(trim_ids), Value.superseded_at.is_(None))
        .order_by(Parameter.position, Parameter.id)
    )  # fmt: skip
    return [Spec(*row[:10], SpecSource._make(row[10:])) for row in rows]


def trims_by_id(trim_ids: Sequence[int]) -> list[TrimRow]:
    """Those of these trims that exist, in no given order."""
    return trim_rows(Trim.id.in_(trim_ids)) if trim_ids else []


def trim_exists(trim_id: int) -> bool:
    return db.session.scalar(select(Trim.id).where(Trim.id == trim_id)) is not None
