"""Which turn is the newest of each conversation that a socket of this process watches; one that
begins here is known at once. And how many notices a person who is signed in has not read."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from flask import Flask

from webapp.assistant import queries
from webapp.assistant.live.boards import Board
from webapp.notices import queries as notices

_TURNS: Final = "chezhi.assistant.turns"
_BELLS: Final = "chezhi.assistant.bells"


def watched(app: Flask, conversation_id: str) -> AbstractContextManager[None]:
    """While this lasts, `newest_turn` knows the conversation."""
    return _turns(app).watched(conversation_id)


def newest_turn(app: Flask, conversation_id: str) -> int:
    """The newest turn known of a watched conversation, 0 before it is."""
    return _turns(app).known(conversation_id) or 0


def tell(app: Flask, conversation_id: str, turn_id: int) -> None:
    """A turn has begun in this process."""
    _turns(app).tell(conversation_id, turn_id)


def bell_watched(app: Flask, account_id: int) -> AbstractContextManager[None]:
    """While this lasts, `unread` knows the account."""
    return _bells(app).watched(account_id)


def unread(app: Flask, account_id: int) -> int | None:
    """Notices that a watched account has not read, None before that is known."""
    return _bells(app).known(account_id)


def _turns(app: Flask) -> Board[str]:
    # A turn that was told of here may not be in the database's answer yet.
    board: Board[str] = app.extensions.setdefault(_TURNS, Board(app, queries.newest_turns, max))
    return board


def _bells(app: Flask) -> Board[int]:
    made = Board(app, notices.unread_of, lambda _, found: found)
    board: Board[int] = app.extensions.setdefault(_BELLS, made)
    return board
