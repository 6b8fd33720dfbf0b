"""Starts gunicorn as the product does, on a free loopback port, for one benchmark."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def environment(folder: Path) -> dict[str, str]:
    """Settings of a production-like server with all its data in `folder`."""
    return {
        "APP_ENV": "testing",
        "VAR_DIR": str(folder / "var"),
        "SECRET_KEY": secrets.token_hex(32),
        "REDIS_URL": f"unix://{folder}/no-redis.sock?db=0",
        "LOG_LEVEL": "ERROR",
        "WEB_WORKERS": "2",
    }


@dataclass(frozen=True)
class Server:
    url: str
    pid: int

    def worker_megabytes(self) -> list[float]:
        """Resident memory of each worker process (Linux)."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [_resident(int(child)) for child in children]


@contextmanager
def serve(application: str, env: dict[str, str]) -> Iterator[Server]:
    """gunicorn with the product's own conf; stopped by its pid. Connections that are cut off when
    it stops are no news."""
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "scripts/gunicorn.conf.py",
        "--log-level",
        "critical",
        "--bind",
        f"127.0.0.1:{port}",
        application,
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | env | {"PORT": str(port)})
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urlopen(url, timeout=5).read()  # noqa: S310 - our own server
        except (URLError, ConnectionError, TimeoutError) as error:
            if process.poll() is not None:
                raise SystemExit(f"the server ended with {process.returncode}") from error
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start in time")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
