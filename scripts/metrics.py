"""Where the web workers keep their counters: files mapped into memory, one folder a server.

A mapped file on a full disk kills the process that writes to it, so they are in memory where the
machine has room for that.
"""

from __future__ import annotations

import os
import shutil
from hashlib import blake2b
from pathlib import Path
from typing import Final

SHARED: Final = Path("/dev/shm")  # noqa: S108 - the folder's name tells whose it is, and is made anew
ROOM_BYTES: Final = 16 * 1024 * 1024


def folder(var_dir: Path, pid: int) -> Path:
    """Of the server whose master is `pid`; not made yet."""
    return _root(var_dir) / f"{_prefix(var_dir)}{pid}"


def clear(var_dir: Path) -> None:
    """Remove what servers of this VAR_DIR have left."""
    for root in {_root(var_dir), var_dir}:
        for left in root.glob(f"{_prefix(var_dir)}*"):
            shutil.rmtree(left, ignore_errors=True)
    shutil.rmtree(var_dir / "metrics", ignore_errors=True)  # of older versions


def _root(var_dir: Path) -> Path:
    try:
        room = shutil.disk_usage(SHARED).free >= ROOM_BYTES and os.access(SHARED, os.W_OK)
    except OSError:
        room = False
    return SHARED if room else var_dir


def _prefix(var_dir: Path) -> str:
    own = blake2b(str(var_dir.resolve()).encode(), digest_size=8).hexdigest()
    return f"chezhi-metrics-{os.getuid()}-{own}-"
