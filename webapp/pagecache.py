"""The shared page cache: finished public pages as bytes, before routing and sessions.

It stands in front of the whole application as WSGI middleware. A view says `cache_page(ttl)`
while it answers; a 200 without Set-Cookie is then kept in this process and, for addresses
without a query, in Redis for the other workers too (addresses with one are without number, so
they also have a shelf of their own here: a flood of them drops no other page). The key holds the
versions that features registered for the page's path, so that a change of the catalogue drops
every page at once, and one of the knowledge base the pages of documents. After its ttl a page is
rendered once more by one request while the others still get the old one.

No page depends on scheme or port, so they are not in the key.
"""

from __future__ import annotations

import gzip
import hashlib
import json
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

from webapp.metrics import count_page_cache
from webapp.pagestore import PageStore, Store
from webapp.registry import PageVersion

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

SLOT: Final = "chezhi.cache_page"
MEMORY_BYTES: Final = 16 * 1024 * 1024
"""Of the pages without a query that one process keeps."""
QUERY_BYTES: Final = 8 * 1024 * 1024
"""Of those with one."""
STALE_SECONDS: Final = 600
RENDER_SECONDS: Final = 10
"""How long one request may hold the right to render a page before another may try."""
VERSION_SECONDS: Final = 1.0
PERSONAL_SECONDS: Final = 60.0
"""How long an address counts as personal before it is looked at once more."""
PERSONAL_KEYS: Final = 10_000
NEVER_KEPT: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""They must answer with everything else away, so not even the version is asked for."""
NOT_KEPT: Final = frozenset({"content-length", "x-request-id", "date"})
_PORT: Final = re.compile(r":[0-9]*$")


Versions = tuple[tuple[int, tuple[str, ...]], ...]
"""Numbers that rise with every change, each with how the paths begin that follow it; without any,
every page does."""


def cache_page(seconds: int) -> None:
    """Called by a view whose answer is the same for everyone: keep it for `seconds`."""
    if has_request_context():
        request.environ[SLOT] = seconds


@dataclass(frozen=True)
class Entry:
    """One finished page; times are wall-clock seconds."""

    status: str
    headers: Headers
    body: bytes
    packed: bytes
    etag: str
    fresh_until: float

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed) + 2000

    def dump(self) -> bytes:
        meta = json.dumps([self.status, self.headers, self.etag, self.fresh_until])
        return meta.encode() + b"\n" + self.packed

    @classmethod
    def load(cls, data: bytes) -> Entry:
        meta, _, packed = data.partition(b"\n")
        status, headers, etag, fresh_until = json.loads(meta)
        pairs = [(name, value) for name, value in headers]
        return cls(status, pairs, gzip.decompress(packed), packed, etag, fresh_until)

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            kept = ("etag", "cache-control", "vary")
            start_response("304 Not Modified", [h for h in self.headers if h[0].lower() in kept])
            return []
        headers, body = self.headers, self.body
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            headers, body = [*headers, ("Content-Encoding", "gzip")], self.packed
        start_response(self.status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class _Shelf:
    """Entries of one process by key, the least recently used dropped beyond `bound` bytes."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def touch(self, key: str) -> None:
        if key in self._entries:
            self._entries.move_to_end(key)

    def put(self, key: str, entry: Entry) -> None:
        old = self._entries.pop(key, None)
        self._bytes += entry.size - (old.size if old else 0)
        self._entries[key] = entry
        while self._bytes > self._bound and len(self._entries) > 1:
            _, dropped = self._entries.popitem(last=False)
            self._bytes -= dropped.size


