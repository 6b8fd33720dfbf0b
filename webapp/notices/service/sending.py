"""Sending what was written down: once, by whoever claims it, again after a failure.

A claim is a compare-and-set that lasts LEASE; a worker that dies inside it leaves the message to
the next one, who may then send it a second time, with the same number. Nothing is given up for a
channel's outage until KEPT is over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import ColumnElement, and_, case, exists, or_, select, update
from sqlalchemy.orm import aliased
from structlog import get_logger

from webapp import clock
from webapp.extensions import db
from webapp.notices import hours, messages, queries
from webapp.notices.channels import Later, Refused
from webapp.notices.choices import Person
from webapp.notices.kinds import Kind, kinds
from webapp.notices.models import Notice, NoticeDelivery, NoticePerson
from webapp.notices.reach import reach
from webapp.notices.service.planning import channels_of, digest_time
from webapp.notices.upserts import ensure_person
from webapp.transactions import transaction
from webapp.transitions import step, steps

log = get_logger(__name__)

LEASE: Final = timedelta(minutes=2)
KEPT: Final = timedelta(days=7)
"""How long a message is tried."""
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)
PAUSE: Final = timedelta(seconds=50)
"""How long this process leaves a channel alone that takes nothing: until the next beat."""
A_RUN: Final = 200
_EXTENSION: Final = "chezhi.notices.paused"


def send_due(*, now: datetime) -> int:
    """Send what is due, the oldest first; how many it tried."""
    due = db.session.scalars(
        select(NoticeDelivery.id).where(_is_due(now)).order_by(NoticeDelivery.due_at).limit(A_RUN)
    ).all()
    return sum(send(delivery_id=number, now=now) for number in due)


def send(*, delivery_id: int, now: datetime) -> bool:
    """Send one message unless it is not due, not wanted any more, or its channel is away; whether
    it was tried."""
    paused: dict[str, datetime] = current_app.extensions.setdefault(_EXTENSION, {})
    channel = db.session.scalar(select(NoticeDelivery.channel).filter_by(id=delivery_id))
    if channel is None or now < paused.get(channel, now):
        return False
    deliver = _claim(delivery_id, now)
    if deliver is None:
        return False
    try:
        deliver()
    except Refused as error:
        _end(delivery_id, "given_up", now, reason=str(error))
    except Later as error:
        if error.away:
            paused[channel] = now + PAUSE
        _try_later(delivery_id, error, now)
    else:
        _end(delivery_id, "sent", now, reason="")
    return True


def try_again(*, delivery_id: int, now: datetime) -> bool:
    """Put a message that was given up back into the queue, as if it were new; whether it was one,
    and none of the same notice waits already. In the caller's transaction."""
    return step(
        NoticeDelivery,
        delivery_id,
        "given_up",
        "waiting",
        _is_the_only(delivery_id),
        due_at=now,
        made_at=now,
        tries=0,
        reason="",
        ended_at=None,
    )


def _claim(delivery_id: int, now: datetime) -> Callable[[], None] | None:
    """Take a message that is due, or put it where it belongs."""
    with transaction():
        if not step(
            NoticeDelivery,
            delivery_id,
            ("waiting", "sending"),
            "sending",
            _is_due(now),
            lease_until=now + LEASE,
            tries=NoticeDelivery.tries + 1,
        ):
            return None
        row = db.session.get(NoticeDelivery, delivery_id, populate_existing=True)
        assert row is not None  # just claimed
        if row.purpose == "notice" and not _is_for_now(row, now):
            return None
        deliver = messages.of(row, now)
        if deliver is None:
            _end(delivery_id, "skipped", now, reason="off" if row.purpose != "digest" else "read")
        return deliver


