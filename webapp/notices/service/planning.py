"""Which messages an event makes: a row for each channel, in the transaction of the event."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from webapp.extensions import db
from webapp.notices import hours, queries
from webapp.notices.choices import Choice, Person
from webapp.notices.kinds import Channel, Kind
from webapp.notices.models import NoticeDelivery
from webapp.notices.reach import reach
from webapp.notices.upserts import insert
from webapp.queue import enqueue

SEND = "tasks.notices.send"


def plan(*, account_id: int, notice_id: int, kind: Kind, chosen: Choice, now: datetime) -> None:
    """Write down what is to be sent of a notice, and hand it to the worker after the commit. One
    that is still to go out says what the notice says then, so it is the only one."""
    person = queries.person(account_id)
    for channel in channels_of(account_id, chosen, person):
        gathered = channel == "mail" and person.digest_at is not None and not kind.urgent
        made = insert(NoticeDelivery).values(
            account_id=account_id,
            notice_id=notice_id,
            purpose="notice",
            channel=channel,
            state="held" if gathered else "waiting",
            due_at=digest_time(person, now) if gathered else now,
            made_at=now,
        )
        number = db.session.scalar(made.on_conflict_do_nothing().returning(NoticeDelivery.id))
        if number is not None and not gathered:
            enqueue(SEND, number)


def channels_of(account_id: int, chosen: Choice, person: Person) -> list[Channel]:
    """The channels that are set up, that the person wants, and by which they can be reached."""
    found: list[Channel] = []
    if chosen.muted:
        return found
    if chosen.mail and person.mails and person.mail and current_app.config["SMTP_URL"]:
        found.append("mail")
    is_set_up = current_app.config["WECHAT_MP_NOTICE_TEMPLATE"]
    if chosen.wechat and is_set_up and reach(account_id).openid is not None:
        found.append("wechat")
    return found


def digest_time(person: Person, now: datetime) -> datetime:
    """When the next digest is due: at the time the person chose, which may be a quiet one."""
    if person.digest_at is not None:
        return hours.next_at(now, person.digest_at)
    in_quiet = hours.is_quiet(hours.DIGEST, person.quiet_from, person.quiet_to)
    return hours.next_at(now, person.quiet_to if in_quiet else hours.DIGEST)
