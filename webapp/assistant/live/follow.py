"""The frames of a turn as they come, from memory where it is written here, else from the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import gevent
from flask import Flask

from webapp.assistant import frames, queries, service
from webapp.assistant.live.registry import Live, live

POLL_SECONDS: Final = 0.15
"""How often the store is asked about a turn that another process writes."""
WAIT_SECONDS: Final = 5.0


def follow(app: Flask, *, turn_id: int, after: int) -> Iterator[str]:
    """Every frame after `after`, each exactly once, in order, to the last one of the turn.

    Ends with the turn; where its writer has died, with the error frame that says so, which is
    at most LEASE_SECONDS and POLL_SECONDS later.
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
        for seq, body in rows:  # noqa: B007 - the last one is where to go on
            yield body
        if rows and frames.type_of(rows[-1][1]) in frames.ENDS:
            return
        if not rows:
            with app.app_context():
                if service.end_dead_turn(turn_id=turn_id, now=datetime.now(UTC)):
                    rest = queries.frames_after(turn_id, seq)
                else:
                    rest = None
            if rest is not None:
                yield from (body for _, body in rest)
                return
            gevent.sleep(POLL_SECONDS)


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
    with gevent.Timeout(seconds, False):
        for _ in follow(app, turn_id=turn_id, after=0):
            pass