def _is_for_now(row: NoticeDelivery, now: datetime) -> bool:
    """Whether the message of a notice is still wanted, and at this time; else it is put aside."""
    notice = db.session.get(Notice, row.notice_id, populate_existing=True)
    assert notice is not None  # its deliveries go with it
    person = queries.person(row.account_id)
    kind = kinds().get(notice.kind)
    if reason := _why_not(row, notice, kind, person):
        _end(row.id, "skipped", now, reason=reason)
        return False
    assert kind is not None  # a reason not to
    later = hours.after_quiet(now, person.quiet_from, person.quiet_to)
    if kind.urgent:
        return True
    if later > now:
        _put_back(row.id, "waiting", now, due_at=later, tries=NoticeDelivery.tries - 1)
        return False
    if row.tries > 1 or _count(row.account_id, now):
        return True
    if row.channel == "mail":
        _put_back(row.id, "held", now, due_at=digest_time(person, now), reason="cap")
    else:
        _end(row.id, "skipped", now, reason="cap")
    return False


def _why_not(row: NoticeDelivery, notice: Notice, kind: Kind | None, person: Person) -> str:
    """Why the message is not wanted any more, "" where it is."""
    if kind is None or not reach(row.account_id).is_open:
        return "off"
    chosen = queries.choice(row.account_id, kind.key)
    if row.channel not in channels_of(row.account_id, chosen, person):
        return "off"
    return "read" if notice.read_at is not None else ""


def _count(account_id: int, now: datetime) -> bool:
    """Count one more message of the day, unless the person has had as many as they want."""
    today = clock.day_in_china(now)
    is_new_day = or_(NoticePerson.counted_on.is_(None), NoticePerson.counted_on != today)
    ensure_person(account_id)
    counted = db.session.execute(
        update(NoticePerson)
        .where(
            NoticePerson.account_id == account_id,
            or_(is_new_day, NoticePerson.counted < NoticePerson.most_a_day),
        )
        .values(counted=case((is_new_day, 1), else_=NoticePerson.counted + 1), counted_on=today)
        .returning(NoticePerson.account_id)
    ).all()
    return bool(counted)


def _try_later(delivery_id: int, error: Later, now: datetime) -> None:
    with transaction():
        row = db.session.get(NoticeDelivery, delivery_id, populate_existing=True)
        if row is None:  # its account was erased meanwhile
            return
        if now - row.made_at >= KEPT:
            _end(delivery_id, "given_up", now, reason="expired")
            return
        wait = min(FIRST_WAIT * 2 ** min(row.tries - 1, 10), LONGEST_WAIT)
        _put_back(delivery_id, "waiting", now, due_at=error.at or now + wait, reason=str(error))
    log.info("message put off", delivery=delivery_id, reason=str(error))


def _put_back(delivery_id: int, to: str, now: datetime, **columns: Any) -> None:
    """Back to those that wait, unless a newer one of the same notice is there meanwhile."""
    if not step(NoticeDelivery, delivery_id, "sending", to, _is_the_only(delivery_id), **columns):
        _end(delivery_id, "skipped", now, reason="newer")


def _end(delivery_id: int, state: str, now: datetime, *, reason: str) -> None:
    with transaction():
        step(NoticeDelivery, delivery_id, "sending", state, reason=reason, ended_at=now)
        # Of a digest, which says what becomes of those that it gathers.
        steps(
            NoticeDelivery,
            NoticeDelivery.digest_id == delivery_id,
            from_=("held", "given_up") if state == "sent" else "held",
            to=state,
            reason=reason,
            ended_at=now,
        )
    log.info("message ended", delivery=delivery_id, state=state, reason=reason)


def _is_due(now: datetime) -> ColumnElement[bool]:
    row = NoticeDelivery
    return or_(
        and_(row.state == "waiting", row.due_at <= now),
        and_(row.state == "sending", row.lease_until <= now),
    )


def _is_the_only(delivery_id: int) -> ColumnElement[bool]:
    other = aliased(NoticeDelivery)
    return ~exists(
        select(other.id).where(
            other.notice_id == NoticeDelivery.notice_id,
            other.channel == NoticeDelivery.channel,
            other.state.in_(("waiting", "held")),
            other.id != delivery_id,
        )
    ).correlate(NoticeDelivery)
