"""A site for `scripts/drill uploads`: web server and worker are processes of their own, forked from
one that has everything loaded, so that hundreds can be killed in a minute.

There is no broker: every task that is sent is lost, and the sweep alone finds what is to be done.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NoReturn

import flask_migrate
import structlog
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from scripts.parent import end_with
from webapp import clock, create_app, queue
from webapp.accounts import service as accounts
from webapp.accounts.providers.base import Profile
from webapp.backends.storage import storage
from webapp.backends.storage.files import FileStorage
from webapp.errors import Unavailable
from webapp.extensions import db, limiter
from webapp.videos.service import merging, sweeping

MERGE: Final = "tasks.videos.merge"
REMOVE: Final = "tasks.videos.remove_files"


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Hundreds of requests are no news."""


class Site:
    """The product's uploads on an empty database; `later` moves the clock of processes to come."""

    def __init__(self, folder: Path, storage_url: str, piece_bytes: int) -> None:
        self.app = _app(folder, storage_url)
        self.app.config["UPLOAD_PIECE_BYTES"] = piece_bytes
        self._later = timedelta()
        # Kept open here, so that requests wait while a killed server is replaced.
        self._door = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._door.getsockname()[1]
        self._web = 0
        self._lock = threading.RLock()  # killed by a timer, looked at and started by the drill
        with self._context():
            self.cookie = _login(self.app)

    @contextmanager
    def _context(self) -> Iterator[None]:
        """Look at the database here, and leave nothing open that a fork would share."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()

    def ask(self, question: Callable[[], Any]) -> Any:
        with self._context():
            return question()

    def later(self, **span: float) -> None:
        self._later += timedelta(**span)

    def start_web(self, *, full_after: int = 0) -> None:
        """Serve from a new process; with `full_after` its disk is full at that write, once."""

        def serve() -> None:
            if full_after:
                _fill_disk(full_after)
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

    def work(self, *, kill_after: float | None = None, full: bool = False) -> bool:
        """One look of the sweep in a process of its own, with the tasks it sends done at once;
        whether it came to its end."""
        child = self._fork(lambda: _sweep_and_work(full=full))
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


def _app(folder: Path, storage_url: str) -> Flask:
    made = create_app(
        {
            "APP_ENV": "testing",
            "VAR_DIR": str(folder),
            "SECRET_KEY": secrets.token_hex(32),
            "REDIS_URL": f"unix://{folder}/no-redis.sock?db=0",
            "STORAGE_URL": storage_url,
            "VIDEO_QUOTA_GB": "100000",
        }
    )
    limiter.enabled = False
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with made.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    return made


def _login(app: Flask) -> str:
    """A session cookie of a new person."""
    now = datetime.now(UTC)
    profile = Profile("wechat", "drill", "o-drill", None, "演练", "")
    account = accounts.create_account(profile=profile, now=now)
    token = accounts.open_session(
        account_id=account.id, provider="wechat", user_agent="", address="", now=now
    )
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    signed = serializer.dumps({"_user_id": token, "_fresh": True})
    return f"{app.config['SESSION_COOKIE_NAME']}={signed}"


def _sweep_and_work(*, full: bool) -> None:
    tasks: list[tuple[str, Any]] = []
    queue._send = lambda task, args: tasks.append((task, args[0]))
    queue._closed_until = 0.0
    if full:
        _fill_disk(1)
    sweeping.go_on(now=clock.now())
    while tasks:
        task, argument = tasks.pop(0)
        with suppress(Unavailable, OSError):  # as the task, which is tried again
            if task == MERGE:
                merging.merge(video_id=argument)
            elif task == REMOVE:
                sweeping.remove_files(prefix=argument)


def _fill_disk(after: int) -> None:
    """From now on the write with this number fails as on a full disk, in this process."""
    writes = 0
    kept = storage()
    inner = kept.put if not isinstance(kept, FileStorage) else kept._write

    def write(*args: Any, **more: Any) -> Any:
        nonlocal writes
        writes += 1
        if writes == after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return inner(*args, **more)

    setattr(kept, inner.__name__, write)


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
