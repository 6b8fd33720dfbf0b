"""Saving, looking, and what becomes of both at login and afterwards.

Each function is one transaction, but for those that say that they run in their caller's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, delete, func, literal, select, true
from sqlalchemy.dialects import postgresql, sqlite

from webapp.accounts.models import Account
from webapp.catalogue import queries as cars
from webapp.errors import Conflict, NotFound, Suggestion
from webapp.extensions import db
from webapp.garage.models import Favourite, Subject, Visit
from webapp.visitor import GUESTS, account_of

MOST_FAVOURITES: Final = 200
MOST_VISITS: Final = 300
"""Of one owner; the oldest visits make room for new ones."""
GUESTS_KEPT: Final = timedelta(days=180)
"""As long as a guest's cookie."""
COLUMNS: Final = ("trim_id", "series_id")


def save(*, owner: str, subject: Subject, now: datetime) -> None:
    """Keep a car; safe to repeat, the first time counts.

    Raises NotFound for a car that is not there, Conflict where there are too many.
    """
    _load(subject)
    row = {"owner": owner, "saved_at": now, _column(subject): subject.id}
    db.session.execute(_insert(Favourite).values(row).on_conflict_do_nothing())
    count = select(func.count()).select_from(Favourite).filter_by(owner=owner)
    if (db.session.scalar(count) or 0) > MOST_FAVOURITES:
        db.session.rollback()
        raise Conflict(
            f"收藏最多 {MOST_FAVOURITES} 个，已经满了。请先移出几个不再看的，再收藏这一个。",
            title="收藏已满",
            suggestions=[Suggestion("打开收藏", "/garage/")],
        )
    db.session.commit()


def remove(*, owner: str, subject: Subject) -> None:
    """Safe to repeat."""
    _delete(Favourite, owner, subject)
    db.session.commit()


def look(*, owner: str, subject: Subject, now: datetime) -> None:
    """Note that the page of a car was opened, unless the owner is an account that keeps no
    history. Raises NotFound for a car that is not there."""
    _load(subject)
    noted = {"owner": owner, "seen_at": now, "times": 1, _column(subject): subject.id}
    visit = select(*(literal(value, getattr(Visit, key).type) for key, value in noted.items()))
    account_id = account_of(owner)
    # The account first and the visit second, as where the switch is turned off: then either this
    # one sees the switch, or the other one the visit.
    allowed = (
        visit.where(true())  # SQLite needs a WHERE between SELECT and ON CONFLICT
        if account_id is None
        else visit.where(Account.id == account_id, Account.keeps_history).with_for_update(read=True)
    )
    made = _insert(Visit).from_select(list(noted), allowed)
    db.session.execute(
        made.on_conflict_do_update(
            index_elements=["owner", _column(subject)],
            set_={"seen_at": made.excluded.seen_at, "times": Visit.times + 1},
        )
    )
    _forget_oldest(Visit, owner, MOST_VISITS)
    db.session.commit()


def forget_visit(*, owner: str, subject: Subject) -> None:
    """Safe to repeat."""
    _delete(Visit, owner, subject)
    db.session.commit()


def forget_visits(*, owner: str) -> None:
    erase_visits(owner=owner)
    db.session.commit()


def sweep(*, now: datetime) -> None:
    """Forget guests whose cookie is gone. Safe to repeat."""
    gone = now - GUESTS_KEPT
    db.session.execute(delete(Visit).where(Visit.owner.startswith(GUESTS), Visit.seen_at < gone))
    back = [
        select(Visit.owner).where(Visit.seen_at >= gone),
        select(Favourite.owner).where(Favourite.saved_at >= gone),
    ]
    db.session.execute(
        delete(Favourite).where(
            Favourite.owner.startswith(GUESTS), *(Favourite.owner.not_in(seen) for seen in back)
        )
    )
    db.session.commit()


def adopt_favourites(*, owner: str, new_owner: str) -> None:
    """Hand over, each with the earlier of two times. In the caller's transaction."""
    saved = Favourite.saved_at
    for column in COLUMNS:
        made = _copied(Favourite, column, owner, new_owner, saved)
        earliest = case((made.excluded.saved_at < saved, made.excluded.saved_at), else_=saved)
        db.session.execute(
            made.on_conflict_do_update(
                index_elements=["owner", column], set_={"saved_at": earliest}
            )
        )
    erase_favourites(owner=owner)
    _forget_oldest(Favourite, new_owner, MOST_FAVOURITES)


def adopt_visits(*, owner: str, new_owner: str) -> None:
    """Hand over, each with the later of two times and the sum of counts. In the caller's
    transaction."""
    seen = Visit.seen_at
    for column in COLUMNS:
        made = _copied(Visit, column, owner, new_owner, seen, Visit.times)
        newest = case((made.excluded.seen_at > seen, made.excluded.seen_at), else_=seen)
        together = Visit.times + made.excluded.times
        db.session.execute(
            made.on_conflict_do_update(
                index_elements=["owner", column], set_={"seen_at": newest, "times": together}
            )
        )
    erase_visits(owner=owner)
    _forget_oldest(Visit, new_owner, MOST_VISITS)


def erase_favourites(*, owner: str) -> None:
    """In the caller's transaction."""
    db.session.execute(delete(Favourite).where(Favourite.owner == owner))


def erase_visits(*, owner: str) -> None:
    """In the caller's transaction."""
    db.session.execute(delete(Visit).where(Visit.owner == owner))


def _load(subject: Subject) -> None:
    if subject.kind == "trim" and not cars.trim_exists(subject.id):
        raise NotFound(f"没有编号为 {subject.id} 的车型。")
    if subject.kind == "series" and cars.series_head(subject.id) is None:
        raise NotFound(f"没有编号为 {subject.id} 的车系。")


def _column(subject: Subject) -> str:
    return f"{subject.kind}_id"


def _insert(table: type[Favourite | Visit]) -> Any:
    """An INSERT that can say what happens to a row that is there already."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _copied(
    table: type[Favourite | Visit], column: str, owner: str, new_owner: str, *more: Any
) -> Any:
    """INSERT of `new_owner`'s rows from those of `owner` that name a `column`."""
    source = getattr(table, column)
    rows = select(literal(new_owner), source, *more).where(
        table.owner == owner, source.is_not(None)
    )
    return _insert(table).from_select(["owner", column, *(item.key for item in more)], rows)


def _delete(table: type[Favourite | Visit], owner: str, subject: Subject) -> None:
    own = getattr(table, _column(subject)) == subject.id
    db.session.execute(delete(table).where(table.owner == owner, own))


def _forget_oldest(table: type[Favourite | Visit], owner: str, most: int) -> None:
    time = Visit.seen_at if table is Visit else Favourite.saved_at
    newest = select(table.id).where(table.owner == owner).order_by(time.desc(), table.id.desc())
    statement = delete(table).where(table.id.in_(newest.offset(most)))
    db.session.execute(statement, execution_options={"synchronize_session": False})
