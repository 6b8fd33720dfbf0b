"""One process at a time, on this machine; the kernel frees what a killed one held."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from flask import current_app

POLL_SECONDS: Final = 0.1


class Busy(Exception):
    """Another process is at it."""


@contextmanager
def alone(name: str, *, wait: float = 0) -> Iterator[None]:
    """Raises Busy where another process still holds the lock after `wait` seconds."""
    folder: Path = current_app.config["VAR_DIR"] / "knowledge"
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    with (folder / f"{name}.lock").open("a") as file:
        while not _taken(file):
            if time.monotonic() >= deadline:
                raise Busy(f"another process holds {name}")
            time.sleep(POLL_SECONDS)
        yield


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
