"""What the product asks of a store for files, in words that belong to no store and no feature.

A file is bytes under a key. Keys are made by the product, never by visitors: names of lower-case
letters, digits, `-`, `_` and `.`, joined by `/`. No key may be the folder of another.
"""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol

from webapp.errors import DiskFull, NotFound, Unavailable

BYTES: Final = "application/octet-stream"
CHUNK_BYTES: Final = 1024 * 1024
"""How much of a file is in memory at a time."""
LONGEST_KEY: Final = 400

_NAME: Final = r"[a-z0-9_-][a-z0-9_.-]{0,99}"
_KEY: Final = re.compile(rf"{_NAME}(?:/{_NAME})*", re.ASCII)
_TYPES: Final = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".vtt": "text/vtt",
    ".webp": "image/webp",
}
"""Endings of files that not every system's table knows."""


class NotStored(NotFound):
    """There is no such file."""

    message = "这个文件已经不在了。可以搜一搜："


class StorageAway(Unavailable):
    """The store cannot be reached or does not answer; trying again may help."""

    title = "文件暂时取不到"
    message = "存放文件的服务没有应答，请稍后再试。"
    retry_after = 5


class StorageFull(DiskFull):
    """The store has no room; nothing was stored."""


class Incomplete(Exception):
    """The stream ended before as many bytes as were announced; nothing was stored."""


class Stat(NamedTuple):
    """A stored file: `size` in bytes, `modified` in UTC; `digest` is the SHA-256 in hex where the
    content was just written by `put`, else None."""

    key: str
    size: int
    modified: datetime
    content_type: str
    digest: str | None = None


class Storage(Protocol):
    """A store for files. Making one connects to nothing.

    A key holds a file wholly or not at all: writing replaces at the end. Every method raises
    ValueError for a key that is none, StorageAway and StorageFull; writes are safe to repeat.
    """

    def put(
        self,
        key: str,
        stream: BinaryIO,
        size: int | None = None,
        *,
        content_type: str | None = None,
    ) -> Stat:
        """Store what the stream gives, in chunks; with `size` exactly so many bytes, more stays
        unread. The type follows from the key's ending unless given. Raises Incomplete."""
        ...

    def open(
        self, key: str, start: int = 0, length: int | None = None
    ) -> AbstractContextManager[BinaryIO]:
        """At most `length` bytes from `start`, none behind the end. Raises NotStored."""
        ...

    def stat(self, key: str) -> Stat:
        """Raises NotStored."""
        ...

    def compose(self, key: str, parts: Sequence[str], *, content_type: str | None = None) -> Stat:
        """Store the parts one after the other, in the store itself where it can. They stay.
        Raises NotStored where one is missing; then nothing is stored."""
        ...

    def list(self, prefix: str) -> Iterator[Stat]:
        """All files whose keys begin so, by key; the type is what the ending says."""
        ...

    def remove(self, key: str) -> None:
        """One that is not there is fine."""
        ...

    def address(
        self,
        key: str,
        *,
        lifetime: timedelta,
        filename: str | None = None,
        content_type: str | None = None,
    ) -> str:
        """Where a browser gets the file, ranges included, until `lifetime` has passed: a path on
        this site, or an address elsewhere. With `filename` it is saved, under that name. Whether
        the file is there is not asked."""
        ...

    def local(self, key: str) -> AbstractContextManager[Path]:
        """A file on this disk to read, gone or not to be changed afterwards. Raises NotStored."""
        ...

    @property
    def origin(self) -> str:
        """Scheme and host of the addresses, "" where they are on this site."""
        ...

    def check(self) -> None:
        """Raises StorageAway or StorageFull where nothing could be stored now."""
        ...

    def sweep(self, now: datetime) -> None:
        """Remove what writers that died have left behind, where the store does not by itself."""

    def put_file(self, key: str, path: Path, *, content_type: str | None = None) -> Stat:
        """Store a file of this disk, which stays."""
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            return self.put(key, stream, size, content_type=content_type)

    def remove_all(self, prefix: str) -> None:
        """Remove whatever is below a folder, which ends in "/"."""
        if not prefix.endswith("/"):
            raise ValueError(f"{prefix!r} is no folder")
        for found in list(self.list(prefix)):
            self.remove(found.key)


def check_key(key: str) -> str:
    """The key itself. Raises ValueError for one that climbs, hides or is too long."""
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a stored file")
    return key


def check_prefix(prefix: str) -> str:
    """The beginning of keys, itself. Raises ValueError likewise; "" begins all."""
    if prefix:
        check_key(prefix.removesuffix("/"))
    return prefix


def type_of(key: str) -> str:
    """The content type that the key's ending says."""
    ending = Path(key).suffix
    return _TYPES.get(ending) or mimetypes.types_map.get(ending) or BYTES
