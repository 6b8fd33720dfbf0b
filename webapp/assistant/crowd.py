"""The open sockets of this process: how many, whose, from where, and how fast they talk.

A visitor is an owner; who has no cookie shares one with everybody else without one at the same
network. Many people may sit behind one network, an office or a mobile carrier, so it may have a
good share of the sockets, but never all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

PER_PROCESS: Final = 800
"""Of the worker's 1,000 connections, so that pages still get through."""
PER_NETWORK: Final = 200
"""Open sockets of one network in one process: a quarter."""
PER_OWNER: Final = 12
"""Open sockets of one visitor in one process: a socket is a tab."""

MESSAGES_A_SECOND: Final = 20.0
"""Of one socket, over time; twice as many at once."""
NETWORK_MESSAGES_A_SECOND: Final = 200.0
BYTES_A_SECOND: Final = 8 * 1024.0
"""That are read of one socket; what is sent faster waits in the network."""
BYTES_AT_ONCE: Final = 64 * 1024.0
NETWORK_BYTES_A_SECOND: Final = 64 * 1024.0
NETWORK_BYTES_AT_ONCE: Final = 512 * 1024.0


@dataclass
class Pace:
    """So much a second, over time, and `at_once` after a pause. `clock` gives seconds."""

    a_second: float
    at_once: float
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self.at_once, self.clock()

    def take(self, amount: float = 1.0) -> float:
        """Seconds until there is as much again as was taken too much, 0 where it was not."""
        now = self.clock()
        self._left = min(self.at_once, self._left + (now - self._at) * self.a_second) - amount
        self._at = now
        return max(0.0, -self._left / self.a_second)


def _messages(a_second: float) -> Pace:
    return Pace(a_second, 2 * a_second)


@dataclass
class _Network:
    sockets: int = 0
    messages: Pace = field(default_factory=lambda: _messages(NETWORK_MESSAGES_A_SECOND))
    bytes: Pace = field(default_factory=lambda: Pace(NETWORK_BYTES_A_SECOND, NETWORK_BYTES_AT_ONCE))


@dataclass
class Seat:
    """The place of one open socket."""

    network: _Network
    messages: Pace = field(default_factory=lambda: _messages(MESSAGES_A_SECOND))
    bytes: Pace = field(default_factory=lambda: Pace(BYTES_A_SECOND, BYTES_AT_ONCE))

    def may_speak(self) -> bool:
        """Count one message; whether it was not one too many."""
        return not (self.messages.take() or self.network.messages.take())

    def pause(self, received: int) -> float:
        """Count bytes; seconds to wait before more are read."""
        return max(self.bytes.take(received), self.network.bytes.take(received))


class Full(Exception):
    """There is no place for one more socket of this visitor."""


class Crowd:
    """Every entry is of an open socket, so there are never more than those."""

    def __init__(self) -> None:
        self._owners: dict[str, int] = {}
        self._networks: dict[str, _Network] = {}

    def __len__(self) -> int:
        return sum(network.sockets for network in self._networks.values())

    @contextmanager
    def seated(self, owner: str, network: str) -> Iterator[Seat]:
        """Raises Full."""
        beside = self._networks.get(network)
        if (
            len(self) >= PER_PROCESS
            or (beside is not None and beside.sockets >= PER_NETWORK)
            or self._owners.get(owner, 0) >= PER_OWNER
        ):
            raise Full
        beside = self._networks.setdefault(network, _Network())
        beside.sockets += 1
        self._owners[owner] = self._owners.get(owner, 0) + 1
        try:
            yield Seat(beside)
        finally:
            beside.sockets -= 1
            self._owners[owner] -= 1
            if not self._owners[owner]:
                del self._owners[owner]
            if not beside.sockets:
                del self._networks[network]
