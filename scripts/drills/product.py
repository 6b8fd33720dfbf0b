"""A product of a drill's own: started with the shipped cars in a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from redis import Redis

from scripts.benchmarks.server import _free_port
from scripts.parent import end_with
from webapp.config.sqlite import library

ROOT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 240.0


@dataclass(frozen=True)
class Product:
    port: int
    pid: int | None = None
    redis: Any = None
    settings: dict[str, str] | None = None

    def memory(self) -> dict[str, float]:
        """Resident megabytes of each process, by what it is and its number."""
        return {f"{name_of(pid)} {pid}": _resident(pid) for pid in descendants(self.pid)}

    def number(self, question: str, *given: object) -> float:
        """The one number a query of its SQLite database answers with; 0 for none."""
        assert self.settings is not None
        (file,) = Path(self.settings["VAR_DIR"]).glob("*.sqlite3")
        connected = library().module.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
        with closing(connected) as database:
            (found,) = database.execute(question, given).fetchone() or (0,)
            return float(found or 0)

    def kept(self) -> tuple[int, float, float]:
        """Keys in Redis, megabytes of pages, megabytes in all."""
        if self.redis is None:
            return 0, 0.0, 0.0
        sizes = (self.redis.hget(f"{name}:sizes", "total") for name in ("pages", "queries"))
        pages = sum(int(size or 0) for size in sizes)
        used = int(self.redis.info("memory")["used_memory"])
        return int(self.redis.dbsize()), pages / 2**20, used / 2**20


@contextmanager
def running(
    given: Mapping[str, str] | None = None, *, folder: Path | None = None
) -> Iterator[Product]:
    """The whole product until the block ends, with further settings, in `folder` or one of its
    own. Exits with its log where it does not start."""
    with ExitStack() as stack:
        folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="drill-")))
        port = _free_port()
        settings = {
            "APP_ENV": "testing",
            "SEED": "1",
            "PORT": str(port),
            "LOG_LEVEL": "ERROR",
            "DRAIN_SECONDS": "1",  # nobody waits for the end of a drill
            "VAR_DIR": str(folder),
        } | dict(given or {})
        log = (folder / "drill.log").open("wb")
        process = subprocess.Popen(
            [ROOT / "scripts" / "run"],
            env=os.environ | settings,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: end_with(os.getppid(), signal.SIGTERM),
        )
        try:
            _wait(process, port, Path(log.name))
            redis = Redis(unix_socket_path=str(folder / "run" / "redis.sock"))
            yield Product(port, process.pid, redis, settings)
        finally:
            process.terminate()
            process.wait(30)
            log.close()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while b"Ready:" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"the product did not start:\n{log.read_text()}")
        time.sleep(0.2)
    with socket.create_connection(("127.0.0.1", port), 5):
        pass


def descendants(pid: int | None) -> list[int]:
    if pid is None:
        return []
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in map(int, listed) for below in descendants(child))]


def name_of(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    known = ("redis-server", "gunicorn", "worker", "beat", "supervisord", "sandbox", "supervise")
    return next((name for name in known if name in words), words[:16].strip())


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
