"""What staff say about the columns of an uploaded file, and what they said last time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from webapp.catalogue.models import Batch, ColumnPlan
from webapp.catalogue.reading.header import Plan
from webapp.catalogue.reading.headings import folded
from webapp.columns import utc_now
from webapp.extensions import db

SOURCES_ASKED: Final = 200
"""Of so many sources, the latest ones, it is remembered which title meant what."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an earlier file of a source suggests: title to key, empty for a column left out."""

    source: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def plan_of(batch: Batch) -> Plan:
    """What staff said about the columns of a batch."""
    said = json.loads(batch.plan)
    return Plan(
        said.get("columns", {}), said.get("fixed", {}), skip_unknown=said.get("skip_unknown", False)
    )


def keep_plan(batch: Batch, plan: Plan) -> None:
    """Set the plan of a batch and remember it for its source, in the caller's transaction."""
    batch.plan = json.dumps(
        {
            "columns": dict(plan.columns),
            "fixed": dict(plan.fixed),
            "skip_unknown": plan.skip_unknown,
        },
        ensure_ascii=False,
    )
    source = plan.fixed.get("source") or source_of(columns_of(batch), plan)
    if not source or not plan.columns:
        return
    known = db.session.scalar(select(ColumnPlan).where(ColumnPlan.source == source))
    if known is None:
        known = ColumnPlan(source=source, columns="{}")
        db.session.add(known)
    earlier = json.loads(known.columns)
    known.columns = json.dumps(earlier | dict(plan.columns), ensure_ascii=False)
    known.changed_at = utc_now()


def columns_of(batch: Batch) -> list[dict[str, Any]]:
    """`title`, `key` and `samples` of each column, as the last check saw them."""
    found: list[dict[str, Any]] = json.loads(batch.report).get("columns", [])
    return found


def source_of(columns: Sequence[Mapping[str, Any]], plan: Plan) -> str:
    """What the first row of a file names as its source; empty where no column says so."""
    said = {folded(title): key for title, key in plan.columns.items()}
    for column in columns:
        if said.get(folded(column["title"]), column["key"]) == "source" and column["samples"]:
            return str(column["samples"][0]).strip()[:120]
    return ""


def propose(columns: Sequence[Mapping[str, Any]]) -> Proposal:
    """What is known of the titles that are not: from the file's source, or where the file names
    none, from the source whose files had most of them."""
    asked = {folded(column["title"]) for column in columns if column["key"] is None}
    own = source_of(columns, Plan())
    kept = db.session.scalars(
        select(ColumnPlan).order_by(ColumnPlan.changed_at.desc()).limit(SOURCES_ASKED)
    )
    best, most = Proposal(), 0
    for plan in kept:
        said = {folded(title): key for title, key in json.loads(plan.columns).items()}
        fits = len(asked & said.keys())
        if fits > most and own in ("", plan.source):
            best, most = Proposal(plan.source, said), fits
    return best
