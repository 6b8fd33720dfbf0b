"""Web servers and workers of a drill: processes of their own, forked from one that has everything
loaded, so that hundreds can be killed in a minute.

There is no broker: every task that is sent is lost, and what falls due alone finds what is to be
done.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import flask_migrate
import structlog
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from scripts.parent import end_with
from webapp import clock, create_app
from webapp.extensions import db, limiter


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Hundreds of requests are no news."""


class Forked:
    """A product on an empty database; `later` moves the clock of processes to come."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._later = timedelta()
        # Kept open here, so that requests wait while a killed server is replaced.
        self._door = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._door.getsockname()[1]
        self._web = 0
        self._lock = threading.RLock()  # killed by a timer, looked at and started by the drill

    @contextmanager
    def context(self) -> Iterator[None]:
        """Look at the database here, and leave nothing open that a fork would share."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()

    def ask(self, question: Callable[[], Any]) -> Any:
        with self.context():
            return question()

    def later(self, **span: float) -> None:
        self._later += timedelta(**span)

    def start_web(self, *, first: Callable[[], object] = lambda: None) -> None:
        """Serve from a new process, which does `first` before."""

        def serve() -> None:
            first()
            server = make_server(
                "127.0.0.1",
                self.port,
                self.app,
                threaded=True,
                request_handler=Silent,
                fd=self._door.fileno(),
            )
            server.serve_forever()

        with self._lock:
            self._web = self._fork(serve)

    def kill_web(self) -> None:
        with self._lock:
            if self._web:
                _kill(self._web)
            self._web = 0

    @property
    def web_lives(self) -> bool:
        with self._lock:
            return bool(self._web) and not _ended(self._web)

    def run(self, do: Callable[[], None], *, kill_after: float | None = None) -> bool:
        """Do it in a process of its own, which may be killed after so many seconds; whether it
        came to its end."""
        child = self._fork(do)
        if kill_after is not None:
            time.sleep(kill_after)
            return not _kill(child)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def end(self) -> None:
        self.kill_web()
        self._door.close()

    def _fork(self, do: Callable[[], None]) -> int:
        parent = os.getpid()
        child = os.fork()
        if not child:
            _be(do, parent, self._later, self.app)
        return child


def product(folder: Path, **settings: str) -> Flask:
    """An application on a migrated database in this folder, without Redis, limits and logs."""
    made = create_app(
        {
            "APP_ENV": "testing",
            "VAR_DIR": str(folder),
            "SECRET_KEY": secrets.token_hex(32),
            "REDIS_URL": f"unix://{folder}/no-redis.sock?db=0",
        }
        | settings
    )
    limiter.enabled = False
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with made.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    return made


def _be(do: Callable[[], None], parent: int, later: timedelta, app: Flask) -> NoReturn:
    code = 1
    try:
        end_with(parent, signal.SIGKILL)
        read = clock._read
        clock._read = lambda: read() + later
        with app.app_context():
            do()
        code = 0
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        os._exit(code)


def _kill(pid: int) -> bool:
    """Whether it was still there to be killed."""
    lives = not _ended(pid)
    if lives:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return lives


def _ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
