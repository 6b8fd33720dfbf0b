"""Telling people what was found for them, one account in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from webapp.catalogue import addresses
from webapp.clock import day_in_china, midnight_in_china
from webapp.notices import service as notices
from webapp.saved import kinds, queries, wording
from webapp.saved.models import PriceChange, SavedSearch
from webapp.saved.service.lease import Hold
from webapp.transactions import end_read, transaction
from webapp.visitor import account_of

PORTION: Final = 200
MOST_OWNERS: Final = 4_000
"""Told in one run; the next one goes on a minute later."""
NAMED: Final = 3
"""Cars named in the notice of a series."""


def tell(hold: Hold, *, now: datetime, most: int = MOST_OWNERS) -> int:
    """Tell people what waits for them, `most` of them; how many. Safe to be killed: what was told
    is noted with it. Raises Lost."""
    told = 0
    while owners := queries.waiting_owners(limit=min(PORTION, most - told)):
        end_read()
        for owner in owners:
            with transaction():
                hold.renew(now)
                _tell(owner, now)
            told += 1
    return told


def _tell(owner: str, now: datetime) -> None:
    account_id = account_of(owner)
    for search in queries.waiting_searches(owner):
        _tell_of_search(account_id, search, now)
    changes = queries.waiting_prices(owner)
    if account_id is not None:
        _tell_of_prices(account_id, changes, now)
    for change in changes:
        change.told_at = now


def _tell_of_search(account_id: int | None, search: SavedSearch, now: datetime) -> None:
    """As many cars one by one as the day has room for, the rest in one line of the day."""
    hits = queries.waiting_hits(search.id)
    more, search.waiting = search.waiting, 0
    for hit in hits:
        hit.told_at = now
    if account_id is None or not search.alerts:
        return
    since = midnight_in_china(now)
    room = max(0, search.most_a_day - queries.told_alone(search.id, since=since))
    names = queries.car_names([hit.trim_id for hit in hits[:room]])
    for hit in hits[:room]:
        hit.alone = True
        notices.notify(
            account_id=account_id,
            kind=kinds.SEARCH.key,
            subject=f"search-{search.id}-{hit.trim_id}",
            event=str(hit.id),
            title=f"“{search.name}”新符合：{names[hit.trim_id]}",
            body=wording.why(hit.reason, hit.was_fen, hit.now_fen),
            address=addresses.trim(hit.trim_id),
            now=now,
        )
    more += len(hits[room:])
    if more:
        today = day_in_china(now)
        before = search.gathered if search.gathered_on == today else 0
        search.gathered, search.gathered_on = before + more, today
        notices.notify(
            account_id=account_id,
            kind=kinds.SEARCH.key,
            subject=f"search-{search.id}-{today}",
            event=str(search.gathered),
            title=f"“{search.name}”今天另有 {search.gathered} 款新符合",
            address=f"/saved/{search.id}",
            now=now,
        )


def _tell_of_prices(account_id: int, changes: Sequence[PriceChange], now: datetime) -> None:
    """A line for each trim that was saved, and one for each series."""
    names = queries.car_names({change.trim_id for change in changes})
    by_series: dict[int, list[PriceChange]] = defaultdict(list)
    for change in changes:
        if change.series_id is not None:
            by_series[change.series_id].append(change)
            continue
        notices.notify(
            account_id=account_id,
            kind=kinds.PRICE.key,
            subject=f"trim-{change.trim_id}",
            event=str(change.id),
            title=wording.price_title(names[change.trim_id], change.was_fen, change.now_fen),
            body=wording.moved(change.was_fen, change.now_fen),
            address=addresses.trim(change.trim_id),
            now=now,
        )
    heads = queries.series_names(by_series)
    for series_id, own in by_series.items():
        said = [
            f"{names[change.trim_id]}：{wording.moved(change.was_fen, change.now_fen)}"
            for change in own[:NAMED]
        ]
        notices.notify(
            account_id=account_id,
            kind=kinds.PRICE.key,
            subject=f"series-{series_id}",
            event=str(own[-1].id),
            title=wording.series_title(heads[series_id], own),
            body="；".join(said) + (f"等 {len(own)} 款" if len(own) > NAMED else ""),
            address=addresses.series(series_id),
            now=now,
        )
