"""One finished page as bytes, and the pages that one process keeps."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from webapp.pageversions import State

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]

NOT_KEPT: Final = frozenset({"content-length", "x-request-id", "date"})
_UNCHANGED: Final = ("etag", "cache-control", "vary")


@dataclass(slots=True)
class Entry:
    """One finished page; times are wall-clock seconds.

    `numbers` and `shows` are as in `pageversions.Made`; `checked` is the state for which it was
    found to hold.
    """

    status: str
    headers: Headers
    body: bytes
    packed: bytes
    etag: str
    fresh_until: float
    numbers: Mapping[str, int]
    shows: tuple[str, ...] | None
    checked: State | None = None

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed) + 2000

    def holds(self, state: State) -> bool:
        """Whether nothing that it shows has changed; looked up once for each state."""
        if self.checked is not state:
            if not state.holds(self):
                return False
            self.checked = state
        return True

    def dump(self) -> bytes:
        meta = [
            self.status,
            self.headers,
            self.etag,
            self.fresh_until,
            dict(self.numbers),
            self.shows,
        ]
        return json.dumps(meta).encode() + b"\n" + self.packed

    @classmethod
    def load(cls, data: bytes) -> Entry | None:
        """None for what another version of the product has written."""
        meta, _, packed = data.partition(b"\n")
        try:
            status, headers, etag, fresh_until, numbers, shows = json.loads(meta)
            body = gzip.decompress(packed)
        except (ValueError, OSError, EOFError, zlib.error):
            return None
        pairs = [(name, value) for name, value in headers]
        subjects = None if shows is None else tuple(shows)
        return cls(status, pairs, body, packed, etag, fresh_until, numbers, subjects)

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            kept = [h for h in self.headers if h[0].lower() in _UNCHANGED]
            start_response("304 Not Modified", kept)
            return []
        headers, body = self.headers, self.body
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            headers, body = [*headers, ("Content-Encoding", "gzip")], self.packed
        start_response(self.status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def made_of(
    status: str,
    headers: Headers,
    body: bytes,
    *,
    fresh_until: float,
    state: State,
    shows: tuple[str, ...] | None,
) -> Entry:
    """The page that a view has just answered, with its tag; `state` is that before it began."""
    kept = [(name, value) for name, value in headers if name.lower() not in NOT_KEPT]
    names = {name.lower() for name, _ in kept}
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    kept = [h for h in kept if h[0].lower() not in ("etag", "vary")]
    vary = [value for name, value in headers if name.lower() == "vary"]
    kept += [("ETag", etag), ("Vary", ", ".join([*vary, "Accept-Encoding"]))]
    if "cache-control" not in names:
        kept.append(("Cache-Control", "no-cache"))
    packed = gzip.compress(body, 6, mtime=0)
    return Entry(status, kept, body, packed, etag, fresh_until, state.numbers, shows)


class Shelf:
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
        self.drop(key)
        self._bytes += entry.size
        self._entries[key] = entry
        while self._bytes > self._bound and len(self._entries) > 1:
            _, dropped = self._entries.popitem(last=False)
            self._bytes -= dropped.size

    def drop(self, key: str) -> None:
        old = self._entries.pop(key, None)
        self._bytes -= old.size if old else 0
