"""Specifications: every current value of some trims, each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, select

from webapp.catalogue.filters.sql import FEN_PER_WAN, column_of
from webapp.catalogue.models import Parameter, Source, Trim, Value
from webapp.catalogue.queries.listing import TrimRow, is_among, trim_rows
from webapp.catalogue.queries.rows import over_trims
from webapp.catalogue.vocabulary import FEATURES, unit_word
from webapp.extensions import db

AT_ONCE: Final = 1000
"""Ids in one statement."""


class SpecSource(NamedTuple):
    name: str
    url: str | None
    captured: str
    confidence: str


@dataclass(frozen=True)
class Spec:
    """One value of one trim. Of `number`, `text` and `fitted` at least one is set; `unit` is as
    visitors read it."""

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


def specs_of(trim_ids: Sequence[int], *, keys: Sequence[str] | None = None) -> list[Spec]:
    """Current values of these trims in the order of the specification table, of all parameters
    or of `keys` alone. One statement."""
    wanted = [] if keys is None else [Parameter.key.in_(keys)]
    return _specs(trim_ids, *wanted)


def months_of(trim_ids: Sequence[int], key: str) -> list[str]:
    """In which months the current values of a parameter were taken down, the oldest first."""
    return list(
        db.session.scalars(
            select(Value.captured)
            .join(Parameter, Value.parameter_id == Parameter.id)
            .where(Parameter.key == key, Value.trim_id.in_(trim_ids), Value.superseded_at.is_(None))
            .distinct()
            .order_by(Value.captured)
        )
    )


def specs_called(label: str, trim_ids: Sequence[int]) -> list[Spec]:
    """Current values of the parameter of that label, for those of these trims that have one."""
    return _specs(trim_ids, Parameter.label == label)


def _specs(trim_ids: Sequence[int], *wanted: ColumnElement[bool]) -> list[Spec]:
    if not trim_ids:
        return []
    rows = db.session.execute(
        select(
            Value.trim_id,
            Parameter.key,
            Parameter.section,
            Parameter.label,
            Parameter.unit,
            Parameter.type,
            Parameter.better,
            Value.number,
            Value.text,
            Value.fitted,
            Source.name,
            Source.url,
            Value.captured,
            Value.confidence,
        )
        .join(Parameter, Value.parameter_id == Parameter.id)
        .join(Source, Value.source_id == Source.id)
        .where(Value.trim_id.in_(trim_ids), Value.superseded_at.is_(None), *wanted)
        .order_by(Parameter.position, Parameter.id)
    )
    return [
        Spec(
            row[0],
            row[1],
            row[2],
            row[3],
            unit_word(row[4]),
            *row[5:10],
            source=SpecSource._make(row[10:]),
        )
        for row in rows
    ]


def features_of(trim_ids: Sequence[int]) -> dict[int, dict[str, bool]]:
    """By trim, whether a feature is there (as standard or as an option); unknown ones are
    not in it. One statement."""
    if not trim_ids:
        return {}
    rows = db.session.execute(
        select(Trim.id, Trim.features, Trim.features_known).where(Trim.id.in_(trim_ids))
    )
    return {
        trim_id: {
            feature: bool(there >> bit & 1)
            for bit, feature in enumerate(FEATURES)
            if known >> bit & 1
        }
        for trim_id, there, known in rows
    }


def parameter_labels() -> dict[str, str]:
    """What each parameter is called in the specification table, by key. One statement."""
    rows = db.session.execute(select(Parameter.key, Parameter.label))
    return {row[0]: row[1] for row in rows}


def trims_by_id(trim_ids: Sequence[int]) -> list[TrimRow]:
    """Those of these trims that exist, in no given order."""
    return trim_rows(is_among(trim_ids)) if trim_ids else []


def trim_exists(trim_id: int) -> bool:
    return db.session.scalar(select(Trim.id).where(Trim.id == trim_id)) is not None


def fields_of(trim_ids: Sequence[int], fields: Sequence[str]) -> list[dict[str, Any]]:
    """`id`, `key` and fields of the filter table of these trims, in the order given; those that
    do not exist are left out. A statement for every thousand."""
    found: dict[int, dict[str, Any]] = {}
    columns = [column_of(name) for name in fields]
    for start in range(0, len(trim_ids), AT_ONCE):
        some = trim_ids[start : start + AT_ONCE]
        statement = over_trims(Trim.id, Trim.key, *columns).where(Trim.id.in_(some))
        for id, key, *values in db.session.execute(statement):
            shown = {name: _shown(name, v) for name, v in zip(fields, values, strict=True)}
            found[id] = {"id": id, "key": key} | shown
    return [found[id] for id in trim_ids if id in found]


def _shown(field: str, value: Any) -> Any:
    if field == "price_wan" and value is not None:
        return value / FEN_PER_WAN
    if field == "features":
        return [name for bit, name in enumerate(FEATURES) if value >> bit & 1]
    return value
