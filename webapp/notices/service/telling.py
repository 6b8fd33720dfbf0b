"""Telling a person something, and what they have read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import column, delete, exists, literal, select, table, update

from webapp.extensions import db
from webapp.notices import queries
from webapp.notices.kinds import kinds
from webapp.notices.models import Notice, NoticeActor, NoticeEvent
from webapp.notices.service.planning import plan
from webapp.notices.upserts import insert
from webapp.transactions import transaction

TITLE: Final = 120
BODY: Final = 300
_ACCOUNT: Final = table("account", column("id"))


class Actor(NamedTuple):
    """Who did it; two events of the same account count as one person."""

    account_id: int
    name: str


def notify(
    *,
    account_id: int,
    kind: str,
    subject: str,
    event: str,
    title: str,
    address: str,
    now: datetime,
    body: str = "",
    actor: Actor | None = None,
) -> bool:
    """Tell a person of an event; whether they were told, which happens once for each `event`.

    Call it in the transaction that makes the event. All events of one kind and `subject` (such as
    “deposit-17”) are one line for the person, which says what the last of them says; a title
    that begins with `{who}` begins with “小王” or “小王等 3 人”. `event` is what makes this
    one different from others of the subject, such as the state that was reached. `address` is a
    path of this site. Longer texts than TITLE and BODY are cut.

    Nothing happens for a person who muted the kind, or has no account any more. Raises ValueError
    for a kind nobody registered, and for an address elsewhere.
    """
    known = kinds().get(kind)
    if known is None:
        raise ValueError(f"no such kind of notice: {kind}")
    if not address.startswith("/") or address.startswith(("//", "/\\")):
        raise ValueError("the address of a notice is a path of this site")
    chosen = queries.choice(account_id, kind)
    if chosen.muted:
        return False
    with transaction():
        found = _row(account_id, kind, subject, now)
        if found is None or not _is_new(found.id, event, now):
            return False
        if found.read_at is not None:
            db.session.execute(delete(NoticeActor).where(NoticeActor.notice_id == found.id))
        if actor is not None:
            _add_actor(found.id, actor, now)
        db.session.execute(
            update(Notice)
            .where(Notice.id == found.id)
            .values(
                title=_cut(title, TITLE),
                body=_cut(body, BODY),
                address=address,
                times=1 if found.read_at is not None else Notice.times + 1,
                told_at=now,
                read_at=None,
            )
        )
        plan(account_id=account_id, notice_id=found.id, kind=known, chosen=chosen, now=now)
    return True


def read(*, notice: Notice, now: datetime) -> None:
    """Safe to repeat; the first time counts."""
    with transaction():
        db.session.execute(
            update(Notice)
            .where(Notice.id == notice.id, Notice.read_at.is_(None))
            .values(read_at=now)
        )


def read_all(*, account_id: int, until: datetime, now: datetime) -> None:
    """Read what was told until then: what came since the page was shown stays unread."""
    with transaction():
        db.session.execute(
            update(Notice)
            .where(
                Notice.account_id == account_id,
                Notice.read_at.is_(None),
                Notice.told_at <= until,
            )
            .values(read_at=now)
        )


def _row(account_id: int, kind: str, subject: str, now: datetime) -> Any:
    """Number and time of reading of the one line, made where it is missing, and held until the
    commit; None without such an account."""
    columns = {
        "account_id": account_id,
        "kind": kind,
        "subject": subject,
        "title": "",
        "body": "",
        "address": "/",
        "times": 0,
        "told_at": now,
    }
    values = select(*(literal(value, getattr(Notice, key).type) for key, value in columns.items()))
    made = insert(Notice).from_select(
        list(columns),
        values.where(exists(select(_ACCOUNT.c.id).where(_ACCOUNT.c.id == account_id))),
    )
    db.session.execute(made.on_conflict_do_nothing())
    return db.session.execute(
        select(Notice.id, Notice.read_at)
        .where(Notice.account_id == account_id, Notice.kind == kind, Notice.subject == subject)
        .with_for_update()
    ).one_or_none()


def _is_new(notice_id: int, event: str, now: datetime) -> bool:
    noted = insert(NoticeEvent).values(notice_id=notice_id, key=event, at=now)
    return bool(db.session.execute(noted.on_conflict_do_nothing().returning(NoticeEvent.key)).all())


def _add_actor(notice_id: int, actor: Actor, now: datetime) -> None:
    made = insert(NoticeActor).values(
        notice_id=notice_id, account_id=actor.account_id, name=actor.name, at=now
    )
    db.session.execute(
        made.on_conflict_do_update(
            index_elements=["notice_id", "account_id"],
            set_={"name": made.excluded.name, "at": made.excluded.at},
        )
    )


def _cut(words: str, most: int) -> str:
    tidy = " ".join(words.split())
    return tidy if len(tidy) <= most else f"{tidy[: most - 1]}…"
