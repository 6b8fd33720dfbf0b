"""What is known of the things that sockets of this process watch, whoever changes them.

One query asks about all of them together, however many sockets watch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

import gevent
from flask import Flask
from structlog import get_logger

log = get_logger(__name__)

ASK_SECONDS: Final = 2.0
Key = TypeVar("Key", bound=Hashable)


class Board(Generic[Key]):
    """A figure for each key that is watched. `ask` reads those of some keys; a figure that it
    finds takes the place of one that is known as `joined` says."""

    def __init__(
        self,
        app: Flask,
        ask: Callable[[list[Key]], Mapping[Key, int]],
        joined: Callable[[int, int], int],
    ) -> None:
        self._app = app
        self._read = ask
        self._joined = joined
        self._watchers: Counter[Key] = Counter()
        self._known: dict[Key, int] = {}
        self._asking: gevent.Greenlet | None = None

    @contextmanager
    def watched(self, key: Key) -> Iterator[None]:
        """While this lasts, `known` knows the key, once it was first asked about."""
        self._watchers[key] += 1
        if self._asking is None:
            self._asking = gevent.spawn(self._ask)
        try:
            yield
        finally:
            self._watchers[key] -= 1
            if not self._watchers[key]:
                del self._watchers[key]
                self._known.pop(key, None)
            if not self._watchers and self._asking is not None:
                self._asking.kill(block=False)
                self._asking = None

    def known(self, key: Key) -> int | None:
        return self._known.get(key)

    def tell(self, key: Key, figure: int) -> None:
        """It has changed in this process."""
        if key in self._watchers:
            self._known[key] = figure

    def _ask(self) -> None:
        """It is killed with the last watcher."""
        while True:
            try:
                with self._app.app_context():
                    found = self._read(list(self._watchers))
                for key, figure in found.items():
                    self._known[key] = self._joined(self._known.get(key, figure), figure)
            except Exception:  # whatever it is, the next round may do better
                log.exception("what sockets watch was not read")
            gevent.sleep(ASK_SECONDS)
