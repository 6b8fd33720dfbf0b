"""What both stores need of this machine's disk."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from webapp.backends.storage.port import StorageFull

FULL: Final = (errno.ENOSPC, errno.EDQUOT)
KEPT: Final = timedelta(days=1)
"""A draft this old was left by a process that died."""


@contextmanager
def room() -> Iterator[None]:
    """A full disk, as the port's error."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull from error
        raise


def sweep(folder: Path, now: datetime) -> None:
    """Delete drafts of processes that died."""
    with suppress(FileNotFoundError):
        for draft in folder.iterdir():
            with suppress(FileNotFoundError):
                if now.timestamp() - draft.stat().st_mtime > KEPT.total_seconds():
                    draft.unlink()
