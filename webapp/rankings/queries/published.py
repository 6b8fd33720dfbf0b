"""What is published. The database says which publication is current; what it was computed from is
the same for ever, and kept in Redis and in this process by its digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple, cast

from flask import current_app
from redis import RedisError
from sqlalchemy import func, select

from webapp.backends.cache import cache_client
from webapp.extensions import db
from webapp.rankings import periods
from webapp.rankings.lists import Inputs, Listed, Row, compute
from webapp.rankings.methods import HEADLINE, METHODS, Method
from webapp.rankings.models import Ranking

KEPT_SECONDS: Final = 40 * 86_400
_PARSED: Final = 16
"""Lists a process keeps: twelve months of one, and what stands beside it."""


class Published(NamedTuple):
    id: int
    name: str
    period: str
    version: int
    digest: str
    printed: str
    rows: int
    published_at: datetime


@dataclass(frozen=True)
class Short:
    """The first rows of a list's newest publication."""

    method: Method
    period: str
    rows: Sequence[Row]
    total: int
    sources: Sequence[str]


class Place(NamedTuple):
    """Where a series stands in a list, and in the part of it with its size and body."""

    method: Method
    period: str
    place: int
    total: int
    slices: Mapping[str, str]
    sources: Sequence[str]


_COLUMNS: Final = tuple(getattr(Ranking, name) for name in Published._fields)


def key_of(digest: str) -> str:
    """Where Redis keeps the inputs of a publication."""
    return f"ranking:{digest}"


def rankings_version() -> int:
    """Rises with every publication."""
    return db.session.scalar(select(func.max(Ranking.id))) or 0


def current(name: str, period: str) -> Published | None:
    row = db.session.execute(
        select(*_COLUMNS).where(
            Ranking.name == name, Ranking.period == period, Ranking.superseded_at.is_(None)
        )
    ).first()
    return Published._make(row) if row else None


def recent(name: str, months: Sequence[str]) -> dict[str, Published]:
    """The current lists of these months, those that there are."""
    rows = db.session.execute(
        select(*_COLUMNS).where(
            Ranking.name == name, Ranking.period.in_(months), Ranking.superseded_at.is_(None)
        )
    )
    return {row.period: Published._make(row) for row in rows}


def periods_of(name: str) -> list[str]:
    """The periods a list is published for: months, quarters, years, each kind newest first."""
    found = db.session.scalars(
        select(Ranking.period).where(Ranking.name == name, Ranking.superseded_at.is_(None))
    )
    kinds = list(periods.KIND_LABELS)
    newest_first = sorted(found, reverse=True)
    return sorted(newest_first, key=lambda period: kinds.index(periods.kind_of(period)))


def all_current() -> list[Published]:
    """Every list that is published."""
    rows = db.session.execute(
        select(*_COLUMNS)
        .where(Ranking.superseded_at.is_(None))
        .order_by(Ranking.name, Ranking.period.desc())
    )
    return [Published._make(row) for row in rows]


def newest_by_name() -> dict[str, Published]:
    """The newest monthly list of each method, in the order of the methods. Two statements."""
    monthly = Ranking.period.like("____-__") & Ranking.period.not_like("%Q%")
    is_current = Ranking.superseded_at.is_(None)
    newest = (
        select(Ranking.name, func.max(Ranking.period).label("period"))
        .where(is_current, monthly)
        .group_by(Ranking.name)
        .subquery()
    )
    rows = db.session.execute(
        select(*_COLUMNS)
        .join(newest, (Ranking.name == newest.c.name) & (Ranking.period == newest.c.period))
        .where(is_current)
    )
    found = {row.name: Published._make(row) for row in rows}
    return {name: found[name] for name in METHODS if name in found}


def inputs_of(published: Published) -> Inputs:
    """What a publication was computed from."""
    return _inputs(published.digest, published.id)


@lru_cache(maxsize=_PARSED)
def _inputs(digest: str, number: int) -> Inputs:
    """By its digest, so that it cannot be another one's, in whatever database."""
    store, kept = cache_client(current_app.config["REDIS_URL"]), None
    with suppress(RedisError):
        kept = cast("bytes | None", store.get(key_of(digest)))
    if kept is not None:
        return Inputs.load(kept.decode())
    text = db.session.scalars(select(Ranking.inputs).where(Ranking.id == number)).one()
    with suppress(RedisError):
        store.set(key_of(digest), text, ex=KEPT_SECONDS)
    return Inputs.load(text)


def listed(published: Published, slices: Mapping[str, str] | None = None) -> Listed:
    """A published list, or a part of it with its own places."""
    method = METHODS[published.name]
    return compute(method, published.period, inputs_of(published), slices)


def headline() -> Published | None:
    """The newest list of sales by series: retail, else wholesale, else registrations."""
    newest = newest_by_name()
    return next((newest[name] for name in HEADLINE if name in newest), None)


def top(name: str, n: int) -> Short | None:
    """The first `n` rows of a list's newest month; None where it was never published."""
    found = newest_by_name().get(name)
    if found is None:
        return None
    whole = listed(found)
    return Short(whole.method, whole.period, whole.rows[:n], len(whole.rows), whole.sources)


def places_of(series_id: int) -> list[Place]:
    """The places of a series in the newest headline list: in all of it, and among its class. Empty
    where the list does not have it."""
    found = headline()
    if found is None:
        return []
    key = f"series:{series_id}"
    entry = next((one for one in inputs_of(found).entries if one.key == key), None)
    if entry is None:
        return []
    own = {"size": entry.kind.size, "body": entry.kind.body}
    of_class = {name: value for name, value in own.items() if value}
    places = []
    for slices in ({}, of_class) if of_class else ({},):
        part = listed(found, slices)
        place = part.place_of(key)
        if place is not None:
            rows = len(part.rows)
            places.append(Place(part.method, part.period, place, rows, slices, part.sources))
    return places
