"""Digests: one mail a day of what a person wants gathered, or had too much of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from webapp import clock
from webapp.extensions import db
from webapp.notices import queries
from webapp.notices.models import NoticeDelivery, NoticePerson
from webapp.notices.service.planning import SEND, digest_time
from webapp.queue import enqueue
from webapp.transactions import transaction


def begin_digests(*, now: datetime) -> int:
    """Make the digests that are due, each of which is then a delivery of its own; how many."""
    people = select(NoticeDelivery.account_id).where(*_gathered(now)).distinct()
    return sum(_begin(account_id, now) for account_id in db.session.scalars(people).all())


def _begin(account_id: int, now: datetime) -> bool:
    """At most one a person and day, whoever else looks at the same time."""
    today = clock.day_in_china(now)
    own = NoticeDelivery.account_id == account_id
    with transaction():
        is_first = db.session.execute(
            update(NoticePerson)
            .where(
                NoticePerson.account_id == account_id,
                or_(NoticePerson.digest_on.is_(None), NoticePerson.digest_on < today),
            )
            .values(digest_on=today)
            .returning(NoticePerson.account_id)
        ).all()
        if not is_first:
            next_one = digest_time(queries.person(account_id), now)
            db.session.execute(
                update(NoticeDelivery).where(own, *_gathered(now)).values(due_at=next_one)
            )
            return False
        made = NoticeDelivery(
            account_id=account_id,
            digest_on=today,
            purpose="digest",
            channel="mail",
            state="waiting",
            due_at=now,
            made_at=now,
        )
        db.session.add(made)
        db.session.flush()
        db.session.execute(
            update(NoticeDelivery).where(own, *_gathered(now)).values(digest_id=made.id)
        )
        enqueue(SEND, made.id)
    return True


def _gathered(now: datetime) -> tuple[ColumnElement[bool], ...]:
    row = NoticeDelivery
    return row.state == "held", row.digest_id.is_(None), row.due_at <= now