class PageCache:
    """WSGI middleware; see the module's text. `versions` and `store` may do I/O."""

    def __init__(
        self,
        application: WSGIApplication,
        *,
        versions: Callable[[], Versions],
        store: Store,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._application = application
        self._read_versions = versions
        self._store = PageStore(store)
        self._clock = clock
        self._versions: tuple[Versions, float] = ((), float("-inf"))
        self._plain = _Shelf(MEMORY_BYTES)
        self._queries = _Shelf(QUERY_BYTES)
        self._rendering: dict[str, threading.Lock] = {}
        """One for each page that is being rendered, so never more than there are requests."""
        self._personal: OrderedDict[str, float] = OrderedDict()
        """Keys of answers that are not the same for everyone, and until when that holds: they
        must not wait for one another."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or "HTTP_UPGRADE" in environ
            or environ.get("PATH_INFO") in NEVER_KEPT
        ):
            return self._application(environ, start_response)
        key, shelf = self._key(environ), self._shelf(environ)
        entry = shelf.get(key)
        if entry is not None and entry.fresh_until > self._clock():
            shelf.touch(key)
            count_page_cache("hit")
            return entry.answer(environ, start_response)
        if self._personal.get(key, 0.0) > self._clock():
            return self._application(environ, start_response)
        return self._slow(key, entry, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> str:
        """A digest: addresses may be long, and may hold what somebody searched for."""
        fragment = (
            environ.get("HTTP_HX_REQUEST") == "true"
            and environ.get("HTTP_HX_BOOSTED") != "true"
            and environ.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"
        )
        host = _PORT.sub("", environ.get("HTTP_HOST", "")).lower()
        path, query = environ.get("PATH_INFO", ""), _ordered(environ.get("QUERY_STRING", ""))
        version = ".".join(
            str(number) for number, paths in self._current() if not paths or path.startswith(paths)
        )
        address = f"{fragment:d}//{host}{path}?{query}".encode("utf-8", "surrogateescape")
        return f"page:{version}:{hashlib.blake2b(address, digest_size=20).hexdigest()}"

    def _shelf(self, environ: WSGIEnvironment) -> _Shelf:
        return self._queries if environ.get("QUERY_STRING") else self._plain

    def _current(self) -> Versions:
        versions, read_at = self._versions
        now = time.monotonic()
        if now - read_at >= VERSION_SECONDS:
            self._versions = (versions, now)  # the others go on meanwhile
            versions = self._read_versions()
            self._versions = (versions, now)
        return versions

    def _slow(
        self,
        key: str,
        stale: Entry | None,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Not fresh in memory: ask Redis, else render it, one request at a time."""
        lock = self._rendering.setdefault(key, threading.Lock())
        if not lock.acquire(blocking=stale is None, timeout=-1 if stale else RENDER_SECONDS):
            if stale is not None:
                count_page_cache("stale")
                return stale.answer(environ, start_response)
            return self._application(environ, start_response)
        try:
            shelf = self._shelf(environ)
            found = shelf.get(key)
            if found is None or found.fresh_until <= self._clock():
                found = self._shared(key, environ) or found
            if found is not None and found.fresh_until > self._clock():
                shelf.put(key, found)
                count_page_cache("hit")
                return found.answer(environ, start_response)
            if found is not None and not self._may_render(key, environ):
                count_page_cache("stale")
                return found.answer(environ, start_response)
            return self._render(key, environ, start_response)
        finally:
            lock.release()
            self._rendering.pop(key, None)

    def _render(
        self, key: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """HEAD is rendered as GET, so that it leaves what the next GET needs."""
        started: list[tuple[str, Headers]] = []

        def hold(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            started[:] = [(status, headers)]
            return _no_write

        asked = {**environ, "REQUEST_METHOD": "GET"}
        chunks = self._application(asked, hold)
        status, headers = started[0]
        seconds = asked.get(SLOT)
        succeeded = status.startswith("200")
        shared = isinstance(seconds, int) and not any(
            name.lower() == "set-cookie" for name, _ in headers
        )
        count_page_cache("miss" if succeeded and shared else "pass")
        if not (succeeded and shared) or seconds is None:
            if succeeded:
                self._mark_personal(key)
            start_response(status, headers)
            return _headers_only(chunks) if environ["REQUEST_METHOD"] == "HEAD" else chunks
        body = b"".join(chunks)
        _close(chunks)
        entry = _entry(status, headers, body, self._clock() + seconds)
        self._shelf(environ).put(key, entry)
        self._share(key, entry, environ, seconds)
        return entry.answer(environ, start_response)

    def _mark_personal(self, key: str) -> None:
        self._personal.pop(key, None)
        self._personal[key] = self._clock() + PERSONAL_SECONDS
        if len(self._personal) > PERSONAL_KEYS:
            self._personal.popitem(last=False)

    def _shared(self, key: str, environ: WSGIEnvironment) -> Entry | None:
        data = None if environ.get("QUERY_STRING") else self._store.get(key)
        return Entry.load(data) if data else None

    def _share(self, key: str, entry: Entry, environ: WSGIEnvironment, seconds: int) -> None:
        if not environ.get("QUERY_STRING"):
            kept = seconds + STALE_SECONDS
            self._store.put(key, entry.dump(), seconds=kept, now=self._clock())

    def _may_render(self, key: str, environ: WSGIEnvironment) -> bool:
        """Whether no other worker is rendering this page right now."""
        return bool(environ.get("QUERY_STRING")) or self._store.claim(key, seconds=RENDER_SECONDS)


def _ordered(query: str) -> str:
    """The parameters by name; those of one name as they were sent, for their order may matter."""
    if "&" not in query:
        return query
    return "&".join(sorted(query.split("&"), key=lambda part: unquote_plus(part.partition("=")[0])))


def _headers_only(chunks: Iterable[bytes]) -> Iterable[bytes]:
    _close(chunks)
    return []


def _close(chunks: Iterable[bytes]) -> None:
    if hasattr(chunks, "close"):
        chunks.close()


def _entry(status: str, headers: Headers, body: bytes, fresh_until: float) -> Entry:
    kept = [(name, value) for name, value in headers if name.lower() not in NOT_KEPT]
    names = {name.lower() for name, _ in kept}
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    kept = [h for h in kept if h[0].lower() not in ("etag", "vary")]
    vary = [value for name, value in headers if name.lower() == "vary"]
    kept += [("ETag", etag), ("Vary", ", ".join([*vary, "Accept-Encoding"]))]
    if "cache-control" not in names:
        kept.append(("Cache-Control", "no-cache"))
    return Entry(status, kept, body, gzip.compress(body, 6, mtime=0), etag, fresh_until)


def _no_write(data: bytes) -> object:
    raise RuntimeError("the write() callable of WSGI is not supported")


def init_app(app: Flask, *, versions: Iterable[PageVersion]) -> None:
    """Stand in front of the application; where a version cannot be read the last one holds."""
    from webapp.backends.cache import cache_client

    followed = tuple(versions)
    known: Versions = ()

    def current() -> Versions:
        nonlocal known
        try:
            with app.app_context():
                known = tuple((version.read(), version.paths) for version in followed)
        except SQLAlchemyError:
            get_logger(__name__).warning("versions unknown", kept=known)
        return known

    app.wsgi_app = PageCache(  # type: ignore[method-assign]
        app.wsgi_app, versions=current, store=cache_client(app.config["REDIS_URL"])
    )
