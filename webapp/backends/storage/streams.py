"""Parts of streams, read in bounded memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from webapp.backends.storage.port import CHUNK_BYTES, Incomplete


class Counted:
    """A stream to read once, of at most `size` bytes: counts and hashes what passes."""

    def __init__(self, stream: BinaryIO, size: int | None) -> None:
        self._stream = stream
        self._size = size
        self._hash = hashlib.sha256()
        self.count = 0

    def read(self, wanted: int = CHUNK_BYTES) -> bytes:
        """Raises Incomplete where the stream ends before `size` bytes."""
        if self._size is not None:
            wanted = min(wanted, self._size - self.count)
        if not wanted:
            return b""
        read = self._stream.read(wanted)
        if not read and self._size is not None:
            raise Incomplete(f"{self.count} of {self._size} bytes")
        self.count += len(read)
        self._hash.update(read)
        return read

    def __iter__(self) -> Iterator[bytes]:
        while read := self.read(CHUNK_BYTES):
            yield read

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class _Span(io.RawIOBase):
    """At most `length` bytes of a file from where it stands."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        read = self._file.read(min(len(buffer), self._left))
        buffer[: len(read)] = read
        self._left -= len(read)
        return len(read)


def span(file: BinaryIO, length: int) -> BinaryIO:
    """The next `length` bytes of a file as a stream of their own."""
    return cast(BinaryIO, io.BufferedReader(_Span(file, length)))
