"""The published lists, for search engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from webapp.clock import day_in_china
from webapp.rankings import addresses, queries


def entries(limit: int) -> Iterable[tuple[str, str | None]]:
    return islice(_entries(), limit)


def _entries() -> Iterator[tuple[str, str | None]]:
    published = queries.all_current()
    if published:
        newest = max(one.published_at for one in published)
        yield addresses.OVERVIEW, day_in_china(newest).isoformat()
    for one in published:
        yield addresses.ranking(one.name, one.period), day_in_china(one.published_at).isoformat()
