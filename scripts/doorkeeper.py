"""The web server's address, held by the supervisor: gunicorn may die without being missed.

gunicorn's master gets the listening socket from here, over a Unix socket, instead of binding one
of its own. Workers of a master that was killed become children of the supervisor, who tells the
kernel so, and go on serving from the same socket; they are ended when the first worker of the
next master serves. On Linux: elsewhere they end with their master, and the address is still here.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

PATH: Final = "CHEZHI_DOOR"
"""Environment: where the doorkeeper is asked."""
KEEPER: Final = "CHEZHI_DOORKEEPER"
"""Environment: its process."""

BACKLOG: Final = 2048
LEAVE_SECONDS: Final = 5
"""What a web server may take to end beyond DRAIN_SECONDS."""

_PRCTL: Final = getattr(ctypes.CDLL(None), "prctl", None)
_SET_CHILD_SUBREAPER: Final = 36
_CREDENTIALS: Final = struct.Struct("3i")


class Doorkeeper:
    """Asked at `path`. Call `open` when no process is started from here any more, `tend` now and
    then, from the thread that waits for children, `shut` before the supervised are ended, and
    `close` at the end. A worker writes answers for `drain_seconds` once it was told to end."""

    def __init__(self, path: Path, *, drain_seconds: int) -> None:
        self._path = path
        self._kill_after = drain_seconds + LEAVE_SECONDS + 1
        self._asked = socket.socket(socket.AF_UNIX)
        self._listening: socket.socket | None = None
        self._masters: dict[int, int] = {}
        """Master by worker, of those that have begun to serve."""
        self._newest = 0
        self._told: dict[int, float] = {}

    def open(self, host: str, port: int) -> None:
        """Listen there. Raises OSError where the address cannot be had."""
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
        self._listening = listening
        self._path.unlink(missing_ok=True)
        self._asked.bind(str(self._path))
        self._path.chmod(0o600)
        self._asked.listen()
        self._asked.settimeout(None)  # whatever the default is
        if _PRCTL is not None:
            _PRCTL(_SET_CHILD_SUBREAPER, 1)
        threading.Thread(target=self._answer, args=[listening.fileno()], daemon=True).start()

    def environment(self) -> dict[str, str]:
        """What tells gunicorn to come here."""
        return {PATH: str(self._path), KEEPER: str(os.getpid())}

    def tend(self, own: set[int]) -> None:
        """Wait for children that were adopted, and end workers whose successors serve. `own` are
        the children that others wait for."""
        now = time.monotonic()
        for pid in _children() - own:
            if _is_over(pid):
                self._masters.pop(pid, None)
                self._told.pop(pid, None)
            elif self._masters.get(pid, self._newest) != self._newest:
                self._end(pid, now)

    def shut(self) -> None:
        """Give up the address, which is free once the last worker has too: visitors who come then
        would wait for nobody. Safe to repeat."""
        if self._listening is not None:
            self._listening.close()
            self._asked.close()
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Kill whoever is left, and give up the address. The supervised have ended before."""
        if self._listening is None:
            return
        for pid in _children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.shut()

    def _end(self, pid: int, now: float) -> None:
        told = self._told.setdefault(pid, now)
        if told == now:
            os.kill(pid, signal.SIGTERM)
        elif now - told > self._kill_after:
            os.kill(pid, signal.SIGKILL)

    def _answer(self, listening: int) -> None:
        while True:
            try:
                client, _ = self._asked.accept()
            except OSError:
                return  # closed
            with client, suppress(OSError):
                client.settimeout(1.0)
                if client.recv(16) == b"address":
                    socket.send_fds(client, [b"."], [listening])
                else:
                    self._note(client)

    def _note(self, client: socket.socket) -> None:
        """The client is a worker that serves from now on."""
        if not hasattr(socket, "SO_PEERCRED"):
            return  # nobody is adopted here
        held = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, uid, _ = _CREDENTIALS.unpack(held)
        if uid == os.getuid():
            self._masters[pid] = self._newest = _parent(pid)


def ask_address(path: str, kind: Any = socket.socket) -> int:
    """The listening socket as a file descriptor of this process. `kind` is the class of sockets
    to ask with."""
    with kind(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(5.0)
        client.connect(path)
        client.sendall(b"address")
        _, descriptors, _, _ = socket.recv_fds(client, 1, 1)
    return int(descriptors[0])


def say_serving(path: str) -> None:
    """Tell that this worker serves; where nobody hears it, it serves all the same."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1.0)
        client.connect(path)
        client.sendall(b"serving")
        client.recv(1)  # until it has been noted


def _children() -> set[int]:
    found: set[int] = set()
    for file in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            found.update(map(int, file.read_text().split()))
    return found


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _is_over(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
