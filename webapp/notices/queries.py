"""Reads of notices; each counts or lists one person's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, inspect, select

from webapp.extensions import db
from webapp.notices.kinds import kinds
from webapp.notices.models import Notice, NoticeActor, NoticeChoice, NoticePerson


@dataclass(frozen=True)
class Told:
    """A notice as it reads: `{who}` filled in."""

    id: int
    kind: str
    title: str
    body: str
    address: str
    times: int
    told_at: datetime
    is_read: bool


@dataclass(frozen=True)
class Choice:
    """What holds for a kind: the person's choice, else what the kind has by default."""

    muted: bool
    mail: bool
    wechat: bool


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


def told(rows: Sequence[Notice]) -> list[Told]:
    names = _names(row.id for row in rows)
    return [
        Told(
            row.id,
            row.kind,
            row.title.replace("{who}", _who(names[row.id])),
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
