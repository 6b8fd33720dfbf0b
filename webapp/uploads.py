"""Files that staff send: the folder where they wait for the worker, and how long they may."""

from __future__ import annotations

import secrets
from collections.abc import Container, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from flask import current_app

from webapp.errors import BadInput

MOST_BYTES: Final = 200 * 1024 * 1024
FORM_BYTES: Final = 64 * 1024
"""What the fields beside a file may take."""
KEPT: Final = timedelta(days=7)
"""How long a file waits for a decision."""
ARRIVES: Final = timedelta(days=1)
"""A file that has not wholly arrived after so long never will."""


def folder() -> Path:
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
    """Delete files called `<kind>-<number>.*` that nobody needs; how many.

    Kept are those of the numbers being worked on, and for a while those that wait for a
    decision and those too young to have a row yet.
    """
    gone = 0
    for path in [*folder().glob(f"{kind}-*"), *folder().glob("*.part")]:
        digits = path.stem.removeprefix(f"{kind}-")
        number = int(digits) if digits.isascii() and digits.isdigit() else 0
        longest = KEPT if number in waiting else ARRIVES
        if number not in working and _age(path, now) >= longest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return timedelta()
