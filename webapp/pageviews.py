"""Counts how often the pages of trims and series are opened, and which trims are compared with
each other, pages from the cache included.

It stands in front of the page cache. A process adds up in memory and hands its sums to Redis
every few seconds, from where the worker puts them into the database; nothing is kept of who
opened a page. Robots that say so, prefetches and errors are not counted; a page opened twice
counts twice. Up to FLUSH_SECONDS of counts are lost with a killed process, and what Redis
holds with a lost Redis: it is a measure of interest, not of money.
"""

from __future__ import annotations

import atexit
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from redis import Redis, RedisError

from webapp import clock
from webapp.backends.cache import cache_client

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGES: Final = re.compile(r"/cars/(trims|series)/([1-9][0-9]{0,9})")
COMPARISON: Final = "/cars/compare"
_COMPARED: Final = re.compile(
    r"(?:^|&)ids=([1-9][0-9]{0,9}(?:(?:,|%2C)[1-9][0-9]{0,9}){1,5})(?:&|$)"
)
ROBOTS: Final = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|http|headless|curl|wget|python|java/|okhttp|scrapy|monitor|preview",
    re.IGNORECASE,
)
FLUSH_SECONDS: Final = 5.0
MOST_WAITING: Final = 20_000
"""Pages whose counts wait for a Redis that is away; more are forgotten."""


def key_of(day: date) -> str:
    """The hash in Redis that holds a day's counts: field `trims:7`, `series:7` or `pairs:3-7`."""
    return f"views:{day:%Y-%m-%d}"


class PageViews:
    """WSGI middleware; see the module's text."""

    def __init__(
        self,
        application: WSGIApplication,
        *,
        store: Redis,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application = application
        self._store = store
        self._clock = clock
        self._flushed_at = clock()
        self._counts: Counter[str] = Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/cars/") or environ["REQUEST_METHOD"] != "GET":
            return self._application(environ, start_response)
        subjects = _subjects(path, environ.get("QUERY_STRING", ""))
        if not subjects or not opened_by_a_person(environ):
            return self._application(environ, start_response)

        def counted(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if status.startswith(("200", "304")):
                self._count(subjects)
            return start_response(status, headers, exc_info)

        return self._application(environ, counted)

    def _count(self, subjects: list[str]) -> None:
        self._counts.update(subjects)
        if self._clock() - self._flushed_at >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Hand the sums to Redis; with Redis away they wait here."""
        self._flushed_at = self._clock()
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        key = key_of(clock.today_in_china())
        pipeline = self._store.pipeline()
        for page, number in counts.items():
            pipeline.hincrby(key, page, number)
        try:
            pipeline.execute()
        except RedisError:
            if len(counts) <= MOST_WAITING:
                self._counts.update(counts)


def _subjects(path: str, query: str) -> list[str]:
    """What an address shows, as the fields of the hash: a page, or each pair of a comparison."""
    if path == COMPARISON and (compared := _COMPARED.search(query)):
        ids = sorted({int(one) for one in compared[1].replace("%2C", ",").split(",")})
        return [f"pairs:{low}-{high}" for low, high in combinations(ids, 2)]
    page = PAGES.fullmatch(path)
    return [f"{page[1]}:{page[2]}"] if page else []


def opened_by_a_person(environ: WSGIEnvironment) -> bool:
    """Whether a request is neither a robot's, as far as it says so, nor a prefetch."""
    purpose = environ.get("HTTP_SEC_PURPOSE", "") or environ.get("HTTP_PURPOSE", "")
    return "prefetch" not in purpose and _is_browser(environ.get("HTTP_USER_AGENT", ""))


@lru_cache(1024)
def _is_browser(agent: str) -> bool:
    return bool(agent) and not ROBOTS.search(agent)


def init_app(app: Flask) -> None:
    """Call it after `pagecache.init_app`, whose pages count too."""
    counting = PageViews(app.wsgi_app, store=cache_client(app.config["REDIS_URL"]))
    app.extensions["pageviews"] = counting
    app.wsgi_app = counting  # type: ignore[method-assign]
    atexit.register(counting.flush)
