"""Saving searches and changing them, and what becomes of them at login and afterwards.

Each function is one transaction, but for those that say that they run in their caller's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from webapp.catalogue.filters import Selection
from webapp.catalogue.queries import catalogue_version, near_names, unknown_names
from webapp.errors import BadInput, Conflict, Suggestion
from webapp.extensions import db
from webapp.saved import conditions, queries
from webapp.saved.conditions import Kept
from webapp.saved.models import NAME, PriceChange, SavedSearch
from webapp.transactions import transaction
from webapp.visitor import GUESTS, account_of

MOST_SEARCHES: Final = 50
"""Of one account; what comes with a login or a merged account is kept beyond."""
MOST_BEFORE_LOGIN: Final = 5
A_DAY: Final = 5
"""Cars of one search told of one by one in a day, unless the person chose another number."""
GUESTS_KEPT: Final = timedelta(days=30)
"""How long one waits for its guest to log in."""
PRICES_KEPT: Final = timedelta(days=2)


def save(*, owner: str, selection: Selection, now: datetime) -> SavedSearch:
    """Keep the conditions of a list; the same again is the one that is there.

    Raises BadInput without conditions or for a name that is not in the catalogue, Conflict where
    there are too many.
    """
    _refuse_unknown(selection)
    kept = conditions.kept_of(selection)
    if not kept.conditions and not kept.text:
        raise BadInput("还没有条件可以保存。请先在选车页选一两个条件，再保存。")
    digest = conditions.digest(kept)
    same = queries.search_of(owner, digest)
    if same is not None:
        return same
    made = SavedSearch(
        owner=owner,
        name=conditions.proposed_name(kept),
        conditions=conditions.write(kept),
        digest=digest,
        most_a_day=A_DAY,
        saved_at=now,
        looked_at=now,
        version=catalogue_version(),
    )
    most = MOST_SEARCHES if account_of(owner) is not None else MOST_BEFORE_LOGIN
    try:
        with transaction():
            db.session.add(made)
            db.session.flush()
            if queries.count(owner) > most:
                raise _full(owner, most)
    except IntegrityError:  # a second click came first
        same = queries.search_of(owner, digest)
        if same is None:
            raise
        return same
    return made


def change(*, search: SavedSearch, name: str, most_a_day: int) -> None:
    """Rename, and say how many cars a day are told of. Raises BadInput."""
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= NAME:
        raise BadInput(f"名称要有 1 到 {NAME} 个字，这里有 {len(tidy)} 个。")
    with transaction():
        search.name, search.most_a_day = tidy, most_a_day


def set_alerts(*, search: SavedSearch, on: bool) -> None:
    """Safe to repeat. What was found while they were off is not told later."""
    with transaction():
        search.alerts = on


def looked(*, search: SavedSearch, now: datetime) -> None:
    """The person has seen what is new."""
    with transaction():
        search.looked_at, search.fresh = now, 0


def drop_gone(*, search: SavedSearch, kept: Kept, now: datetime) -> None:
    """Go on with what is left of the conditions; where that is saved already, as that one."""
    left = Kept(kept.conditions, kept.text)
    if not left.conditions and not left.text:
        raise BadInput("剩下的条件是空的，只能删除这个筛选。")
    same = queries.search_of(search.owner, conditions.digest(left))
    with transaction():
        if same is not None and same.id != search.id:
            db.session.delete(search)
            return
        search.conditions, search.digest = conditions.write(left), conditions.digest(left)
        search.version = catalogue_version()
        search.looked_at, search.fresh = now, 0


def remove(*, search: SavedSearch) -> None:
    """With all that was found for it."""
    with transaction():
        db.session.delete(search)


def adopt(*, owner: str, new_owner: str) -> None:
    """Hand over; the same search of both is the new owner's. In the caller's transaction."""
    same = select(SavedSearch.digest).where(SavedSearch.owner == new_owner)
    doubled = delete(SavedSearch).where(SavedSearch.owner == owner, SavedSearch.digest.in_(same))
    db.session.execute(doubled, execution_options={"synchronize_session": False})
    moved = update(SavedSearch).where(SavedSearch.owner == owner).values(owner=new_owner)
    db.session.execute(moved, execution_options={"synchronize_session": False})


def adopt_prices(*, owner: str, new_owner: str) -> None:
    """Hand over. In the caller's transaction."""
    moved = update(PriceChange).where(PriceChange.owner == owner).values(owner=new_owner)
    db.session.execute(moved, execution_options={"synchronize_session": False})


def erase(*, owner: str) -> None:
    """In the caller's transaction."""
    db.session.execute(delete(SavedSearch).where(SavedSearch.owner == owner))


def erase_prices(*, owner: str) -> None:
    """In the caller's transaction."""
    db.session.execute(delete(PriceChange).where(PriceChange.owner == owner))


def sweep(*, now: datetime) -> None:
    """Forget searches whose guests never came back, and prices that are long told. Safe to
    repeat."""
    guests = (SavedSearch.owner.startswith(GUESTS), SavedSearch.saved_at < now - GUESTS_KEPT)
    with transaction():
        db.session.execute(delete(SavedSearch).where(*guests))
        db.session.execute(delete(PriceChange).where(PriceChange.told_at < now - PRICES_KEPT))


def _refuse_unknown(selection: Selection) -> None:
    unknown = unknown_names(selection.conditions)
    if unknown:
        name = unknown[0][1]
        near = "、".join(found.text for found in near_names(name)[:3])
        hint = f"是不是{near}？" if near else "请从选车页重新选择。"
        raise BadInput(f"车型库里没有“{name[:40]}”。{hint}")


def _full(owner: str, most: int) -> Conflict:
    if account_of(owner) is None:
        said = f"登录前最多记 {most} 个筛选，已经满了。登录后最多可以保存 {MOST_SEARCHES} 个。"
    else:
        said = f"最多保存 {most} 个筛选，已经满了。请先删掉几个不再看的，再保存这一个。"
    links = [Suggestion("打开保存的筛选", "/saved/")]
    return Conflict(said, title="保存的筛选已满", suggestions=links)
