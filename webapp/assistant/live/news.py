"""Which turn is the newest of each conversation that a socket of this process watches; one that
begins here is known at once. And how many notices a person who is signed in has not read."""

from __future__ import annotations

from contextlib import AbstractContextManager
from weakref import WeakKeyDictionary

from flask import Flask

from webapp.assistant import queries
from webapp.assistant.live.boards import Board
from webapp.notices import queries as notices

_turns: WeakKeyDictionary[Flask, Board[str]] = WeakKeyDictionary()
_bells: WeakKeyDictionary[Flask, Board[int]] = WeakKeyDictionary()


def watched(app: Flask, conversation_id: str) -> AbstractContextManager[None]:
    """While this lasts, `newest_turn` knows the conversation."""
    # A turn that was told of here may not be in the database's answer yet.
    board = _turns.setdefault(app, Board(app, queries.newest_turns, max))
    return board.watched(conversation_id)


def newest_turn(app: Flask, conversation_id: str) -> int:
    """The newest turn known of a watched conversation, 0 before it is."""
    return _turns[app].known(conversation_id) or 0


def tell(app: Flask, conversation_id: str, turn_id: int) -> None:
    """A turn has begun in this process."""
    if app in _turns:
        _turns[app].tell(conversation_id, turn_id)


def bell_watched(app: Flask, account_id: int) -> AbstractContextManager[None]:
    """While this lasts, `unread` knows the account."""
    board = _bells.setdefault(app, Board(app, notices.unread_of, lambda _, found: found))
    return board.watched(account_id)


def unread(app: Flask, account_id: int) -> int | None:
    """Notices that a watched account has not read, None before that is known."""
    return _bells[app].known(account_id)
