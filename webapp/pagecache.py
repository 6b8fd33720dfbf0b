"""The shared page cache: finished public pages as bytes, before routing and sessions.

It stands in front of the whole application as WSGI middleware. A view says `cache_page(ttl)`
while it answers; a 200 without Set-Cookie is then kept in this process and in Redis for the other
workers. Addresses with a query are without number, so they have shelves of their own in both: a
flood of them drops no other page.

The view may say what the page shows (`shows`): it is then dropped by a change of that alone, else
by every change. After its ttl a page is rendered once more by one request of all workers while
the others still get the old one; of a page that is new, or that a change has dropped, the others
wait for that one. While the database is away or slow the old one is shown, and says so.

What is kept, in memory or in Redis, is answered at once; what has to be made takes its turn
(`turns`). No page depends on scheme or port, so they are not in the key.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from flask import Flask, has_request_context, request
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from webapp import database
from webapp.metrics import count_page_cache
from webapp.pageentry import Entry, Headers, Shelf, made_of
from webapp.pagestore import PAGES_BYTES, QUERIES_BYTES, PageStore, Store
from webapp.pageversions import State, Versions
from webapp.registry import PageVersion
from webapp.turns import Turns
from webapp.version import VERSION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SLOT: Final = "chezhi.cache_page"
_ASKED: Final = "chezhi.asked"
MEMORY_BYTES: Final = 16 * 1024 * 1024
"""Of the pages without a query that one process keeps."""
QUERY_BYTES: Final = 8 * 1024 * 1024
"""Of those with one."""
STALE_SECONDS: Final = 600
STALE_MARK: Final = ("Cache-Status", "chezhi; hit; fwd=stale; fwd-status=503")
"""Of a page shown beyond its time because it cannot be made anew (RFC 9211)."""
RENDER_SECONDS: Final = 10
"""How long one request may hold the right to render a page before another may try."""
LOOK_SECONDS: Final = 0.02
LOOKS: Final = 50
"""How often, and how many times, one looks for a page that another worker renders."""
VERSION_SECONDS: Final = 1.0
VERSION_WAIT_SECONDS: Final = 0.1
"""How long a page waits for the versions; a database that takes longer struggles."""
PERSONAL_SECONDS: Final = 60.0
"""How long an address counts as personal before it is looked at once more."""
PERSONAL_KEYS: Final = 10_000
NEVER_KEPT: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""They must answer with everything else away, so not even the version is asked for."""
_PORT: Final = re.compile(r":[0-9]*$")


def cache_page(seconds: int, *, shows: Iterable[str] | None = None) -> None:
    """Called by a view whose answer is the same for everyone: keep it for `seconds`, or until
    one of the subjects that it shows changes; without these, until anything does."""
    if has_request_context():
        subjects = None if shows is None else tuple(sorted(set(shows)))
        request.environ[SLOT] = (seconds, subjects)


@dataclass(slots=True)
class _Asked:
    """A request for a page that may be kept: its key, and where it would be found."""

    environ: WSGIEnvironment
    key: str
    shelf: Shelf
    store: PageStore
    state: State


