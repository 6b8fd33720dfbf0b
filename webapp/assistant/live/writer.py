"""Writes one answer: takes events from the composer, stores each frame, then shows it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Final

import gevent
from flask import Flask
from gevent.queue import Empty, Queue
from sqlalchemy.exc import OperationalError
from structlog import get_logger

from webapp import clock
from webapp.assistant import frames, queries, rendering, service, stored
from webapp.assistant.events import (
    Answerer,
    Cars,
    Citations,
    Done,
    Event,
    PastTurn,
    Question,
    Status,
    Text,
    Writer,
)
from webapp.assistant.live import news
from webapp.assistant.live.registry import Live, register, unregister
from webapp.assistant.live.storing import store
from webapp.extensions import db
from webapp.usage.counters import Name, count

log = get_logger(__name__)

BATCH_SECONDS: Final = 0.04
"""Between two frames of text; what comes meanwhile is one frame."""
LONGEST_SECONDS: Final = 120.0
HISTORY_TURNS: Final = 12
STORE_ATTEMPTS: Final = 4
_WRITTEN: Final[dict[Writer, Name]] = {"model": "answers_model", "rules": "answers_rules"}


@dataclass(frozen=True)
class Failure:
    """The composer raised; it has been logged."""


@dataclass(frozen=True)
class Wake:
    """Nothing but a reason to look at `Live.ending`."""


Item = Event | Failure | Wake


def begin(app: Flask, *, conversation_id: str, turn_id: int, first: str) -> None:
    """Have the answer to a turn that was just started written, in greenlets of this process;
    `first` is its first frame, which is stored already.

    Returns at once; `follow` gives the frames. `app.extensions["assistant"]` is the Answerer.
    """
    turn = Live(app, conversation_id, turn_id, [first])
    register(turn)
    news.tell(app, conversation_id, turn_id)
    gevent.spawn(_run, turn)


def _run(turn: Live) -> None:
    writer = _Writer(turn)
    try:
        try:
            writer.write()
        except service.TurnLost:
            raise
        except Exception:
            log.exception("answer not written", turn=turn.turn_id)
            writer.finish(Failure())
    except service.TurnLost:
        log.info("turn ended elsewhere", turn=turn.turn_id)
    except Exception:
        # Its lease runs out, and whoever follows ends it.
        log.exception("turn not ended", turn=turn.turn_id)
    finally:
        unregister(turn)


@dataclass
class _Writer:
    turn: Live
    _events: Queue[Item] = field(default_factory=lambda: Queue(64))
    _shown_at: float = 0.0
    _waiting: Item | None = None
    """Taken from the queue while text was gathered."""

    def write(self) -> None:
        self.turn.wake_writer = self._wake
        with self._composer() as composer:
            ended = self._tell()
            if self.turn.ending:
                # Here the model's request is closed, before anything else is done.
                composer.kill(timeout=5)
        self.finish(ended)

    def _tell(self) -> Item | None:
        """Show events until the last one, which is returned; None where it took too long or
        the turn is to end early."""
        deadline = time.monotonic() + LONGEST_SECONDS
        while not self.turn.ending:
            event = self._next(deadline)
            if event is None or isinstance(event, Done | Failure):
                return event
            if isinstance(event, Text):
                event = self._gather(event)
            if not self.turn.ending and not isinstance(event, Wake):
                self._show(event)
        return None

    def _next(self, deadline: float) -> Item | None:
        if self._waiting is not None:
            event, self._waiting = self._waiting, None
            return event
        try:
            item: Item = self._events.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            return None
        return item

    def _gather(self, first: Text) -> Text:
        """`first` with the text that comes before BATCH_SECONDS after the last frame are over."""
        pieces, until = [first.text], self._shown_at + BATCH_SECONDS
        while (left := until - time.monotonic()) > 0 and not self.turn.ending:
            try:
                event = self._events.get(timeout=left)
            except Empty:
                break
            if not isinstance(event, Text) or event.writer != first.writer:
                self._waiting = event
                break
            pieces.append(event.text)
        return Text("".join(pieces), first.writer)

    def _show(self, event: Event | Failure) -> None:
        conversation, turn, seq = self._place()
        match event:
            case Status(text):
                body = frames.status(conversation, turn, seq, text)
            case Text(text, writer):
                body = frames.text(conversation, turn, seq, text, writer)
            case Cars(cards):
                with self.turn.app.app_context():
                    html = rendering.cards(cards)
                body = frames.cars(conversation, turn, seq, cards, html)
            case Citations(items):
                body = frames.citations(conversation, turn, seq, items)
            case _:
                return  # the sources of numbers are kept with the whole answer
        frame = service.NewFrame(turn, seq, body)
        _patiently(lambda: store(self.turn.app, frame))
        self._shown_at = time.monotonic()
        self.turn.show(body)

    def finish(self, ended: Item | None) -> None:
        conversation, turn, seq = self._place()
        with self.turn.app.app_context():
            answer: str | None
            situation = None
            if isinstance(ended, Done):
                state, answer = "done", stored.dump(ended.answer)
                situation = ended.answer.situation
            else:
                answer = frames.shown_so_far(self.turn.frames)
                state = "stopped" if self.turn.ending == "stopped" else "failed"
            if state == "failed":
                code, message, retry = self._reason(ended)
                body = frames.error(conversation, turn, seq, code, message, retry_after=retry)
            else:
                html = rendering.finished_turn(turn, state=state, answer=answer)
                body = frames.done(conversation, turn, seq, state=state, html=html)
            _patiently(
                lambda: service.finish_turn(
                    turn_id=turn,
                    seq=seq,
                    body=body,
                    state=state,
                    answer=answer,
                    situation=situation,
                    now=clock.now(),
                )
            )
            if isinstance(ended, Done):
                count("answers_refused" if ended.answer.refused else _WRITTEN[ended.answer.writer])
            elif state == "failed":
                count("answers_failed")
        self.turn.show(body, last=True)

    def _reason(self, ended: Item | None) -> tuple[str, str, float | None]:
        if self.turn.ending == "interrupted":
            return "interrupted", frames.INTERRUPTED, 1
        if isinstance(ended, Failure):
            return "failed", frames.FAILED, 1
        return "timeout", frames.TOO_LONG, None

    def _place(self) -> tuple[str, int, int]:
        return self.turn.conversation_id, self.turn.turn_id, len(self.turn.frames) + 1

    def _wake(self) -> None:
        if not self._events.full():  # else the writer is awake already
            self._events.put_nowait(Wake())

    @contextmanager
    def _composer(self) -> Iterator[gevent.Greenlet]:
        composer = gevent.spawn(self._compose)
        try:
            yield composer
        finally:
            composer.kill(block=False)

    def _compose(self) -> None:
        """Runs in a greenlet of its own; whatever it is waiting for, killing it ends that."""
        answerer: Answerer = self.turn.app.extensions["assistant"]
        try:
            with self.turn.app.app_context():
                question = _question(self.turn.turn_id)
                with closing(_iterator(answerer, question, self._stopping)) as events:
                    for event in events:
                        db.session.remove()  # an answer takes long; a connection is lent briefly
                        self._events.put(event)
                        if isinstance(event, Done):
                            return
            raise RuntimeError("the answer had no end")
        except Exception:
            log.exception("answer failed", turn=self.turn.turn_id)
            self._events.put(Failure())

    def _stopping(self) -> bool:
        return self.turn.ending is not None


def _iterator(
    answerer: Answerer, question: Question, stop: Callable[[], bool]
) -> Generator[Event, None, None]:
    """The answerer's iterator, whatever it is, as something that can be closed."""
    yield from answerer(question, stop)


def _question(turn_id: int) -> Question:
    turn = queries.turn_by_id(turn_id)
    if turn is None:
        raise service.TurnLost
    history: tuple[PastTurn, ...] = queries.past_turns(turn, HISTORY_TURNS)
    return Question(turn.question, history, stored.load_page(turn.page))


def _patiently(store: Callable[[], None]) -> None:
    """A database that another process keeps locked for a moment must not lose an answer."""
    for attempt in range(STORE_ATTEMPTS):
        try:
            store()
            return
        except OperationalError:
            if attempt == STORE_ATTEMPTS - 1:
                raise
            gevent.sleep(0.2)
