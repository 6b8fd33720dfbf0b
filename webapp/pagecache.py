"""The shared page cache: finished public pages as bytes, before routing and sessions.

It stands in front of the whole application as WSGI middleware. A view says `cache_page(ttl)`
while it answers; a 200 without Set-Cookie is then kept in this process and, for addresses
without a query, in Redis for the other workers too (addresses with one are without number,
and the embedded Redis is also the broker and must not fill up). The key holds the catalogue's
version, so a change of the catalogue drops every page at once, and for pages of documents the
knowledge base's too. After its ttl a page is
rendered once more by one request while the others still get the old one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from flask import Flask, has_request_context, request
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from webapp.operations.metrics import count_page_cache

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

SLOT: Final = "chezhi.cache_page"
MEMORY_BYTES: Final = 24 * 1024 * 1024
STALE_SECONDS: Final = 600
RENDER_SECONDS: Final = 10
"""How long one request may hold the right to render a page before another may try."""
VERSION_SECONDS: Final = 1.0
OF_DOCUMENTS: Final = ("/knowledge/", "/sitemap.xml")
"""How the paths begin whose pages follow the knowledge base."""
PERSONAL_KEYS: Final = 10_000
NEVER_KEPT: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""They must answer with everything else away, so not even the version is asked for."""
NOT_KEPT: Final = frozenset({"content-length", "x-request-id", "date"})


class Store(Protocol):
    """What is used of a Redis client."""

    def get(self, name: str, /) -> Any: ...
    def set(self, name: str, value: Any, /, *, ex: int | None = None, nx: bool = False) -> Any: ...
    def delete(self, name: str, /) -> Any: ...


class Versions(NamedTuple):
    """Each rises with every change of what it is named after."""

    catalogue: int = 0
    knowledge: int = 0


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
        self._store = store
        self._clock = clock
        self._versions = (Versions(), float("-inf"))
        self._memory: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = 0
        self._rendering: dict[str, threading.Lock] = {}
        self._personal: set[str] = set()
        """Addresses whose answer was not kept: they must not wait for one another."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or "HTTP_UPGRADE" in environ
            or environ.get("PATH_INFO") in NEVER_KEPT
        ):
            return self._application(environ, start_response)
        key = self._key(environ)
        entry = self._memory.get(key)
        if entry is not None and entry.fresh_until > self._clock():
            self._memory.move_to_end(key)
            count_page_cache("hit")
            return entry.answer(environ, start_response)
        if key in self._personal:
            return self._application(environ, start_response)
        return self._slow(key, entry, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> str:
        query = environ.get("QUERY_STRING", "")
        if "&" in query:
            query = "&".join(sorted(query.split("&")))
        fragment = (
            environ.get("HTTP_HX_REQUEST") == "true"
            and environ.get("HTTP_HX_BOOSTED") != "true"
            and environ.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"
        )
        host = environ.get("HTTP_HOST", "")
        scheme = environ["wsgi.url_scheme"]
        path = environ.get("PATH_INFO", "")
        catalogue, knowledge = self._current()
        version = f"{catalogue}.{knowledge}" if path.startswith(OF_DOCUMENTS) else catalogue
        return f"page:{version}:{fragment:d}:{scheme}://{host}{path}?{query}"

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
            found = self._memory.get(key)
            if found is None or found.fresh_until <= self._clock():
                found = self._shared(key, environ) or found
            if found is not None and found.fresh_until > self._clock():
                self._remember(key, found)
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
        started: list[tuple[str, Headers]] = []

        def hold(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            started[:] = [(status, headers)]
            return _no_write

        chunks = self._application(environ, hold)
        status, headers = started[0]
        seconds = environ.get(SLOT)
        keep = (
            isinstance(seconds, int)
            and status.startswith("200")
            and environ["REQUEST_METHOD"] == "GET"
            and not any(name.lower() == "set-cookie" for name, _ in headers)
        )
        count_page_cache("miss" if keep else "pass")
        if not keep or seconds is None:
            if len(self._personal) >= PERSONAL_KEYS:
                self._personal.clear()
            self._personal.add(key)
            start_response(status, headers)
            return chunks
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        entry = _entry(status, headers, body, self._clock() + seconds)
        self._remember(key, entry)
        self._share(key, entry, environ, seconds)
        return entry.answer(environ, start_response)

    def _remember(self, key: str, entry: Entry) -> None:
        old = self._memory.pop(key, None)
        self._bytes += entry.size - (old.size if old else 0)
        self._memory[key] = entry
        while self._bytes > MEMORY_BYTES and len(self._memory) > 1:
            _, dropped = self._memory.popitem(last=False)
            self._bytes -= dropped.size

    def _shared(self, key: str, environ: WSGIEnvironment) -> Entry | None:
        if environ.get("QUERY_STRING"):
            return None
        try:
            data = self._store.get(key)
        except RedisError:
            return None
        return Entry.load(data) if data else None

    def _share(self, key: str, entry: Entry, environ: WSGIEnvironment, seconds: int) -> None:
        if environ.get("QUERY_STRING"):
            return
        try:
            self._store.set(key, entry.dump(), ex=seconds + STALE_SECONDS)
            self._store.delete(f"{key}:rendering")
        except RedisError:
            return  # this process has it; the others render their own

    def _may_render(self, key: str, environ: WSGIEnvironment) -> bool:
        """Whether no other worker is rendering this page right now."""
        if environ.get("QUERY_STRING"):
            return True
        try:
            return bool(self._store.set(f"{key}:rendering", b"1", ex=RENDER_SECONDS, nx=True))
        except RedisError:
            return True


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


def init_app(app: Flask) -> None:
    from webapp.backends.cache import cache_client
    from webapp.catalogue.queries import catalogue_version
    from webapp.knowledge.queries import version as knowledge_version

    known = Versions()

    def versions() -> Versions:
        nonlocal known
        try:
            with app.app_context():
                known = Versions(catalogue_version(), knowledge_version())
        except SQLAlchemyError:
            get_logger(__name__).warning("versions unknown", kept=known)
        return known

    app.wsgi_app = PageCache(  # type: ignore[method-assign]
        app.wsgi_app, versions=versions, store=cache_client(app.config["REDIS_URL"])
    )
