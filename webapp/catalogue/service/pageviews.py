"""Page views from Redis into the database."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask import current_app
from redis import RedisError
from sqlalchemy import bindparam, delete, insert, select, update

from webapp.backends.cache import cache_client
from webapp.catalogue.service.tables import PAGE_VIEWS
from webapp.extensions import db
from webapp.pageviews import key_of

DAYS_WAITING: Final = 8
"""Days of counts that a worker which was away still finds in Redis."""
DAYS_KEPT: Final = 90
LOCK: Final = "views:collecting"
LOCK_SECONDS: Final = 60


def collect_page_views() -> int:
    """Add what Redis has counted to the database and say how many views that were; 0 while
    another process does it. Raises RedisError.

    A day's counts are set aside first and dropped when they are committed. A process killed
    between these two counts that minute twice.
    """
    store = cache_client(current_app.config["REDIS_URL"])
    if not store.set(LOCK, b"1", nx=True, ex=LOCK_SECONDS):
        return 0
    try:
        today = datetime.now(UTC).date()
        days = [today - timedelta(days=back) for back in range(DAYS_WAITING)]
        return sum(_collect(store, day) for day in days)
    finally:
        store.delete(LOCK)


def forget_old_page_views() -> None:
    """Delete what no ranking looks at any more."""
    oldest = datetime.now(UTC).date() - timedelta(days=DAYS_KEPT)
    db.session.execute(delete(PAGE_VIEWS).where(PAGE_VIEWS.c.day < oldest))
    db.session.commit()


def _collect(store: Any, day: date) -> int:
    taken = f"{key_of(day)}:taken"
    if not store.exists(taken):
        if not store.exists(key_of(day)):
            return 0
        store.rename(key_of(day), taken)
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for page, number in store.hgetall(taken).items():
        kind, _, subject = page.decode().partition(":")
        counts[kind][int(subject)] = int(number)
    for kind, views in counts.items():
        _add(kind, day, views)
    db.session.commit()
    try:
        store.delete(taken)
    except RedisError:
        store.delete(taken)  # once more: else they would be counted twice
    return sum(sum(views.values()) for views in counts.values())


def _add(kind: str, day: date, views: dict[int, int]) -> None:
    own = (PAGE_VIEWS.c.kind == kind, PAGE_VIEWS.c.day == day)
    known = set(db.session.scalars(select(PAGE_VIEWS.c.subject_id).where(*own)))
    more = [{"subject": n, "more": count} for n, count in views.items() if n in known]
    new = [
        {"kind": kind, "day": day, "subject_id": n, "views": count}
        for n, count in views.items()
        if n not in known
    ]
    if more:
        statement = update(PAGE_VIEWS).where(*own, PAGE_VIEWS.c.subject_id == bindparam("subject"))
        db.session.execute(statement.values(views=PAGE_VIEWS.c.views + bindparam("more")), more)
    if new:
        db.session.execute(insert(PAGE_VIEWS), new)
