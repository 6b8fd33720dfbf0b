"""What changed in the catalogue since it was last looked at, and for whom.

Trims are compared with how they were (`seen_trim`), portion by portion. Every distinct condition
is asked once of the trims that differ, before and after, so that ten thousand searches cost what
their conditions cost, and a search that newly matches is one whose conditions now all hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from operator import and_ as both
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, exists, insert, literal, or_, select, update
from sqlalchemy.orm import aliased
from structlog import get_logger

from webapp import clock
from webapp.catalogue.filters import Condition
from webapp.catalogue.models import Trim
from webapp.catalogue.queries import catalogue_version, unknown_names
from webapp.extensions import db
from webapp.garage.models import Favourite
from webapp.saved import conditions, queries
from webapp.saved.conditions import Kept
from webapp.saved.models import PriceChange, SavedSearch, SearchHit, SeenTrim
from webapp.saved.queries import Changed
from webapp.saved.service.lease import Hold
from webapp.transactions import end_read, transaction
from webapp.visitor import ACCOUNTS

log = get_logger(__name__)

PORTION: Final = 500
"""Trims at once, which bounds memory and how long the database is written to."""
ROWS_A_PORTION: Final = 20
"""Cars of one search that are told of by name; the rest of a large import is a number."""
ONE_MOVE: Final = timedelta(days=1)
"""A price that comes back within so long is not another change."""
NEW: Final = "new"
NAMED: Final = "name"


class Looked(NamedTuple):
    """How many trims differed, and how many hits and price changes that made."""

    trims: int
    hits: int
    prices: int


class _Hit(NamedTuple):
    search_id: int
    trim: Changed
    reason: str


@dataclass
class _Search:
    id: int
    kept: Kept
    alerts: bool


@dataclass
class _Found:
    """What one portion makes: rows of hits, and by search how many cars it newly has (`fresh`) and
    how many of these without a row are to be told (`waiting`)."""

    hits: list[_Hit] = field(default_factory=list)
    fresh: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    waiting: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def look(hold: Hold) -> Looked:
    """Compare the catalogue with what it was. Safe to be killed: what is written of a portion is
    written with its trims' new state, in one transaction. Raises Lost."""
    version, watch = catalogue_version(), queries.watch()
    if watch is None or watch.version == version:
        return Looked(0, 0, 0)
    known = watch.version
    searches = [] if known is None else _searches(known)
    total, after = Looked(0, 0, 0), 0
    end_read()
    # What changes again behind is of a version to come.
    while trims := queries.changed_trims(after=after, limit=PORTION):
        after = trims[-1].id
        found = _newly_matching(searches, trims)
        end_read()
        now = clock.now()
        with transaction():
            hold.renew(now)
            alerting = {search.id for search in searches if search.alerts}
            _write_hits(found, alerting, now)
            # The first time nothing is known to have changed: it was all seen by nobody.
            prices = 0 if known is None else _write_prices(trims, now)
            _see(trims)
        total = Looked(
            total.trims + len(trims), total.hits + len(found.hits), total.prices + prices
        )
    with transaction():
        hold.renew(clock.now(), version=version)
    log.info("catalogue compared", version=version, **total._asdict())
    return total


def _searches(version: int) -> list[_Search]:
    """Those whose conditions are all still there; with less they would match more."""
    asked = queries.asked(until_version=version)
    read = [_Search(one.id, conditions.read(one.conditions), one.alerts) for one in asked]
    unknown = frozenset(unknown_names(c for search in read for c in search.kept.conditions))
    return [one for one in read if not conditions.without_names(one.kept, unknown).gone]


def _newly_matching(searches: Sequence[_Search], trims: Sequence[Changed]) -> _Found:
    found = _Found()
    asked = list(dict.fromkeys(c for search in searches for c in search.kept.conditions))
    texts = list(dict.fromkeys(search.kept.text for search in searches if search.kept.text))
    if not searches:
        return found
    now, texts_now = queries.matching(asked, texts, trims, before=False)
    was, texts_was = queries.matching(asked, texts, trims, before=True)
    everything = (1 << len(trims)) - 1
    known = queries.known_hits([trim.id for trim in trims])
    for search in searches:
        kept = search.kept
        new = _all_hold(kept, now, texts_now, everything)
        if not new or not (new := new & ~_all_hold(kept, was, texts_was, everything)):
            continue
        own = []
        for place, trim in _at(new, trims):
            reason = _reason(kept, trim, place, now, was)
            if (search.id, trim.id, reason) not in known:
                own.append(_Hit(search.id, trim, reason))
        found.hits += own[:ROWS_A_PORTION]
        if own:
            found.fresh[search.id] += len(own)
            found.waiting[search.id] += len(own[ROWS_A_PORTION:]) if search.alerts else 0
    return found