class PageCache:
    """WSGI middleware; see the module's text. `versions` and `store` may do I/O; while what pages
    are made of `struggles`, they are shown beyond their time."""

    def __init__(
        self,
        application: WSGIApplication,
        *,
        versions: Callable[[], State],
        store: Store,
        struggles: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
        render_seconds: int = RENDER_SECONDS,
    ) -> None:
        self._application = application
        self._read_versions = versions
        self._struggles = struggles
        self._clock = clock
        self._sleep = sleep
        self._render_seconds = render_seconds
        self._state: tuple[State, float] = (State(), float("-inf"))
        self._is_read = False
        self._plain = Shelf(MEMORY_BYTES), PageStore(store, "pages", PAGES_BYTES)
        self._queries = Shelf(QUERY_BYTES), PageStore(store, "queries", QUERIES_BYTES)
        self._rendering: dict[str, threading.Lock] = {}
        """One for each page that is being rendered, so never more than there are requests."""
        self._personal: OrderedDict[str, float] = OrderedDict()
        """Keys of answers that are not the same for everyone, and until when that holds: they
        must not wait for one another."""
        self._turns = Turns(self._in_turn)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[_ASKED] = asked = self._asked(environ)
        if asked and (entry := self._kept(asked)):
            return self._hit(asked, entry, start_response)
        if asked and self._struggles() and (kept := self._shared(asked) or self._old(asked)):
            return self._instead(asked, kept, start_response)  # no turn: those ahead may wait long
        return self._turns(environ, start_response)

    def _kept(self, asked: _Asked) -> Entry | None:
        """The page as it is kept. Redis is not waited for in turn either: the longer it takes under
        load, the longer the network would rest, and all who ask for one page wait in a row."""
        if self._is_personal(asked) or not self._turns.may_pass(asked.environ):
            return None
        return self._in_memory(asked) or self._shared(asked)

    def _in_turn(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked: _Asked | None = environ[_ASKED]
        if asked is not None and asked.state is not self._state[0]:  # it waited meanwhile
            asked = self._asked(environ)
        if asked is None or self._is_personal(asked):
            return self._application(environ, start_response)
        if entry := self._in_memory(asked):
            return self._hit(asked, entry, start_response)
        return self._slow(asked, start_response)

    def _asked(self, environ: WSGIEnvironment) -> _Asked | None:
        """None for a request whose answer is never kept."""
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or "HTTP_UPGRADE" in environ
            or path in NEVER_KEPT
        ):
            return None
        fragment = (
            environ.get("HTTP_HX_REQUEST") == "true"
            and environ.get("HTTP_HX_BOOSTED") != "true"
            and environ.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"
        )
        host = _PORT.sub("", environ.get("HTTP_HOST", "")).lower()
        address = f"{fragment:d}//{host}{path}?{_ordered(query)}"
        # A digest: addresses may be long, and may hold what somebody searched for.
        digest = hashlib.blake2b(address.encode("utf-8", "surrogateescape"), digest_size=20)
        state = self._current()
        # Servers of two versions may share a Redis while one takes the place of the other.
        key = f"page:{VERSION}:{state.key(path)}:{digest.hexdigest()}"
        return _Asked(environ, key, *(self._queries if query else self._plain), state)

    def _current(self) -> State:
        state, read_at = self._state
        now = time.monotonic()
        if now - read_at >= VERSION_SECONDS:
            if self._is_read:  # the others go on meanwhile with what was read before
                self._state = (state, now)
            state = self._read_versions()
            self._state, self._is_read = (state, now), True
        return state

    def _in_memory(self, asked: _Asked) -> Entry | None:
        entry = asked.shelf.get(asked.key)
        return entry if self._is_fresh(entry, asked) else None

    def _is_fresh(self, entry: Entry | None, asked: _Asked) -> bool:
        return bool(entry and entry.fresh_until > self._clock() and entry.holds(asked.state))

    def _hit(self, asked: _Asked, entry: Entry, start_response: StartResponse) -> Iterable[bytes]:
        asked.shelf.touch(asked.key)
        count_page_cache("hit")
        return entry.answer(asked.environ, start_response)

    def _slow(self, asked: _Asked, start_response: StartResponse) -> Iterable[bytes]:
        """Not fresh in memory: ask Redis, else render it, one request at a time."""
        key, environ = asked.key, asked.environ
        stale = asked.shelf.get(key)
        if stale is not None and not stale.holds(asked.state):
            asked.shelf.drop(key)
            stale = None
        lock = self._rendering.setdefault(key, threading.Lock())
        if not lock.acquire(blocking=stale is None, timeout=-1 if stale else self._render_seconds):
            if stale is not None:
                count_page_cache("stale")
                return stale.answer(environ, start_response)
            return self._application(environ, start_response)
        try:
            if found := self._in_memory(asked) or self._shared(asked):
                return self._hit(asked, found, start_response)
            if not asked.store.claim(key, seconds=self._render_seconds):
                if old := self._old(asked):
                    count_page_cache("stale")
                    return old.answer(environ, start_response)
                if found := self._rendered_elsewhere(asked):
                    return self._hit(asked, found, start_response)
            return self._render(asked, start_response)
        finally:
            lock.release()
            self._rendering.pop(key, None)

    def _shared(self, asked: _Asked) -> Entry | None:
        """The page as Redis has it, if it is fresh; one that is only old goes on the shelf, where
        none is, to be shown while somebody renders."""
        data = asked.store.get(asked.key)
        entry = Entry.load(data) if data else None
        if entry is None or not entry.holds(asked.state):
            return None
        held = asked.shelf.get(asked.key)
        if held is None or held.fresh_until < entry.fresh_until:
            asked.shelf.put(asked.key, entry)
        return entry if self._is_fresh(entry, asked) else None

    def _old(self, asked: _Asked) -> Entry | None:
        """The page as it was, which nothing has changed since."""
        entry = asked.shelf.get(asked.key)
        return entry if entry is not None and entry.holds(asked.state) else None

    def _instead(self, asked: _Asked, old: Entry, start_response: StartResponse) -> Iterable[bytes]:
        """A page in place of one that cannot be made now; marked, where it is beyond its time."""
        if self._is_fresh(old, asked):
            return self._hit(asked, old, start_response)
        count_page_cache("stale")

        def mark(status: str, headers: Headers, exc_info: Any = None) -> Any:
            return start_response(status, [*headers, STALE_MARK])

        return old.answer(asked.environ, mark)

    def _rendered_elsewhere(self, asked: _Asked) -> Entry | None:
        """Wait for the worker that renders the page; None where it keeps none, or takes long."""
        for _ in range(LOOKS):
            self._sleep(LOOK_SECONDS)
            if found := self._shared(asked):
                return found
            if asked.store.claim(asked.key, seconds=self._render_seconds):
                break
        return None

    def _render(self, asked: _Asked, start_response: StartResponse) -> Iterable[bytes]:
        """HEAD is rendered as GET, so that it leaves what the next GET needs."""
        started: list[tuple[str, Headers]] = []

        def hold(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            started[:] = [(status, headers)]
            return _no_write

        environ = {**asked.environ, "REQUEST_METHOD": "GET"}
        kept = False
        try:
            chunks = self._application(environ, hold)
            status, headers = started[0]
            said, succeeded = environ.get(SLOT), status.startswith("200")
            kept = bool(succeeded and said) and not _has_cookie(headers)
            count_page_cache("miss" if kept else "pass")
            if kept and said:
                return self._keep(asked, status, headers, chunks, *said).answer(
                    asked.environ, start_response
                )
        finally:
            if not kept:
                asked.store.release(asked.key)
        if status.startswith("503") and (old := self._old(asked)):
            _close(chunks)
            return self._instead(asked, old, start_response)
        if succeeded:
            self._mark_personal(asked.key)
        start_response(status, headers)
        return _headers_only(chunks) if asked.environ["REQUEST_METHOD"] == "HEAD" else chunks

    def _keep(
        self,
        asked: _Asked,
        status: str,
        headers: Headers,
        chunks: Iterable[bytes],
        seconds: int,
        shows: tuple[str, ...] | None,
    ) -> Entry:
        body = b"".join(chunks)
        _close(chunks)
        now = self._clock()
        entry = made_of(
            status, headers, body, fresh_until=now + seconds, state=asked.state, shows=shows
        )
        asked.shelf.put(asked.key, entry)
        asked.store.put(asked.key, entry.dump(), seconds=seconds + STALE_SECONDS, now=now)
        return entry

    def _is_personal(self, asked: _Asked) -> bool:
        return self._personal.get(asked.key, 0.0) > self._clock()

    def _mark_personal(self, key: str) -> None:
        self._personal.pop(key, None)
        self._personal[key] = self._clock() + PERSONAL_SECONDS
        if len(self._personal) > PERSONAL_KEYS:
            self._personal.popitem(last=False)


def _ordered(query: str) -> str:
    """The parameters by name; those of one name as they were sent, for their order may matter."""
    if "&" not in query:
        return query
    return "&".join(sorted(query.split("&"), key=lambda part: unquote_plus(part.partition("=")[0])))


def _has_cookie(headers: Headers) -> bool:
    return any(name.lower() == "set-cookie" for name, _ in headers)


def _headers_only(chunks: Iterable[bytes]) -> Iterable[bytes]:
    _close(chunks)
    return []


def _close(chunks: Iterable[bytes]) -> None:
    if hasattr(chunks, "close"):
        chunks.close()


def _no_write(data: bytes) -> object:
    raise RuntimeError("the write() callable of WSGI is not supported")


def init_app(app: Flask, *, versions: Iterable[PageVersion]) -> None:
    """Stand in front of the application; where a version cannot be read, or not at once, the
    last one holds."""
    from webapp.backends.cache import cache_client

    followed = Versions(versions)
    known = State()
    reading: threading.Thread | None = None

    def read() -> None:
        nonlocal known
        try:
            with app.app_context():
                known = followed.read()
        except SQLAlchemyError:
            get_logger(__name__).warning("versions unknown", kept=known.numbers)

    def current() -> State:
        nonlocal reading
        if app.config["DATABASE_URL"].startswith("sqlite"):  # which answers, or holds up all
            read()
        elif reading is None or not reading.is_alive():
            reading = database.in_time(read, VERSION_WAIT_SECONDS)
        return known

    def struggles() -> bool:
        return database.breaker_of(app).is_open or (reading is not None and reading.is_alive())

    app.wsgi_app = PageCache(  # type: ignore[method-assign]
        app.wsgi_app,
        versions=current,
        store=cache_client(app.config["REDIS_URL"]),
        struggles=struggles,
    )
