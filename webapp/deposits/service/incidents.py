"""What staff have to look at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from webapp.audit import Actor, record
from webapp.deposits.models import Incident
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.transactions import require, transaction


def raise_incident(
    kind: str, about: str, said: str, *, at: datetime, deposit_id: int | None = None
) -> None:
    """Add one, in the transaction under way; for the same thing only once while it is open, and
    opened anew where it was resolved. `about` tells it from others of its kind."""
    require()
    key = f"{kind}:{about}"[:160]
    known = db.session.scalar(select(Incident).where(Incident.key == key))
    if known is None:
        made = Incident(key=key, kind=kind, deposit_id=deposit_id, at=at, said=said[:300])
        db.session.add(made)
        db.session.flush()
    elif known.resolved_at is not None:
        known.at, known.said, known.resolved_at, known.resolved_by = at, said[:300], None, None


def resolve_incident(*, actor: Actor, incident_id: int, note: str, now: datetime) -> None:
    """Note that somebody dealt with it, and how. Raises NotFound, Conflict where it is resolved."""
    with transaction():
        done = db.session.execute(
            update(Incident)
            .where(Incident.id == incident_id, Incident.resolved_at.is_(None))
            .values(resolved_at=now, resolved_by=actor.account_id, note=note[:200])
            .returning(Incident.key)
        ).scalar()
        if done is None and db.session.get(Incident, incident_id) is None:
            raise NotFound("没有找到这条异常。")
        if done is None:
            raise Conflict("这条异常已经处理过了，请刷新页面。")
        record(actor, "resolve incident", f"incident {incident_id}", after={"note": note})