def _all_hold(
    kept: Kept, by_condition: Mapping[Condition, int], by_text: Mapping[str, int], everything: int
) -> int:
    held = reduce(both, (by_condition[condition] for condition in kept.conditions), everything)
    return held & by_text[kept.text] if kept.text else held


def _at(mask: int, trims: Sequence[Changed]) -> Iterable[tuple[int, Changed]]:
    return ((place, trim) for place, trim in enumerate(trims) if mask >> place & 1)


def _reason(
    kept: Kept,
    trim: Changed,
    place: int,
    now: Mapping[Condition, int],
    was: Mapping[Condition, int],
) -> str:
    """The price first: a fall is what one waits for."""
    if trim.is_new:
        return NEW
    turned = [
        condition.field
        for condition in kept.conditions
        if now[condition] >> place & 1 and not was[condition] >> place & 1
    ]
    if "price_wan" in turned:
        return "price_wan"
    return turned[0] if turned else NAMED


def _write_hits(found: _Found, alerting: set[int], now: datetime) -> None:
    # A search that was deleted meanwhile takes no hits.
    there = set(db.session.scalars(select(SavedSearch.id))) if found.fresh else set()
    rows = [
        {
            "search_id": hit.search_id,
            "trim_id": hit.trim.id,
            "reason": hit.reason,
            "was_fen": hit.trim.was_fen,
            "now_fen": hit.trim.now["price_fen"],
            "found_at": now,
            "told_at": None if hit.search_id in alerting else now,
            "alone": False,
        }
        for hit in found.hits
        if hit.search_id in there
    ]
    if rows:
        db.session.execute(insert(SearchHit), rows)
    counts = [
        {"of": search_id, "more": n, "untold": found.waiting[search_id]}
        for search_id, n in found.fresh.items()
        if search_id in there
    ]
    if counts:
        table: Any = SavedSearch.__table__
        statement = update(table).where(table.c.id == bindparam("of"))
        raised = {
            "fresh": table.c.fresh + bindparam("more"),
            "waiting": table.c.waiting + bindparam("untold"),
        }
        db.session.execute(statement.values(raised), counts)


def _write_prices(trims: Sequence[Changed], now: datetime) -> int:
    """One row for each account that saved a trim whose price became another, or else its series,
    but where it had this price within the last day already. Before `_see`."""
    ids = [
        trim.id
        for trim in trims
        if not trim.is_new and trim.now["price_fen"] not in (None, trim.was_fen)
    ]
    if not ids:
        return 0
    was: Any = SeenTrim.__table__.c
    other, before = aliased(Favourite), aliased(PriceChange)
    saved_itself = exists().where(other.owner == Favourite.owner, other.trim_id == Trim.id)
    back = exists().where(
        before.owner == Favourite.owner,
        before.trim_id == Trim.id,
        before.found_at > now - ONE_MOVE,
        or_(before.was_fen == Trim.price_fen, before.now_fen == Trim.price_fen),
    )
    at = literal(now, PriceChange.found_at.type)
    rows = (
        select(Favourite.owner, Favourite.series_id, Trim.id, was.price_fen, Trim.price_fen, at)
        .select_from(Trim)
        .join(SeenTrim, was.id == Trim.id)
        .where(Trim.id.in_(ids), Favourite.owner.startswith(ACCOUNTS), ~back)
    )
    columns = ["owner", "series_id", "trim_id", "was_fen", "now_fen", "found_at"]
    written = 0
    for some in (
        rows.join(Favourite, Favourite.trim_id == Trim.id),
        rows.join(Favourite, Favourite.series_id == Trim.series_id).where(~saved_itself),
    ):
        result: Any = db.session.execute(insert(PriceChange).from_select(columns, some))
        written += result.rowcount
    return written


def _see(trims: Sequence[Changed]) -> None:
    """Note how the trims are now, as they were read: what changed since differs again."""
    table: Any = SeenTrim.__table__
    db.session.execute(delete(table).where(table.c.id.in_([trim.id for trim in trims])))
    db.session.execute(insert(table), [{"id": trim.id} | trim.now for trim in trims])
