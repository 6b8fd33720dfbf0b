"""Reads of notices; each counts or lists one person's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import func, inspect, select

from webapp.extensions import db
from webapp.notices.choices import Choice, Person
from webapp.notices.kinds import kinds
from webapp.notices.models import Notice, NoticeActor, NoticeChoice, NoticeDelivery, NoticePerson

WHO: Final = "{who}"
"""A title that begins so begins with those who took part."""


@dataclass(frozen=True)
class Told:
    """A notice as it reads."""

    id: int
    kind: str
    title: str
    body: str
    address: str
    times: int
    told_at: datetime
    is_read: bool


def person(account_id: int) -> Person:
    columns = [getattr(NoticePerson, each.name) for each in fields(Person)]
    row = db.session.execute(select(*columns).filter_by(account_id=account_id)).one_or_none()
    return Person() if row is None else Person(**row._mapping)


def choice(account_id: int, kind: str) -> Choice:
    return choices(account_id)[kind]


def choices(account_id: int) -> dict[str, Choice]:
    """For every kind there is."""
    rows = db.session.scalars(select(NoticeChoice).filter_by(account_id=account_id))
    chosen = {row.kind: Choice(row.muted, row.mail, row.wechat) for row in rows}
    return {
        key: chosen.get(key, Choice(False, "mail" in kind.channels, "wechat" in kind.channels))
        for key, kind in kinds().items()
    }


def unread(account_id: int) -> int:
    found = select(func.count()).select_from(Notice).filter_by(account_id=account_id, read_at=None)
    return db.session.scalar(found) or 0


def unread_of(accounts: Sequence[int]) -> dict[int, int]:
    """As `unread`, of several in one statement."""
    rows = db.session.execute(
        select(Notice.account_id, func.count())
        .where(Notice.account_id.in_(accounts), Notice.read_at.is_(None))
        .group_by(Notice.account_id)
    )
    return dict.fromkeys(accounts, 0) | dict(rows.tuples())


def count(account_id: int) -> int:
    found = select(func.count()).select_from(Notice).filter_by(account_id=account_id)
    return db.session.scalar(found) or 0


def page(account_id: int, *, limit: int, offset: int) -> list[Told]:
    """The newest first."""
    rows = db.session.scalars(
        select(Notice)
        .filter_by(account_id=account_id)
        .order_by(Notice.told_at.desc(), Notice.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return told(rows)


def notice_of(account_id: int, number: int) -> Notice | None:
    return db.session.scalar(select(Notice).filter_by(account_id=account_id, id=number))


def told_by(row: NoticeDelivery) -> list[Told]:
    """The notices that a delivery is about and that were not read yet, the newest first; of a
    digest all that it gathers."""
    gathered = select(NoticeDelivery.notice_id).where(NoticeDelivery.digest_id == row.id)
    which = Notice.id.in_(gathered) if row.purpose == "digest" else Notice.id == row.notice_id
    return told(
        db.session.scalars(
            select(Notice)
            .where(which, Notice.read_at.is_(None))
            .order_by(Notice.told_at.desc(), Notice.id.desc())
        ).all()
    )


def told(rows: Sequence[Notice]) -> list[Told]:
    names = _names(row.id for row in rows)
    return [
        Told(
            row.id,
            row.kind,
            _titled(row.title, names[row.id]),
            row.body,
            row.address,
            row.times,
            row.told_at,
            row.read_at is not None,
        )
        for row in rows
    ]


def _names(numbers: Iterable[int]) -> dict[int, list[str]]:
    """Those who took part in each notice, who did so last first."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(NoticeActor.notice_id, NoticeActor.name)
        .where(NoticeActor.notice_id.in_(list(numbers)))
        .order_by(NoticeActor.at.desc(), NoticeActor.account_id)
    )
    for notice_id, name in rows:
        found[notice_id].append(name)
    return found


def _titled(title: str, names: Sequence[str]) -> str:
    """Only at the beginning: what follows may be a person's own words."""
    return f"{_who(names)}{title.removeprefix(WHO)}" if title.startswith(WHO) else title


def _who(names: Sequence[str]) -> str:
    """小王, 小王和小李, 小王等 3 人; 有人 where those who did it have left."""
    if len(names) > 2:
        return f"{names[0]}等 {len(names)} 人"
    return "和".join(names) or "有人"


def everything_of(account_id: int) -> dict[str, object]:
    """All of a person, as JSON can hold it."""
    rows = db.session.scalars(
        select(Notice).filter_by(account_id=account_id).order_by(Notice.id)
    ).all()
    person = db.session.get(NoticePerson, account_id)
    columns = inspect(NoticePerson).column_attrs.keys()
    return {
        "notices": [{**asdict(one), "told_at": one.told_at.isoformat()} for one in told(rows)],
        "settings": person
        and {key: _plain(getattr(person, key)) for key in columns if key != "account_id"},
        "choices": {key: asdict(chosen) for key, chosen in choices(account_id).items()},
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


class Tally(NamedTuple):
    """How many messages of a channel are in a state for one reason, and since when."""

    channel: str
    state: str
    reason: str
    number: int
    since: datetime


def tallies() -> list[Tally]:
    """Of all that is not over well, for staff."""
    row = NoticeDelivery
    found = db.session.execute(
        select(row.channel, row.state, row.reason, func.count(), func.min(row.made_at))
        .where(row.state.in_(("waiting", "sending", "held", "given_up")))
        .group_by(row.channel, row.state, row.reason)
        .order_by(row.state, row.channel, row.reason)
    )
    return [Tally(*each) for each in found]


def given_up(*, limit: int) -> Sequence[NoticeDelivery]:
    """Messages that were given up, the last first; those that a digest gathered go with it."""
    return db.session.scalars(
        select(NoticeDelivery)
        .where(NoticeDelivery.state == "given_up", NoticeDelivery.digest_id.is_(None))
        .order_by(NoticeDelivery.ended_at.desc(), NoticeDelivery.id.desc())
        .limit(limit)
    ).all()


def given_up_of(channel: str) -> Sequence[int]:
    """Numbers of all that were given up of a channel."""
    return db.session.scalars(
        select(NoticeDelivery.id)
        .where(
            NoticeDelivery.state == "given_up",
            NoticeDelivery.digest_id.is_(None),
            NoticeDelivery.channel == channel,
        )
        .order_by(NoticeDelivery.id)
    ).all()
