"""Page views and comparisons from Redis into the database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from flask import current_app
from redis import RedisError
from sqlalchemy import Table, bindparam, delete, insert, select, update

from webapp import clock
from webapp.backends.cache import cache_client
from webapp.catalogue.service.tables import PAGE_VIEWS, PAIR_VIEWS
from webapp.extensions import db
from webapp.pageviews import key_of
from webapp.transactions import transaction

DAYS_WAITING: Final = 8
"""Days of counts that a worker which was away still finds in Redis."""
DAYS_KEPT: Final = 90
LOCK: Final = "views:collecting"
LOCK_SECONDS: Final = 60
Key = tuple[str | int, int]
"""Of a page its kind and id, of a comparison the two trims."""


def collect_page_views() -> int:
    """Add what Redis has counted to the database and say how many page views that were; 0 while
    another process does it. Raises RedisError.

    A day's counts are set aside first and dropped when they are committed. A process killed
    between these two counts that minute twice.
    """
    store = cache_client(current_app.config["REDIS_URL"])
    if not store.set(LOCK, b"1", nx=True, ex=LOCK_SECONDS):
        return 0
    try:
        today = clock.today_in_china()
        days = [today - timedelta(days=back) for back in range(DAYS_WAITING)]
        return sum(_collect(store, day) for day in days)
    finally:
        store.delete(LOCK)


def forget_old_page_views() -> None:
    """Delete what no ranking looks at any more."""
    oldest = clock.today_in_china() - timedelta(days=DAYS_KEPT)
    with transaction():
        for table in (PAGE_VIEWS, PAIR_VIEWS):
            db.session.execute(delete(table).where(table.c.day < oldest))


def _collect(store: Any, day: date) -> int:
    taken = f"{key_of(day)}:taken"
    if not store.exists(taken):
        if not store.exists(key_of(day)):
            return 0
        store.rename(key_of(day), taken)
    pages: dict[Key, int] = {}
    pairs: dict[Key, int] = {}
    for field, number in store.hgetall(taken).items():
        kind, _, subject = field.decode().partition(":")
        if kind == "pairs":
            low, _, high = subject.partition("-")
            pairs[int(low), int(high)] = int(number)
        else:
            pages[kind, int(subject)] = int(number)
    with transaction():
        _add(PAGE_VIEWS, ("kind", "subject_id"), day, pages)
        _add(PAIR_VIEWS, ("low_id", "high_id"), day, pairs)
    try:
        store.delete(taken)
    except RedisError:
        store.delete(taken)  # once more: else they would be counted twice
    return sum(pages.values())


def _add(table: Table, names: tuple[str, str], day: date, views: dict[Key, int]) -> None:
    """Add to the counts of a day, by the two columns `names`."""
    if not views:
        return
    columns = [table.c[name] for name in names]
    known = {tuple(row) for row in db.session.execute(select(*columns).where(table.c.day == day))}
    more = [
        {"first": key[0], "second": key[1], "more": count}
        for key, count in views.items()
        if key in known
    ]
    new = [
        {names[0]: key[0], names[1]: key[1], "day": day, "views": count}
        for key, count in views.items()
        if key not in known
    ]
    if more:
        own = (columns[0] == bindparam("first"), columns[1] == bindparam("second"))
        statement = update(table).where(table.c.day == day, *own)
        db.session.execute(statement.values(views=table.c.views + bindparam("more")), more)
    if new:
        db.session.execute(insert(table), new)
