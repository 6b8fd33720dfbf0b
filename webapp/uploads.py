"""Files that staff send: how they come into the store, where they wait for the worker, and how
long they may.

They arrive as drafts in a folder of the machine that takes them, and wait in the store, so that web
and worker need share no disk.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from flask import current_app

from webapp.backends.storage import storage
from webapp.backends.storage.port import NotStored
from webapp.errors import BadInput

MOST_BYTES: Final = 200 * 1024 * 1024
FORM_BYTES: Final = 64 * 1024
"""What the fields beside a file may take."""
KEPT: Final = timedelta(days=7)
"""How long a file waits for a decision."""
ARRIVES: Final = timedelta(days=1)
"""A file that has not wholly arrived after so long never will."""


_STORE: Final = "uploads"
_ARRIVING: Final = "arriving"


class Upload(NamedTuple):
    """A file in the store, by its name such as "cars-12.csv"."""

    name: str

    @property
    def key(self) -> str:
        return f"{_STORE}/{self.name}"

    def exists(self) -> bool:
        try:
            storage().stat(self.key)
        except NotStored:
            return False
        return True

    def local(self) -> AbstractContextManager[Path]:
        """It as a file of this disk, to be read. Raises NotStored."""
        return storage().local(self.key)

    def remove(self) -> None:
        storage().remove(self.key)


@contextmanager
def received(draft: Path) -> Iterator[Callable[[Upload], object]]:
    """Bring a draft into the store, before the transaction that it belongs to writes anything; in
    that, call what is given with what the file is to be from now on.

    Raises BadInput for an empty or too big file, StorageAway and StorageFull.
    """
    check_size(draft)
    arrived = Upload(f"{_ARRIVING}-{secrets.token_hex(8)}")
    storage().put_file(arrived.key, draft)
    try:
        yield lambda upload: storage().compose(upload.key, [arrived.key])
    finally:
        arrived.remove()


def folder() -> Path:
    """Of this machine's drafts."""
    path: Path = current_app.config["VAR_DIR"] / "uploads"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def arriving() -> Iterator[Path]:
    """A path for a file on its way in; what nobody moved elsewhere is gone at the end."""
    draft = folder() / f"{secrets.token_hex(8)}.part"
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def check_size(draft: Path) -> None:
    """Raises BadInput for an empty or too big file."""
    size = draft.stat().st_size
    if not 0 < size <= MOST_BYTES:
        raise BadInput("文件是空的。" if not size else "文件超过 200 MB，请分成几个再上传。")


def sweep(kind: str, *, now: datetime, working: Container[int], waiting: Container[int]) -> int:
    """Delete files called `<kind>-<number>.*` that nobody needs, and old drafts; how many.

    Kept are those of the numbers being worked on, and for a while those that wait for a
    decision and those too young to have a row yet.
    """
    gone = 0
    for prefix in (f"{kind}-", f"{_ARRIVING}-"):
        for stat in storage().list(f"{_STORE}/{prefix}"):
            upload = Upload(stat.key.removeprefix(f"{_STORE}/"))
            number = _number(upload.name.removeprefix(prefix))
            longest = KEPT if number in waiting else ARRIVES
            if number not in working and now - stat.modified >= longest:
                upload.remove()
                gone += 1
    for path in [*folder().glob(f"{kind}-*"), *folder().glob("*.part")]:
        if _age(path, now) >= ARRIVES:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _number(rest: str) -> int:
    digits = rest.partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return timedelta()
