"""The socket `/assistant/socket`: questions in, frames out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import gevent
from flask import Flask
from simple_websocket import ConnectionClosed
from structlog import get_logger

from webapp import clock, draining
from webapp.assistant import forms, frames, live, queries, quota, service, wire
from webapp.assistant.crowd import Seat
from webapp.errors import BadInput, DomainError, NotFound
from webapp.usage.counters import count
from webapp.visitor import account_of

log = get_logger(__name__)

RECEIVE_SECONDS: Final = 1.0
"""How often an idle socket looks whether the server is to end."""
LINGER_SECONDS: Final = 2.0
"""How long a socket waits for the end of its answer when the time for answers has run out."""
FIRST_SECONDS: Final = 10.0
"""A page says at once what it wants; a socket that says nothing for so long is closed."""
IDLE_SECONDS: Final = 600.0
"""Likewise one that has not said anything since; a page that still shows opens it again."""

Message = dict[str, Any]


class SignedOut(DomainError):
    """Whose socket this is has left, or was sent away, since it was opened."""

    message = "这次登录已经结束，请重新登录后再问。"


def converse(
    app: Flask,
    ws: Any,
    seat: Seat,
    *,
    owner: str,
    network: str,
    lasts: Callable[[], bool] = lambda: True,
) -> None:
    """Serve one socket until it closes. Raises ConnectionClosed when the visitor closes it.

    `lasts`, asked in an application context: whether the owner is still who opened it.
    """
    visitor = _Visitor(app, ws, owner, network, lasts)
    patience, heard = FIRST_SECONDS, time.monotonic()
    try:
        while True:
            message = ws.receive(timeout=RECEIVE_SECONDS)
            if message is not None:
                if not seat.may_speak():
                    visitor.send_away("too_fast", wire.TOO_FAST, wire.NOT_ALLOWED)
                visitor.handle(message)
                patience, heard = IDLE_SECONDS, time.monotonic()
            elif time.monotonic() - heard >= patience and not visitor.listening:
                ws.close(wire.GOING_AWAY, "idle")
                return
            visitor.tell_news()
            visitor.ring()
            late = draining.over(after=LINGER_SECONDS)
            if late or (draining.begun() and not visitor.listening):
                ws.close(wire.GOING_AWAY, "restarting")
                return
    finally:
        visitor.leave()


class _Visitor:
    """One socket: at most one turn is followed at a time, the one asked or resumed last; at
    most one conversation is watched for turns that begin elsewhere."""

    def __init__(
        self, app: Flask, ws: Any, owner: str, network: str, lasts: Callable[[], bool]
    ) -> None:
        self._app = app
        self._ws = ws
        self._owner = owner
        self._network = network
        self._lasts = lasts
        self._turn: int | None = None
        self._follower: gevent.Greenlet | None = None
        self._watching = ExitStack()
        self._watched: str | None = None
        self._account = account_of(owner)
        self._bell = ExitStack()
        self._unread = 0
        if self._account is not None:
            self._bell.enter_context(live.bell_watched(app, self._account))
        self._known: int | None = None
        self._handlers: dict[str, Callable[[Message], None]] = {
            "ask": self._ask,
            "stop": self._stop,
            "resume": self._resume,
            "watch": self._watch,
            "ping": lambda _: self._ws.send(frames.pong()),
        }

    @property
    def listening(self) -> bool:
        return self._follower is not None and not self._follower.dead

    def leave(self) -> None:
        """The answer goes on without a listener: it is stored, and there after a reload."""
        self._watching.close()
        self._bell.close()
        if self._follower is not None:
            self._follower.kill(block=False)

    def handle(self, raw: str | bytes) -> None:
        message: Message = {}
        try:
            if len(raw.encode() if isinstance(raw, str) else raw) > wire.MESSAGE_BYTES:
                self.send_away("too_large", "这条消息太长了，请缩短后再发。", wire.TOO_BIG)
            message = _read(raw)
            handler = self._handlers.get(str(message.get("type")))
            if handler is None:
                raise BadInput("不认识这种消息。")
            with self._app.app_context():
                if not self._lasts():
                    raise SignedOut
                handler(message)
        except SignedOut as error:
            self.send_away("signed_out", error.message, wire.NOT_ALLOWED, message)
        except quota.TooMany as error:
            self._refuse(message, "rate_limited", error.message, error.retry_after)
        except service.Busy as error:
            self._refuse(message, "busy", error.message, 2)
        except NotFound as error:
            self._refuse(message, "not_found", error.message)
        except DomainError as error:
            self._refuse(message, "bad_message", error.message)

    def send_away(self, code: str, text: str, reason: int, message: Message | None = None) -> None:
        """Say why and close. Raises ConnectionClosed."""
        self._refuse(message or {}, code, text)
        self._ws.close(reason)
        raise ConnectionClosed(reason)

    def _refuse(self, message: Message, code: str, text: str, wait: float | None = None) -> None:
        named = message.get("conversation")
        conversation = named if isinstance(named, str) else None
        self._ws.send(frames.error(conversation, None, 1, code, text, retry_after=wait))

    def _ask(self, message: Message) -> None:
        if draining.begun():  # the page asks again on its next socket, which another server has
            self._ws.close(wire.GOING_AWAY, "restarting")
            raise ConnectionClosed(wire.GOING_AWAY)
        started = ask(self._app, self._owner, self._network, forms.ask_of(message))
        self._follow(started.conversation_id, started.turn_id, after=0)

    def _resume(self, message: Message) -> None:
        wanted = forms.resume_of(message)
        conversation = queries.conversation_of(wanted.conversation, self._owner)
        turn = conversation and queries.turn_in(conversation.id, wanted.turn)
        if not turn:
            raise NotFound("没有这个对话，或者它不属于你。")
        self._follow(wanted.conversation, turn.id, after=wanted.after)

    def _watch(self, message: Message) -> None:
        wanted = forms.watch_of(message)
        if queries.conversation_of(wanted.conversation, self._owner) is None:
            raise NotFound("没有这个对话，或者它不属于你。")
        self._watching.close()
        self._watching.enter_context(live.watched(self._app, wanted.conversation))
        self._watched, self._known = wanted.conversation, wanted.turn

    def tell_news(self) -> None:
        """Turns of the watched conversation that this socket has not heard of."""
        if self._watched is None:
            return
        newest = live.newest_turn(self._app, self._watched)
        if newest <= (self._known or 0):
            return
        with self._app.app_context():
            turns = queries.turns_since(self._watched, self._known)
        self._known = newest = turns[-1] if turns else newest
        self._ws.send(frames.news(self._watched, newest, turns))

    def ring(self) -> None:
        """How many notices are unread, once it is another number than was told last."""
        if self._account is None:
            return
        unread = live.unread(self._app, self._account)
        if unread is not None and unread != self._unread:
            self._ws.send(frames.notices(unread))
            self._unread = unread

    def _stop(self, message: Message) -> None:
        if self._turn is not None:
            live.stop(self._app, self._turn)

    def _follow(self, conversation_id: str, turn_id: int, *, after: int) -> None:
        if self._follower is not None:
            with self._ws.sock.between_frames():
                self._follower.kill()
        self._turn = turn_id
        if conversation_id == self._watched:
            self._known = max(self._known or 0, turn_id)
        self._follower = gevent.spawn(self._pass_on, conversation_id, turn_id, after)

    def _pass_on(self, conversation_id: str, turn_id: int, after: int) -> None:
        try:
            for body in self._told(conversation_id, turn_id, after):
                self._ws.send(body)
        except ConnectionClosed:
            pass  # the receiving side ends the socket
        except OSError as error:
            log.info("reader given up", reason=type(error).__name__)
            self._ws.sock.close()
        except Exception:
            log.exception("following failed", turn=turn_id)
            self._ws.close(wire.INTERNAL)

    def _told(self, conversation_id: str, turn_id: int, after: int) -> Iterator[str]:
        """The frames of the turn, with a last one that is not stored where none can be."""
        seq = after
        try:
            for body in live.follow(self._app, turn_id=turn_id, after=after):
                seq += 1
                yield body
        except NotFound as error:
            yield frames.error(conversation_id, turn_id, seq + 1, "not_found", error.message)
        except service.TurnLost:
            yield frames.error(
                conversation_id, turn_id, seq + 1, "interrupted", frames.INTERRUPTED, retry_after=1
            )


def ask(app: Flask, owner: str, network: str, asked: service.Ask) -> service.Started:
    """Start a turn and have its answer written. Raises what `start_turn` and `quota.take` do."""
    quota.take(owner, network)
    started = service.start_turn(owner=owner, ask=asked, now=clock.now())
    if started.first is not None:
        count("questions")
        live.begin(
            app,
            conversation_id=started.conversation_id,
            turn_id=started.turn_id,
            first=started.first,
        )
    return started


def _read(raw: str | bytes) -> Message:
    try:
        message = json.loads(raw)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise BadInput("消息应是一个 JSON 对象。")
    for name, value in message.items():
        # Half of a surrogate pair can be escaped in JSON, and is no text anybody could store.
        if not _is_text(name):
            raise BadInput("消息里有一个字段名不是完整的文字。")
        if not _is_text(value):
            raise BadInput(f"{name}：里面有不完整的字符，请重新输入。")
    return message


def _is_text(value: object) -> bool:
    """Whether all of a value that JSON gave can be written as UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True
