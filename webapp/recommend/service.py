"""What visitors want left out of recommendations, and the counting of pairs.

Each function is one transaction, but for those that say that they run in their caller's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from webapp.catalogue import queries as cars
from webapp.clock import day_in_china
from webapp.errors import NotFound
from webapp.extensions import db
from webapp.recommend import queries
from webapp.recommend.models import Choice, TogetherCount
from webapp.transactions import transaction
from webapp.visitor import GUESTS

COUNTED: Final = timedelta(days=180)
"""How far back an account's and everyone's history is read."""
GUEST_COUNTED: Final = timedelta(days=30)
GUESTS_KEPT: Final = timedelta(days=180)
"""As long as a guest's cookie."""
MOST_CHOICES: Final = 500
"""Of one owner; the oldest make room for new ones."""


def choose(*, owner: str, kind: str, series_id: int, now: datetime) -> None:
    """Leave a series out, as a car or as a reason; safe to repeat. Raises NotFound."""
    if cars.series_head(series_id) is None:
        raise NotFound(f"没有编号为 {series_id} 的车系，它可能已经下架。")
    row = {"owner": owner, "kind": kind, "series_id": series_id, "made_at": now}
    newest = select(Choice.made_at).filter_by(owner=owner).order_by(Choice.made_at.desc())
    with transaction():
        db.session.execute(_insert().values(row).on_conflict_do_nothing())
        oldest = db.session.scalar(newest.offset(MOST_CHOICES).limit(1))
        if oldest is not None:
            db.session.execute(
                delete(Choice).where(Choice.owner == owner, Choice.made_at <= oldest)
            )


def take_back(*, owner: str, kind: str, series_id: int) -> None:
    """Safe to repeat."""
    same = (Choice.owner == owner, Choice.kind == kind, Choice.series_id == series_id)
    with transaction():
        db.session.execute(delete(Choice).where(*same))


def adopt(*, owner: str, new_owner: str) -> None:
    """Hand over what the other has not said itself. In the caller's transaction."""
    rows = select(literal(new_owner), Choice.kind, Choice.series_id, Choice.made_at).where(
        Choice.owner == owner
    )
    columns = ["owner", "kind", "series_id", "made_at"]
    db.session.execute(_insert().from_select(columns, rows).on_conflict_do_nothing())
    erase(owner=owner)


def erase(*, owner: str) -> None:
    """In the caller's transaction."""
    db.session.execute(delete(Choice).where(Choice.owner == owner))


def count(*, now: datetime) -> int:
    """Count anew which series are looked at together, and forget guests whose cookie is gone; how
    many pairs there are. Safe to repeat."""
    since = now - COUNTED
    visitors = queries.pairs_of_visitors(since=since)
    compared = queries.pairs_compared(since=day_in_china(since))
    known = set(queries.facts())
    rows = [
        {
            "low_id": low,
            "high_id": high,
            "visitors": visitors[low, high],
            "comparisons": compared[low, high],
            "counted_at": now,
        }
        for low, high in sorted(visitors.keys() | compared.keys())
        if low in known and high in known
    ]
    gone = (Choice.owner.startswith(GUESTS), Choice.made_at < now - GUESTS_KEPT)
    with transaction():
        db.session.execute(delete(TogetherCount))
        if rows:
            db.session.execute(insert(TogetherCount), rows)
        db.session.execute(delete(Choice).where(*gone))
    return len(rows)


def _insert() -> Any:
    """An INSERT that can leave a row be that is there already."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(Choice)
