"""The catalogue's addresses for search engines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from webapp import clock
from webapp.catalogue import addresses, queries

FIXED = (addresses.listing(), addresses.brands())


def entries(limit: int) -> Iterator[tuple[str, str | None]]:
    """(path, day of the catalogue's last change), series before trims, at most `limit`."""
    changed = queries.catalogue_changed_at()
    day = clock.day_in_china(changed).isoformat() if changed else None
    return islice(_all(day), limit)


def _all(day: str | None) -> Iterator[tuple[str, str | None]]:
    series, trims = queries.sitemap_entries()
    yield from ((path, None) for path in FIXED)
    yield from ((addresses.series(id_), day) for id_ in series)
    yield from ((addresses.trim(id_), day) for id_ in trims)
