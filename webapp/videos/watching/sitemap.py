"""Addresses of videos for search engines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from webapp import clock
from webapp.videos.watching import queries


def entries(limit: int) -> Iterator[tuple[str, str | None]]:
    """(path, day it was published), the list first, at most `limit`."""
    return islice(_all(limit), limit)


def _all(limit: int) -> Iterator[tuple[str, str | None]]:
    yield "/videos/", None
    for public_id, published in queries.listed_addresses(limit):
        day = clock.day_in_china(published).isoformat() if published else None
        yield f"/videos/{public_id}", day
