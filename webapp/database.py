"""How the database is connected to, and how long a visitor waits for it.

SQLite is told its pragmas. A PostgreSQL that hangs says nothing at all: whoever answers a visitor
gives up after DATABASE_SECONDS, and for a moment after that nobody else tries. Background work
waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from flask import Flask, has_request_context
from sqlalchemy import event
from sqlalchemy.exc import InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import QueuePool

from webapp.config import prepare_sqlite
from webapp.extensions import db

AWAY: Final = (OperationalError, InterfaceError, PendingRollbackError, NoConnection)
"""What SQLAlchemy raises where the database is away, hangs, is locked, or has no tables."""
OPEN_SECONDS: Final = 2.0
VISITOR_SECONDS: Final = 3.0
CANCEL_SECONDS: Final = 0.2

_impatient: ContextVar[bool] = ContextVar("impatient", default=False)


class Breaker:
    """Whether the database is worth asking: after a failure one caller tries every OPEN_SECONDS,
    and the others are refused at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._away = False
        self._until = self._failed_at = float("-inf")

    @property
    def is_open(self) -> bool:
        return self._away

    def may_ask(self, *, visitor: bool) -> bool:
        """Whether to try now; a visitor waits for it only where nobody else did lately."""
        if not self._away:
            return True
        now = self._clock()
        if now < self._until + (VISITOR_SECONDS if visitor else 0):
            return False
        self._until = now + OPEN_SECONDS
        return True

    def failed(self) -> None:
        self._failed_at = self._clock()
        self._away, self._until = True, self._failed_at + OPEN_SECONDS

    @property
    def just_failed(self) -> bool:
        """Whether it is no use to try another way in the same go."""
        return self._away and self._clock() - self._failed_at < OPEN_SECONDS / 4

    def answered(self) -> None:
        self._away = False


def breaker_of(app: Flask) -> Breaker:
    """Of one application's PostgreSQL; with SQLite it stays closed."""
    made: Breaker = app.extensions.setdefault("database_breaker", Breaker())
    return made


class BreakerPool(QueuePool):
    """Refuses at once while the breaker is open. Raises OperationalError."""

    breaker: Breaker

    def connect(self) -> Any:
        if not self.breaker.may_ask(visitor=has_request_context()):
            raise OperationalError("", {}, ConnectionError("the database is away"))
        return super().connect()


@contextmanager
def impatient() -> Iterator[None]:
    """Give up on the database as soon as a request would."""
    before = _impatient.set(True)
    try:
        yield
    finally:
        _impatient.reset(before)


def in_time(ask: Callable[[], object], seconds: float) -> threading.Thread:
    """Call `ask` beside this thread, impatiently, and wait for it so long; the thread that may
    still be at it."""

    def run() -> None:
        with impatient():
            ask()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return thread


def init_app(app: Flask) -> None:
    """Bind the database and prepare its engine; does not connect."""
    is_sqlite = app.config["DATABASE_URL"].startswith("sqlite")
    if not is_sqlite:
        options = app.config["SQLALCHEMY_ENGINE_OPTIONS"]
        # A class, because the pool is made anew from its own whenever a connection broke.
        pool = type("Pool", (BreakerPool,), {"breaker": breaker_of(app)})
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options | {"poolclass": pool}
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if not is_sqlite:
        event.listen(engine, "do_connect", _connector(app))
        return
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", prepare_sqlite)


def _connector(app: Flask) -> Callable[..., Any]:
    """What opens a connection that gives up in time, for SQLAlchemy."""
    import psycopg

    breaker, seconds = breaker_of(app), float(app.config["DATABASE_SECONDS"])

    class Connection(psycopg.Connection[Any]):
        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            if timeout is None and (has_request_context() or _impatient.get()):
                timeout = seconds
            try:
                found = super().wait(gen, interval, timeout)
            except psycopg.errors._WaitTimeout as error:
                breaker.failed()
                self._leave()
                raise psycopg.OperationalError("no answer in time") from error
            breaker.answered()
            return found

        def _leave(self) -> None:
            """Nobody waits for what is under way: tell the server, if it listens, and go."""
            with suppress(psycopg.Error):
                self.cancel_safe(timeout=CANCEL_SECONDS)
            self.close()

    def connect(_dialect: Any, _record: Any, given: Any, named: Any) -> Connection:
        if breaker.just_failed:  # as a connection that was kept has shown a moment ago
            raise psycopg.OperationalError("no answer in time")
        try:
            made = Connection.connect(*given, **named)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # it did not even refuse
                breaker.failed()
            raise
        breaker.answered()
        return made

    return connect
