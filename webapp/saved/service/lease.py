"""One worker at a time looks at what changed: by a lease that each of its writes renews.

A worker that was killed leaves a lease that runs out; one that was too slow finds its lease
taken over at its next write, which is then rolled back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp.extensions import db
from webapp.saved.models import Watch
from webapp.transactions import transaction

LEASE: Final = timedelta(minutes=3)
_ID: Final = 1


class Lost(Exception):
    """Another worker took over."""


class Hold:
    """The right to look, until `until`."""

    def __init__(self, until: datetime) -> None:
        self._until = until

    def renew(self, now: datetime, **columns: Any) -> None:
        """At the begin of a transaction, so that it stands or falls with the lease. Raises Lost."""
        until = now + LEASE
        if not _set(Watch.lease_until == self._until, lease_until=until, **columns):
            raise Lost
        self._until = until

    def give_back(self) -> None:
        with transaction():
            _set(Watch.lease_until == self._until, lease_until=None)


def take(now: datetime) -> Hold | None:
    """None where another worker is at it."""
    until = now + LEASE
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    row = dialect.insert(Watch).values(id=_ID).on_conflict_do_nothing()
    with transaction():
        db.session.execute(row)
        free = or_(Watch.lease_until.is_(None), Watch.lease_until < now)
        return Hold(until) if _set(free, lease_until=until) else None


def _set(only: ColumnElement[bool], **columns: Any) -> bool:
    statement = update(Watch).where(Watch.id == _ID, only).values(columns).returning(Watch.id)
    return db.session.scalar(statement) is not None
