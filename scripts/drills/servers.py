"""Servers around a drill's product, which can be killed, stopped and started again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from scripts.benchmarks.server import ROOT, _free_port
from scripts.drills.product import descendants
from scripts.parent import end_with

NGINX: Final = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
START_SECONDS: Final = 60.0


class Server(Protocol):
    """One that listens on loopback; `start` returns when it answers."""

    def start(self) -> None: ...

    def pids(self) -> list[int]: ...


class Started(ABC):
    """A server with a beginning and an end of its own."""

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def stop(self) -> None: ...

    @contextmanager
    def running(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            self.stop()


class Own(Started):
    """A server of one command, in a folder of its own; it ends with this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def pids(self) -> list[int]:
        running = self._process is not None and self._process.poll() is None
        return descendants(self._process.pid) if running and self._process else []

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGINT)  # PostgreSQL: now, whoever is connected
            self._process.wait()

    def _run(self, *command: str | Path, ready: Sequence[str | Path], **more: Any) -> None:
        """Start the server and wait until the command `ready` ends well."""
        log = (self.folder / "server.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, preexec_fn=partial(end_with, os.getpid()), **more
            )
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(ready, capture_output=True, check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{command[0]} did not start:\n{Path(log.name).read_text()[-2000:]}")
            time.sleep(0.1)


class PostgreSQL(Own):
    """An empty database "chezhi" in a cluster made for it; what it says is saved is on the disk."""

    PROGRAMS: Final = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        assert self.PROGRAMS is not None
        self._programs = self.PROGRAMS.parent
        # It does not run as root.
        self._user: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            self._user |= {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(folder, "postgres", "postgres")
        words = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        made: list[str | Path] = [self._programs / "initdb", "-D", folder / "data", *words]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, **self._user)

    def start(self) -> None:
        asked: list[str | Path] = [self._programs / "pg_isready", "-q", "-h", "127.0.0.1"]
        self._run(
            self._programs / "postgres",
            *("-D", self.folder / "data", "-p", str(self.port), "-k", self.folder),
            *("-c", "listen_addresses=127.0.0.1"),
            ready=[*asked, "-p", str(self.port)],
            **self._user,
        )

    def make(self) -> None:
        """The database itself, once."""
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres")
        subprocess.run([self._programs / "createdb", *where, "chezhi"], check=True)


class Nginx(Own):
    """The example of deploy/ in front of `ports`, without TLS."""

    def __init__(self, folder: Path, ports: list[int]) -> None:
        super().__init__(folder)
        text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        text = re.sub(
            r"^server \{\n    listen 80;.*?^\}\n", "", text, flags=re.MULTILINE | re.DOTALL
        )
        text = re.sub(r"^\s*(ssl_\w+ |listen \[::\]|server_name ).*$", "", text, flags=re.MULTILINE)
        changed = {
            "listen 443 ssl http2": f"listen 127.0.0.1:{self.port}",
            "server 127.0.0.1:8000": f"server 127.0.0.1:{ports[0]}",
            "/var/cache/nginx": str(folder),
            "/var/log/nginx": str(folder),
        }
        if len(ports) > 1:
            changed["# server 10.0.0.12:8000"] = f"server 127.0.0.1:{ports[1]}"
        for old, new in changed.items():
            text = text.replace(old, new)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
        (folder / "nginx.conf").write_text(
            f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{\n{paths}{text}\n}}\n"
        )

    def start(self) -> None:
        open_ = f"exec 3<>/dev/tcp/127.0.0.1/{self.port}"
        self._run(NGINX or "", "-c", self.folder / "nginx.conf", ready=["bash", "-c", open_])


class Service(Started):
    """A server that a program `start` of a folder starts, which prints its URL, and `stop` ends."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder = folder
        self._environ = os.environ | settings
        self.url = ""

    def start(self) -> None:
        done = subprocess.run(
            [self._folder / "start"],
            env=self._environ,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        self.url = done.stdout.strip()

    def stop(self) -> None:
        subprocess.run([self._folder / "stop"], env=self._environ, check=False)

    def pids(self) -> list[int]:
        found = re.search(r":(\d+)(?:/|$)", self.url)
        return listening(int(found[1])) if found else []


def listening(port: int) -> list[int]:
    """The processes that listen at a port of this machine."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in _table(name)]
    sockets = {
        f"socket:[{line[9]}]"
        for line in lines
        if line[3] == "0A" and int(line[1].rpartition(":")[2], 16) == port
    }
    return [
        pid for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))) if _has(pid, sockets)
    ]


def _table(name: str) -> list[str]:
    file = Path("/proc/net") / name
    return file.read_text().splitlines()[1:] if file.exists() else []


def _has(pid: int, sockets: set[str]) -> bool:
    try:
        files = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # it has ended
        return False
    return any(_leads_to(file) in sockets for file in files)


def _leads_to(file: Path) -> str:
    try:
        return os.readlink(file)
    except OSError:  # closed meanwhile
        return ""
