"""Files below a folder of this machine."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from webapp.backends.storage import disk
from webapp.backends.storage.port import (
    CHUNK_BYTES,
    NotStored,
    Stat,
    Storage,
    check_key,
    check_prefix,
    type_of,
)
from webapp.backends.storage.signing import Signer
from webapp.backends.storage.streams import Counted, span

# No key begins with a dot, so that none is in these folders.
_DRAFTS: Final = ".drafts"
_TYPES: Final = ".types"
_TRIES: Final = 5
"""A folder may be swept away between being made and being used; not this often."""


class FileStorage(Storage):
    """A key is the path of its file. A type that the ending does not say is in a file beside.

    The folder is for its owner only.
    """

    def __init__(self, folder: Path, signer: Signer) -> None:
        self._folder = folder
        self._signer = signer

    def put(
        self,
        key: str,
        stream: BinaryIO,
        size: int | None = None,
        *,
        content_type: str | None = None,
    ) -> Stat:
        source = Counted(stream, size)

        def write(draft: BinaryIO) -> None:
            for chunk in source:
                draft.write(chunk)

        self._write(key, content_type, write)
        return self.stat(key)._replace(digest=source.digest)

    def compose(self, key: str, parts: Sequence[str], *, content_type: str | None = None) -> Stat:
        paths = [self._path(part) for part in parts]

        def write(draft: BinaryIO) -> None:
            for part, path in zip(parts, paths, strict=True):
                with _opened(part, path) as source:
                    _append(source, draft)

        self._write(key, content_type, write)
        return self.stat(key)

    @contextmanager
    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        with _opened(key, self._path(key)) as file:
            file.seek(start)
            yield file if length is None else span(file, length)

    def stat(self, key: str) -> Stat:
        path = self._path(key)
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotStored from error
        if path.is_dir():
            raise NotStored
        modified = datetime.fromtimestamp(found.st_mtime, UTC)
        return Stat(key, found.st_size, modified, self._type(key))

    def list(self, prefix: str) -> Iterator[Stat]:
        folder, _, _ = check_prefix(prefix).rpartition("/")
        for key in _keys(self._folder / folder, f"{folder}/" if folder else ""):
            if key.startswith(prefix):
                with suppress(NotStored):  # removed meanwhile
                    yield self.stat(key)._replace(content_type=type_of(key))

    def remove(self, key: str) -> None:
        for path in (self._path(key), self._typed(key)):
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            for folder in path.parents:
                if folder in (self._folder, self._folder / _TYPES):
                    break
                try:
                    folder.rmdir()
                except OSError:
                    break  # not empty, or gone already

    def address(
        self,
        key: str,
        *,
        lifetime: timedelta,
        filename: str | None = None,
        content_type: str | None = None,
    ) -> str:
        return self._signer.address(check_key(key), lifetime, filename, content_type)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        self.stat(key)
        yield self._path(key)

    @property
    def origin(self) -> str:
        return ""

    def check(self) -> None:
        with disk.room():
            self._make_drafts()
            draft = self._folder / _DRAFTS / secrets.token_hex(8)
            draft.write_bytes(b"0")
            draft.unlink()

    def sweep(self, now: datetime) -> None:
        disk.sweep(self._folder / _DRAFTS, now)

    def _make_drafts(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / _DRAFTS).mkdir(exist_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / check_key(key)

    def _typed(self, key: str) -> Path:
        return self._folder / _TYPES / key

    def _type(self, key: str) -> str:
        try:
            return self._typed(key).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return type_of(key)

    def _write(self, key: str, content_type: str | None, write: Callable[[BinaryIO], None]) -> None:
        """Have a draft written and put it in its place once it is whole and on the disk."""
        path = self._path(key)
        draft = self._folder / _DRAFTS / secrets.token_hex(8)
        with disk.room():
            self._make_drafts()
            try:
                descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                self._keep_type(key, content_type)
                _move(draft, path)
            finally:
                draft.unlink(missing_ok=True)

    def _keep_type(self, key: str, content_type: str | None) -> None:
        typed = self._typed(key)
        if content_type in (None, type_of(key)):
            with suppress(FileNotFoundError, NotADirectoryError):
                typed.unlink()
            return
        draft = self._folder / _DRAFTS / secrets.token_hex(8)
        draft.write_text(content_type or "", encoding="utf-8")
        _move(draft, typed)


def _move(draft: Path, path: Path) -> None:
    for attempt in range(_TRIES):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.replace(draft, path)
        except FileNotFoundError:
            if attempt == _TRIES - 1:
                raise
        else:
            return


@contextmanager
def _opened(key: str, path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotStored from error
    with file:
        yield file


def _append(source: BinaryIO, target: BinaryIO) -> None:
    """Copy the rest of a file, in the kernel where it can (Linux)."""
    target.flush()
    left = os.fstat(source.fileno()).st_size
    while left > 0:
        try:
            done = os.copy_file_range(source.fileno(), target.fileno(), left)
        except (AttributeError, OSError) as error:
            if getattr(error, "errno", None) in disk.FULL:
                raise
            done = 0
        if not done:
            break
        left -= done
    target.seek(0, os.SEEK_END)
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)


def _keys(folder: Path, before: str) -> Iterator[str]:
    """Keys of all files below a folder, in their order: that of the whole keys, in which "-" and
    "." come before the "/" behind a folder's name."""
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    named = {entry.name + "/" * entry.is_dir(): entry for entry in entries}
    for name in sorted(named):
        if name.startswith("."):
            continue
        if name.endswith("/"):
            yield from _keys(folder / name, before + name)
        else:
            yield before + name
