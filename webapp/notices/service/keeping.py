"""What becomes of notices when accounts are joined or erased, and with time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import aliased

from webapp.extensions import db
from webapp.notices.models import (
    Notice,
    NoticeActor,
    NoticeChoice,
    NoticeDelivery,
    NoticeEvent,
    NoticePerson,
)
from webapp.notices.upserts import insert
from webapp.transactions import transaction

KEPT: Final = timedelta(days=180)
"""Since the last event of a notice."""


def merge(*, loser: int, winner: int) -> None:
    """Hand over to another account of the same person; of two notices of one subject the later
    one stays, and of two choices the winner's. In the caller's transaction."""
    _join_doubles(loser, winner)
    _move(Notice, loser, winner)
    # The day of a digest is one of a kind for each person.
    db.session.execute(
        update(NoticeDelivery)
        .where(NoticeDelivery.account_id == loser)
        .values(account_id=winner, digest_on=None)
    )
    _move_missing(NoticeChoice, NoticeChoice.kind, loser, winner)
    _move_missing(NoticeActor, NoticeActor.notice_id, loser, winner)
    _join_settings(loser, winner)


def erase(*, account_id: int) -> None:
    """In the caller's transaction."""
    for table in (NoticeDelivery, NoticeActor, Notice, NoticeChoice, NoticePerson):
        db.session.execute(delete(table).where(table.account_id == account_id))


def sweep(*, now: datetime) -> None:
    """Forget what is old, with what went out about it. Safe to repeat."""
    with transaction():
        db.session.execute(delete(Notice).where(Notice.told_at < now - KEPT))
        db.session.execute(
            delete(NoticeDelivery).where(
                NoticeDelivery.notice_id.is_(None), NoticeDelivery.made_at < now - KEPT
            )
        )


def _join_doubles(loser: int, winner: int) -> None:
    own, other = aliased(Notice), aliased(Notice)
    pairs = db.session.execute(
        select(own.id, own.told_at, other.id, other.told_at)
        .join(other, (own.kind == other.kind) & (own.subject == other.subject))
        .where(own.account_id == winner, other.account_id == loser)
    ).all()
    for own_id, own_at, other_id, other_at in pairs:
        kept, gone = (own_id, other_id) if own_at >= other_at else (other_id, own_id)
        events = select(NoticeEvent.key, NoticeEvent.at).where(NoticeEvent.notice_id == gone)
        for key, at in db.session.execute(events).all():
            noted = insert(NoticeEvent).values(notice_id=kept, key=key, at=at)
            db.session.execute(noted.on_conflict_do_nothing())
        db.session.execute(delete(Notice).where(Notice.id == gone))


def _join_settings(loser: int, winner: int) -> None:
    own, other = db.session.get(NoticePerson, winner), db.session.get(NoticePerson, loser)
    if other is None:
        return
    if own is None:
        _move(NoticePerson, loser, winner)
    elif own.mail is None:
        own.mail = other.mail


def _move(table: type[Any], loser: int, winner: int) -> None:
    db.session.execute(update(table).where(table.account_id == loser).values(account_id=winner))


def _move_missing(table: type[Any], key: Any, loser: int, winner: int) -> None:
    """Move the rows whose key the winner has none of."""
    known = select(key).where(table.account_id == winner)
    db.session.execute(
        update(table).where(table.account_id == loser, key.not_in(known)).values(account_id=winner),
        execution_options={"synchronize_session": False},
    )
