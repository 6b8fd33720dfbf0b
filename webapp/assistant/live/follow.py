"""The frames of a turn as they come, from memory where it is written here, else from the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import gevent
from flask import Flask

from webapp import clock
from webapp.assistant import frames, queries, service
from webapp.assistant.live.registry import Live, live
from webapp.errors import NotFound

POLL_SECONDS: Final = 0.15
"""How often the store is asked about a turn that another process writes."""
WAIT_SECONDS: Final = 5.0


def follow(app: Flask, *, turn_id: int, after: int) -> Iterator[str]:
    """Every frame after `after`, each exactly once, in order, to the last one of the turn.

    Ends with the turn; where its writer has died, with the error frame that says so, which is
    at most LEASE_SECONDS and POLL_SECONDS later. Raises NotFound once the turn was deleted, and
    TurnLost where it ended with less than `after` frames, as in a database that was restored.
    """
    seq = after
    while True:
        here = live(app, turn_id)
        if here is not None:
            for body in _from_memory(here, seq):
                seq += 1
                yield body
        with app.app_context():
            rows = queries.frames_after(turn_id, seq)
            over = not rows and service.end_dead_turn(turn_id=turn_id, now=clock.now())
            if over:  # perhaps since the frames were read
                rows = queries.frames_after(turn_id, seq)
                if not rows:
                    _check_all_heard(turn_id, seq)
        for seq, body in rows:  # noqa: B007 - the last one is where to go on
            yield body
        if over or (rows and frames.type_of(rows[-1][1]) in frames.ENDS):
            return
        if not rows:
            gevent.sleep(POLL_SECONDS)


def _check_all_heard(turn_id: int, seq: int) -> None:
    """Nothing more comes of this turn: raises where its last frame was not the one at `seq`."""
    if queries.turn_by_id(turn_id) is None:
        raise NotFound("这个对话已经删除，可以开始一个新的。")
    if not queries.frames_after(turn_id, seq - 1):
        raise service.TurnLost


def _from_memory(here: Live, seq: int) -> Iterator[str]:
    while True:
        while seq < len(here.frames):
            yield here.frames[seq]
            seq += 1
        if here.over:
            return
        here.wait(WAIT_SECONDS)


def wait(app: Flask, *, turn_id: int, seconds: float) -> None:
    """Until the turn is over, `seconds` at most."""
    with gevent.Timeout(seconds, False), suppress(NotFound, service.TurnLost):
        for _ in follow(app, turn_id=turn_id, after=0):
            pass
