"""The documents' addresses for search engines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from webapp.knowledge import queries


def entries(limit: int) -> Iterator[tuple[str, str | None]]:
    """(path, day of the last change), the newest change first, at most `limit`."""
    return islice(_all(limit), limit)


def _all(limit: int) -> Iterator[tuple[str, str | None]]:
    yield "/knowledge/", None
    for id_, day in queries.sitemap_entries(limit=limit):
        yield f"/knowledge/documents/{id_}", day
