"""How far background work is, for pages and people to see."""

from __future__ import annotations

from typing import Final, Literal, cast

from sqlalchemy import Table, insert, update

from webapp.columns import utc_now
from webapp.extensions import db
from webapp.knowledge import models
from webapp.transactions import transaction

JOB: Final = cast(Table, models.KnowledgeJob.__table__)

JobState = Literal["running", "done", "failed"]


def note(kind: str, state: JobState, *, done: int, total: int, detail: str = "") -> None:
    """Say how far a job is."""
    values = {
        "state": state,
        "done": done,
        "total": total,
        "detail": detail[:500],
        "beat_at": utc_now(),
    }
    changed = update(JOB).where(JOB.c.kind == kind).values(values).returning(JOB.c.kind)
    with transaction():
        if db.session.execute(changed).first() is None:
            db.session.execute(insert(JOB).values(kind=kind, **values))
