"""The product as a real server in processes of its own, for tests that need one."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.config import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class LiveServer:
    """A running web server; `url` has no slash at its end, `log` is what it printed."""

    url: str
    var_dir: Path
    pid: int
    log: Path


@contextmanager
def live_server(
    folder: Path,
    *,
    like: Path | None = None,
    redis_url: str | None = None,
    application: str = "wsgi:app",
    **settings: str,
) -> Iterator[LiveServer]:
    """Serve from `folder` with gunicorn and its real configuration, until the block ends.

    The folder is filled from `like`, the VAR_DIR of a product that was prepared before, or is
    prepared here. Without `redis_url` there is no Redis. Further settings go to the environment
    as they are.
    """
    port = free_port()
    own = {"PORT": str(port), "WEB_WORKERS": "1", "DRAIN_SECONDS": "1"}
    if redis_url:
        own["REDIS_URL"] = redis_url
    environ = _environ(folder, **(own | settings))
    if like:
        shutil.copytree(like, folder, dirs_exist_ok=True)
    else:
        prepare(folder, **settings)
    log = folder / "log" / "web.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = spawn(
            [sys.executable, "-m", "gunicorn", "-c", "scripts/gunicorn.conf.py", application],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = LiveServer(f"http://127.0.0.1:{port}", folder, process.pid, log)
    try:
        _wait_until_alive(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def prepare(folder: Path, **settings: str) -> None:
    """Make a VAR_DIR as a first start does: the tables, and what SEED=1 says for more."""
    command = [sys.executable, "-m", "scripts.prepare"]
    with spawn(command, cwd=ROOT, env=_environ(folder, **settings)) as process:
        if code := process.wait():
            raise subprocess.CalledProcessError(code, command)


def spawn(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """As `Popen` does, but the process ends with this one, however this one ends."""
    # Without `preexec_fn`, which is not safe where there are threads.
    become = [sys.executable, "-IS", str(ROOT / "scripts" / "parent.py"), str(os.getpid())]
    return subprocess.Popen([*become, *command], **options)


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """`folder` as filled by `make`, which the first process of several that ask calls."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            make(part)
            part.rename(folder)
    return folder


def _environ(folder: Path, **settings: str) -> dict[str, str]:
    own = {
        "APP_ENV": "testing",
        "VAR_DIR": str(folder),
        "SEED": "0",
        "REDIS_URL": f"unix://{folder}/no-redis.sock?db=0",
    }
    return clean_environ(**(own | settings))


def clean_environ(**settings: str) -> dict[str, str]:
    """What a child process needs of our environment, and no setting but those given."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | settings


def children(pid: int) -> list[int]:
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def goes_on(pid: int) -> bool:
    """Whether the process is there; one that has ended and was not waited for is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether GET gives 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _wait_until_alive(server: LiveServer, process: subprocess.Popen[Any]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(f"{server.url}/healthz"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{server.log.read_text()}")
        time.sleep(0.05)  # another process: it can only be looked at again
