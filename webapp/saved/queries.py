"""Reads of saved searches, and of what differs in the catalogue since it was last looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true, union
from sqlalchemy.orm import InstrumentedAttribute

from webapp.catalogue.filters import TABLE, Condition
from webapp.catalogue.filters.sql import COLUMNS, FEN_PER_WAN, names_contain
from webapp.catalogue.models import Series, Trim
from webapp.catalogue.naming import with_brand
from webapp.catalogue.queries import trim_rows
from webapp.catalogue.queries.rows import over_trims
from webapp.extensions import db
from webapp.filtering.sql import Bits, SqlColumns
from webapp.saved.models import SOURCES, PriceChange, SavedSearch, SearchHit, SeenTrim, Watch
from webapp.visitor import ACCOUNTS

_AT_ONCE: Final = 200
"""Conditions in one statement: as many columns as every database takes, and parameters."""


def _was(name: str) -> InstrumentedAttribute[Any]:
    column: InstrumentedAttribute[Any] = getattr(SeenTrim, name)
    return column


_SEEN: Final = SqlColumns(
    TABLE,
    SeenTrim,
    columns={"price_wan": _was("price_fen")},
    scales={"price_wan": FEN_PER_WAN},
    bits={"features": Bits(_was("features"), _was("features_known"))},
)


class Changed(NamedTuple):
    """A trim that differs from how it was last seen: in which columns it now is as `now` says.
    `was_fen` is its former price; `is_new` that it was not there."""

    id: int
    series_id: int
    is_new: bool
    was_fen: int | None
    now: dict[str, Any]


class Asked(NamedTuple):
    """What the worker wants to know of a saved search."""

    id: int
    conditions: str
    alerts: bool


class NewCar(NamedTuple):
    """A car that newly matches, for the page of saved searches."""

    search_id: int
    trim_id: int
    name: str
    reason: str
    was_fen: int | None
    now_fen: int | None


def watch() -> Watch | None:
    return db.session.scalar(select(Watch).execution_options(populate_existing=True))


def searches(owner: str) -> Sequence[SavedSearch]:
    """The one saved last first."""
    newest = (SavedSearch.saved_at.desc(), SavedSearch.id.desc())
    return db.session.scalars(select(SavedSearch).filter_by(owner=owner).order_by(*newest)).all()


def search(owner: str, search_id: int) -> SavedSearch | None:
    """An owner's own one."""
    return db.session.scalar(select(SavedSearch).filter_by(owner=owner, id=search_id))


def search_of(owner: str, digest: str) -> SavedSearch | None:
    return db.session.scalar(select(SavedSearch).filter_by(owner=owner, digest=digest))


def count(owner: str) -> int:
    statement = select(func.count()).select_from(SavedSearch).filter_by(owner=owner)
    return db.session.scalar(statement) or 0


def new_cars(owner: str, *, each: int) -> dict[int, list[NewCar]]:
    """Of each search the newest cars that came since the owner last looked, `each` at most."""
    place = func.row_number().over(
        partition_by=SearchHit.search_id, order_by=(SearchHit.found_at.desc(), SearchHit.id)
    )
    placed = (
        select(
            SearchHit.search_id,
            SearchHit.trim_id,
            SearchHit.reason,
            SearchHit.was_fen,
            SearchHit.now_fen,
            place.label("place"),
        )
        .join(SavedSearch, SavedSearch.id == SearchHit.search_id)
        .where(SavedSearch.owner == owner, SearchHit.found_at > SavedSearch.looked_at)
        .subquery()
    )
    statement = select(placed).where(placed.c.place <= each)
    rows = db.session.execute(statement.order_by(placed.c.search_id, placed.c.place)).all()
    names = car_names({row.trim_id for row in rows})
    found: dict[int, list[NewCar]] = {}
    for search_id, trim_id, reason, was, now, _place in rows:
        car = NewCar(search_id, trim_id, names[trim_id], reason, was, now)
        found.setdefault(search_id, []).append(car)
    return found


def car_names(trim_ids: Collection[int]) -> dict[int, str]:
    """Brand and full name by trim."""
    rows = trim_rows(Trim.id.in_(trim_ids)) if trim_ids else []
    return {row.id: row.branded_name for row in rows}


