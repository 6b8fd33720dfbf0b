"""The turns this process is writing, and the greenlet that watches over them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import gevent
from flask import Flask
from gevent.event import Event as Signal
from structlog import get_logger

from webapp import clock, draining
from webapp.assistant import queries, service

log = get_logger(__name__)

WATCH_SECONDS: Final = 0.2
"""How soon a stop that another process was told of is seen."""
RENEW_SECONDS: Final = 1.0


@dataclass(eq=False)
class Live:
    """A turn being written here. `frames[n]` has `seq` n + 1 and is stored already.

    `ending` says why the writer should end early: "stopped" by the visitor, "interrupted" by
    the server's own end.
    """

    app: Flask
    conversation_id: str
    turn_id: int
    frames: list[str] = field(default_factory=list)
    over: bool = False
    ending: str | None = None
    wake_writer: Callable[[], None] = lambda: None
    _changed: Signal = field(default_factory=Signal)

    def show(self, body: str, *, last: bool = False) -> None:
        """Let followers have a frame that is stored."""
        self.frames.append(body)
        self.over = self.over or last
        self.wake_followers()

    def wake_followers(self) -> None:
        changed, self._changed = self._changed, Signal()
        changed.set()

    def wait(self, seconds: float) -> None:
        """Until something changes, `seconds` at most."""
        self._changed.wait(seconds)

    def end(self, why: str) -> None:
        """Ask the writer to end early; safe to repeat."""
        if self.ending is None and not self.over:
            self.ending = why
            self.wake_writer()


_lives: WeakKeyDictionary[Flask, dict[int, Live]] = WeakKeyDictionary()
_watchers: WeakKeyDictionary[Flask, gevent.Greenlet] = WeakKeyDictionary()


def live(app: Flask, turn_id: int) -> Live | None:
    return _lives.get(app, {}).get(turn_id)


def writing(app: Flask) -> bool:
    """Whether this process writes an answer."""
    return bool(_lives.get(app))


def register(turn: Live) -> None:
    _lives.setdefault(turn.app, {})[turn.turn_id] = turn
    if turn.app not in _watchers:
        _watchers[turn.app] = gevent.spawn(_watch, turn.app)


def unregister(turn: Live) -> None:
    turn.over = True
    turns = _lives[turn.app]
    turns.pop(turn.turn_id, None)
    if not turns:
        _watchers.pop(turn.app).kill(block=False)
    turn.wake_followers()


def stop(app: Flask, turn_id: int) -> None:
    """Stop a turn, wherever it is written. Needs an application context."""
    here = live(app, turn_id)
    if here is not None:
        here.end("stopped")
    else:
        service.ask_to_stop(turn_id=turn_id)


def _watch(app: Flask) -> None:
    """Renew the leases of this application's turns and look for stops asked for elsewhere; it is
    killed with the last turn."""
    renewed = time.monotonic()
    turns = _lives[app]
    while True:
        gevent.sleep(WATCH_SECONDS)
        if draining.over():
            for turn in list(turns.values()):
                turn.end("interrupted")
        ids = list(turns)
        try:
            with app.app_context():
                for turn_id in queries.stops_asked(ids):
                    if turn_id in turns:
                        turns[turn_id].end("stopped")
                if time.monotonic() - renewed >= RENEW_SECONDS:
                    service.renew_leases(turn_ids=ids, now=clock.now())
                    renewed = time.monotonic()
        except Exception:  # whatever it is, the next round may do better
            log.exception("turns not watched")
