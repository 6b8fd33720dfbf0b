"""Whether an original says where it was filmed: it is not given to visitors then.

Cameras write the place into the header of an MP4 (ISO/IEC 14496-12: the box `moov`), as a text or
as a track of its own. Processing leaves both out; an original still has them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from structlog import get_logger

from webapp.backends.storage import storage
from webapp.backends.storage.port import NotStored
from webapp.errors import Unavailable

log = get_logger(__name__)

MARKS: Final = (b"\xa9xyz", b"loci", b"location.ISO6709", b"gpmd", b"camm", b"rtmd", b"mebx")
"""Texts with a place (Android, 3GPP, Apple), and tracks that may hold positions (GoPro, Google,
Sony, Apple)."""
BOXES: Final = 64
"""Boxes at the top that are looked at; a header further on is taken to tell the place."""
MOST_BYTES: Final = 16 * 1024 * 1024
"""Of a header; a larger one, of many hours, likewise."""
HEAD: Final = 16


def may_tell_place(key: str) -> bool:
    """Whether the stored MP4 may say where it was filmed. True where that cannot be found out: of
    a damaged file, or while the store is away."""
    try:
        return _has_mark(key)
    except (NotStored, Unavailable, OSError) as error:
        log.warning("original not read", reason=type(error).__name__)
        return True


@lru_cache(maxsize=512)  # an original never changes
def _has_mark(key: str) -> bool:
    header = _header(key)
    return header is None or any(mark in header for mark in MARKS)


def _header(key: str) -> bytes | None:
    """The box `moov` of a file; None where it is not found within the bounds."""
    size, at = storage().stat(key).size, 0
    for _ in range(BOXES):
        if at + HEAD > size:
            return None
        head = _read(key, at, HEAD)
        length, kind = int.from_bytes(head[:4]), head[4:8]
        if length == 1:  # the length stands behind the kind, in eight bytes
            length = int.from_bytes(head[8:16])
        elif length == 0:  # it reaches to the end of the file
            length = size - at
        if length < 8:
            return None
        if kind == b"moov":
            return _read(key, at, length) if length <= MOST_BYTES else None
        at += length
    return None


def _read(key: str, start: int, length: int) -> bytes:
    with storage().open(key, start, length) as file:
        return file.read(length)