def series_names(series_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.scalars(select(Series).where(Series.id.in_(series_ids)))
    return {row.id: with_brand(row.brand.name, row.name) for row in rows}


def asked(*, until_version: int) -> list[Asked]:
    """The searches of all accounts; those saved after this version of the catalogue are left out,
    whose owners saw in the list what is new since."""
    rows = db.session.execute(
        select(SavedSearch.id, SavedSearch.conditions, SavedSearch.alerts).where(
            SavedSearch.owner.startswith(ACCOUNTS), SavedSearch.version <= until_version
        )
    )
    return [Asked._make(row) for row in rows]


def changed_trims(*, after: int, limit: int) -> list[Changed]:
    """Trims that are new or differ in a column that can be asked about, by their number, beyond
    `after`. One statement."""
    columns = [source.label(name) for name, source in SOURCES.items()]
    differs = [source.is_distinct_from(_was(name)) for name, source in SOURCES.items()]
    statement = (
        over_trims(Trim.id, Trim.series_id, _was("id"), _was("price_fen"), *columns)
        .outerjoin(SeenTrim, _was("id") == Trim.id)
        .where(Trim.id > after, or_(_was("id").is_(None), *differs))
        .order_by(Trim.id)
        .limit(limit)
    )
    return [
        Changed(row[0], row[1], row[2] is None, row[3], dict(zip(SOURCES, row[4:], strict=True)))
        for row in db.session.connection().execute(statement)
    ]


def matching(
    conditions: Sequence[Condition], texts: Sequence[str], trims: Sequence[Changed], *, before: bool
) -> tuple[dict[Condition, int], dict[str, int]]:
    """By condition, and by words of names, for which of these trims it holds: bit i for the i-th.
    With `before` as they were when last seen."""
    where = _SEEN.where if before else COLUMNS.where
    expressions = [where(condition) for condition in conditions]
    expressions += [and_(true(), *(_names_had(t) if before else names_contain(t))) for t in texts]
    masks = _masks(expressions, [trim.id for trim in trims], before=before)
    split = len(conditions)
    by_condition = dict(zip(conditions, masks[:split], strict=True))
    return by_condition, dict(zip(texts, masks[split:], strict=True))


def _names_had(text: str) -> list[ColumnElement[bool]]:
    return [_was("names").icontains(word, autoescape=True) for word in text.split()]


def _masks(
    expressions: Sequence[ColumnElement[bool]], trim_ids: Sequence[int], *, before: bool
) -> list[int]:
    places = {trim_id: 1 << place for place, trim_id in enumerate(trim_ids)}
    masks: list[int] = []
    for start in range(0, len(expressions), _AT_ONCE):
        some = [case((one, 1), else_=0) for one in expressions[start : start + _AT_ONCE]]
        statement = (
            select(_was("id"), *some).where(_was("id").in_(trim_ids))
            if before
            else over_trims(Trim.id, *some).where(Trim.id.in_(trim_ids))
        )
        found = [0] * len(some)
        for trim_id, *holds in db.session.connection().execute(statement):
            bit = places[trim_id]
            for place, does in enumerate(holds):
                if does:
                    found[place] |= bit
        masks += found
    return masks


def known_hits(trim_ids: Sequence[int]) -> set[tuple[int, int, str]]:
    """(search, trim, reason) of all that was ever found of these trims."""
    columns = (SearchHit.search_id, SearchHit.trim_id, SearchHit.reason)
    rows = db.session.connection().execute(select(*columns).where(SearchHit.trim_id.in_(trim_ids)))
    return {(row[0], row[1], row[2]) for row in rows}


def waiting_owners(*, limit: int) -> list[str]:
    """Accounts with something to be told."""
    hit = exists().where(SearchHit.search_id == SavedSearch.id, SearchHit.told_at.is_(None))
    of_searches = select(SavedSearch.owner).where(or_(SavedSearch.waiting > 0, hit))
    of_prices = select(PriceChange.owner).where(PriceChange.told_at.is_(None))
    both = union(of_searches, of_prices).subquery()
    return list(db.session.scalars(select(both.c.owner).order_by(both.c.owner).limit(limit)))


def waiting_searches(owner: str) -> Sequence[SavedSearch]:
    hit = exists().where(SearchHit.search_id == SavedSearch.id, SearchHit.told_at.is_(None))
    which = (SavedSearch.owner == owner, or_(SavedSearch.waiting > 0, hit))
    return db.session.scalars(select(SavedSearch).where(*which).order_by(SavedSearch.id)).all()


def waiting_hits(search_id: int) -> Sequence[SearchHit]:
    """Prices that fell first, then as they were found."""
    fell = case((SearchHit.reason == "price_wan", 0), else_=1)
    return db.session.scalars(
        select(SearchHit)
        .where(SearchHit.search_id == search_id, SearchHit.told_at.is_(None))
        .order_by(fell, SearchHit.id)
    ).all()


def told_alone(search_id: int, *, since: datetime) -> int:
    """How many cars were told of one by one since then."""
    statement = select(func.count()).where(
        SearchHit.search_id == search_id, SearchHit.alone, SearchHit.told_at >= since
    )
    return db.session.scalar(statement) or 0


def waiting_prices(owner: str) -> Sequence[PriceChange]:
    which = (PriceChange.owner == owner, PriceChange.told_at.is_(None))
    return db.session.scalars(select(PriceChange).where(*which).order_by(PriceChange.id)).all()


def prices(owner: str) -> Sequence[PriceChange]:
    return db.session.scalars(select(PriceChange).filter_by(owner=owner)).all()
