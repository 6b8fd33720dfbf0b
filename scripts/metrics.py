"""Where the web workers keep their counters: files mapped into memory, one folder a server.

A mapped file on a full disk kills the process that writes to it, so they are in memory where the
machine has room for that.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from hashlib import blake2b
from pathlib import Path
from typing import IO, Final

SHARED: Final = Path("/dev/shm")  # noqa: S108 - the folder's name tells whose it is, and is made anew
LOCK: Final = "lock"
ROOM_BYTES: Final = 16 * 1024 * 1024
_PREFIX: Final = f"chezhi-metrics-{os.getuid()}-"


def folder(var_dir: Path) -> Path:
    """Of a server that starts; not made yet. No other one has it: servers may share VAR_DIR, and in
    containers all have the same process ids."""
    return _root(var_dir) / f"{_PREFIX}{_digest(var_dir)}-{secrets.token_hex(8)}"


def folders(var_dir: Path) -> list[Path]:
    """Of the servers of this VAR_DIR."""
    return list(_root(var_dir).glob(f"{_PREFIX}{_digest(var_dir)}-*"))


def _digest(var_dir: Path) -> str:
    return blake2b(str(var_dir.resolve()).encode(), digest_size=8).hexdigest()


def make(path: Path) -> IO[str]:
    """Make the folder; it is in use as long as a process has what this returns open."""
    # By another name first: one without a lock would be removed by a server that starts meanwhile.
    draft = path.with_name(f".{path.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    lock = (draft / LOCK).open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    draft.rename(path)
    return lock


def clear(var_dir: Path) -> None:
    """Remove what servers have left that were killed."""
    for root in {_root(var_dir), var_dir}:
        for left in root.glob(f"{_PREFIX}*"):
            if not _in_use(left):
                shutil.rmtree(left, ignore_errors=True)
    shutil.rmtree(var_dir / "metrics", ignore_errors=True)  # of older versions


def _in_use(path: Path) -> bool:
    try:
        with (path / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _root(var_dir: Path) -> Path:
    try:
        room = shutil.disk_usage(SHARED).free >= ROOM_BYTES and os.access(SHARED, os.W_OK)
    except OSError:
        room = False
    return SHARED if room else var_dir
