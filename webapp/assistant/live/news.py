"""Which turn is the newest of each conversation that a socket of this process watches.

A turn that begins here is known at once. For those of other processes one query asks about all
watched conversations together, however many sockets watch them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import gevent
from flask import Flask
from structlog import get_logger

from webapp.assistant import queries

log = get_logger(__name__)

ASK_SECONDS: Final = 2.0


@dataclass
class _Board:
    watched: Counter[str] = field(default_factory=Counter)
    newest: dict[str, int] = field(default_factory=dict)
    asking: gevent.Greenlet | None = None


_boards: WeakKeyDictionary[Flask, _Board] = WeakKeyDictionary()


@contextmanager
def watched(app: Flask, conversation_id: str) -> Iterator[None]:
    """While this lasts, `newest_turn` knows the conversation."""
    board = _boards.setdefault(app, _Board())
    board.watched[conversation_id] += 1
    if board.asking is None:
        board.asking = gevent.spawn(_ask, app, board)
    try:
        yield
    finally:
        board.watched[conversation_id] -= 1
        if not board.watched[conversation_id]:
            del board.watched[conversation_id]
            board.newest.pop(conversation_id, None)
        if not board.watched and board.asking is not None:
            board.asking.kill(block=False)
            board.asking = None


def newest_turn(app: Flask, conversation_id: str) -> int:
    """The newest turn known of a watched conversation, 0 before it is."""
    return _boards[app].newest.get(conversation_id, 0)


def tell(app: Flask, conversation_id: str, turn_id: int) -> None:
    """A turn has begun in this process."""
    board = _boards.get(app)
    if board is not None and conversation_id in board.watched:
        board.newest[conversation_id] = turn_id


def _ask(app: Flask, board: _Board) -> None:
    """It is killed with the last watcher."""
    while True:
        try:
            with app.app_context():
                found = queries.newest_turns(list(board.watched))
            for conversation_id, turn_id in found.items():
                if turn_id > board.newest.get(conversation_id, 0):
                    board.newest[conversation_id] = turn_id
        except Exception:  # whatever it is, the next round may do better
            log.exception("conversations not watched")
        gevent.sleep(ASK_SECONDS)
