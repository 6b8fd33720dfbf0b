"""What no living worker holds goes back to the queue at once, where Redis is the broker.

A worker that is killed cannot give back what it had taken, and the broker would keep that until
VISIBILITY_SECONDS are over. So every worker says in Redis what it holds, and looks for what
nobody holds: when it starts, and every few seconds. RabbitMQ sees a broken connection by itself.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, cast

from redis import Redis

LOOK_SECONDS: Final = 5.0
YOUNG_SECONDS: Final = 10.0
"""What was taken so shortly ago may not have been said yet."""
SILENT_SECONDS: Final = 60
"""A worker on another machine that said nothing for so long is dead; on this one its process is
looked for."""

_WORKERS: Final = "workers"
_INDEX: Final = "unacked_index"
"""Of kombu: what was taken and not finished, with the time of the taking."""


class Holding:
    """What the worker `own` holds, and what it knows of the others."""

    def __init__(self, store: Redis, own: str | None = None) -> None:
        self._store: Any = store
        self._own = own or name_of(os.getpid())

    def add(self, tag: str) -> None:
        """Say that a message was taken."""
        self._store.sadd(_key(self._own), tag)

    def say(self, tags: Iterable[str]) -> None:
        """Say what is held, and with it that this worker lives."""
        pipe = self._store.pipeline()
        pipe.sadd(_WORKERS, self._own)
        pipe.delete(_key(self._own))
        pipe.sadd(_key(self._own), "", *tags)  # there is no empty set in Redis
        pipe.expire(_key(self._own), SILENT_SECONDS)
        pipe.execute()

    def give_back(self, put_back: Callable[[str], None], *, now: float) -> list[str]:
        """Put back what no living worker holds; which messages. Raises RedisError."""
        held: set[bytes] = set()
        for worker in cast("set[bytes]", self._store.smembers(_WORKERS)):
            name = worker.decode()
            if name == self._own or lives(name):
                tags = self._store.smembers(_key(name))
                held |= tags
            else:
                tags = set()
            if not tags:
                self._store.delete(_key(name))
                self._store.srem(_WORKERS, name)
        taken = self._store.zrange(_INDEX, 0, now - YOUNG_SECONDS, byscore=True)
        left = [tag.decode() for tag in taken if tag not in held]
        for tag in left:
            put_back(tag)
        return left


def _key(worker: str) -> str:
    return f"workers:{worker}"


def name_of(pid: int) -> str:
    """A process, which no later one is called like."""
    return f"{socket.gethostname()}/{pid}/{_started(pid)}"


def lives(name: str) -> bool:
    """Whether a process of this machine is still there; of others only their silence tells."""
    host, pid, _ = name.rsplit("/", 2)
    return host != socket.gethostname() or name_of(int(pid)) == name


def _started(pid: int) -> str:
    """When, in ticks of the machine; empty where there is no such process, or one that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    return "" if fields[0] in "ZX" else fields[19]
