"""What a person chooses: channels by kind, hours, their address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update

from webapp.errors import Conflict, Suggestion
from webapp.extensions import db
from webapp.notices import queries, tokens
from webapp.notices.choices import Choice, Hours
from webapp.notices.kinds import kinds
from webapp.notices.models import NoticeChoice, NoticeDelivery, NoticePerson
from webapp.notices.service.planning import SEND
from webapp.notices.upserts import ensure_person, insert
from webapp.queue import enqueue
from webapp.transactions import transaction

CONFIRMATIONS: Final = 5
"""Mails with a link to confirm an address that one account may have sent within a day."""
_SETTINGS: Final = [Suggestion("去消息设置", "/notices/settings")]


def choose(*, account_id: int, hours: Hours, mails: bool, by_kind: Mapping[str, Choice]) -> None:
    with transaction():
        ensure_person(account_id)
        db.session.execute(
            update(NoticePerson)
            .where(NoticePerson.account_id == account_id)
            .values(mails=mails, **hours._asdict())
        )
        for kind, chosen in by_kind.items():
            _choose(account_id, kind, chosen)


def ask_address(*, account_id: int, address: str, now: datetime) -> None:
    """Send a link to an address, which is used once that was followed; nothing is sent to one in
    use. Raises Conflict after too many."""
    person = queries.person(account_id)
    with transaction():
        ensure_person(account_id)
        if address == person.mail:
            _set(account_id, mail_asked=None)
            return
        asked = select(func.count()).where(
            NoticeDelivery.account_id == account_id,
            NoticeDelivery.purpose == "confirm",
            NoticeDelivery.made_at > now - timedelta(days=1),
        )
        if (db.session.scalar(asked) or 0) >= CONFIRMATIONS:
            raise Conflict(
                f"一天里已经发过 {CONFIRMATIONS} 封确认邮件。请先在垃圾邮件里找一找，或明天再试。",
                title="确认邮件发得太多了",
                suggestions=_SETTINGS,
            )
        _set(account_id, mail_asked=address)
        made = NoticeDelivery(
            account_id=account_id,
            purpose="confirm",
            channel="mail",
            state="waiting",
            due_at=now,
            made_at=now,
        )
        db.session.add(made)
        db.session.flush()
        enqueue(SEND, made.id)


def confirm_address(*, account_id: int, mark: str) -> str:
    """Use the address that the link was sent to, from now on; safe to repeat. Returns it. Raises
    Conflict where another was given since."""
    person = queries.person(account_id)
    if tokens.belongs(person.mail, mark):
        return person.mail or ""
    if not tokens.belongs(person.mail_asked, mark):
        raise Conflict(
            "发出这个链接之后，邮箱又换过或删掉了。请用最新一封邮件里的链接，或重新填写邮箱。",
            title="这个链接不再有效",
            suggestions=_SETTINGS,
        )
    with transaction():
        _set(account_id, mail=person.mail_asked, mail_asked=None, mails=True)
    return person.mail_asked or ""


def forget_address(*, account_id: int) -> None:
    with transaction():
        _set(account_id, mail=None, mail_asked=None)


def unsubscribe(*, account_id: int, kind: str) -> None:
    """No more mails of one kind, or of any where it is empty; safe to repeat."""
    with transaction():
        if not kind:
            _set(account_id, mails=False)
        elif kind in kinds() and queries.person(account_id).mail is not None:
            chosen = queries.choice(account_id, kind)
            _choose(account_id, kind, Choice(chosen.muted, False, chosen.wechat))


def _choose(account_id: int, kind: str, chosen: Choice) -> None:
    made = insert(NoticeChoice).values(account_id=account_id, kind=kind, **vars(chosen))
    db.session.execute(
        made.on_conflict_do_update(index_elements=["account_id", "kind"], set_=vars(chosen))
    )


def _set(account_id: int, **columns: object) -> None:
    db.session.execute(
        update(NoticePerson).where(NoticePerson.account_id == account_id).values(**columns)
    )
