"""Indexes that each web server keeps a copy of, brought up to date from the database.

The worker builds them where it runs. A web server that shares its VAR_DIR finds them there; one
with a VAR_DIR of its own builds them itself, in a process beside it, once they were behind for
longer than a worker takes.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from webapp import database
from webapp.backends.search.port import SearchError
from webapp.config import ROOT
from webapp.extensions import db
from webapp.registry import registry, registry_of

LOOK_SECONDS: Final = 15.0
PATIENCE_SECONDS: Final = 45.0
"""A worker looks every 20 seconds."""
MULTIPROC: Final = "PROMETHEUS_MULTIPROC_DIR"
BRING: Final = ("-m", "flask", "--app", "wsgi.py", "bring-copies")

log = get_logger(__name__)


class Keeper:
    """Looks at the copies of one process. `run` starts what brings them up to date."""

    def __init__(self, app: Flask, run: Callable[[], object]) -> None:
        self._app = app
        self._run = run
        self._since: float | None = None

    def look(self, now: float) -> bool:
        """Whether it was brought up to date; several processes of one folder do it once."""
        behind = names_behind(self._app)
        if not behind:
            self._since = None
            return False
        if self._since is None:
            self._since = now
        if behind.isdisjoint(_missing(self._app)) and now - self._since < PATIENCE_SECONDS:
            return False
        folder: Path = self._app.config["VAR_DIR"]
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "copies.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            log.info("indexes brought up to date", behind=sorted(behind))
            self._run()
        self._since = None
        return True


def names_behind(app: Flask) -> set[str]:
    """Copies that are missing, or older than the database; none where that is away."""
    with app.app_context(), database.impatient():
        try:
            return {copy.name for copy in registry_of(app).copies if copy.is_behind()}
        except SQLAlchemyError:
            return set()
        finally:
            db.session.remove()


def _missing(app: Flask) -> set[str]:
    with app.app_context():
        return {copy.name for copy in registry_of(app).copies if copy.is_missing()}


def bring() -> None:
    """Bring all of this machine up to date."""
    for copy in registry().copies:
        if copy.is_behind():
            try:
                copy.bring()
            except SearchError as error:
                log.warning("index not brought up to date", index=copy.name, reason=str(error))


def keep(app: Flask) -> None:
    """Look by the clock. Returns at once; for processes that serve with gevent."""
    import gevent

    keeper = Keeper(app, _in_a_process)

    def run() -> None:
        while True:
            gevent.sleep(LOOK_SECONDS)
            try:
                keeper.look(time.monotonic())
            except Exception:
                log.exception("indexes not looked at")

    gevent.spawn(run)


def _in_a_process() -> None:
    """Beside this one, which would stand still meanwhile."""
    command = ["nice", "-n", "10", sys.executable, *BRING]
    # It is no web worker: what it counts is nobody's.
    environ = {name: value for name, value in os.environ.items() if name != MULTIPROC}
    done = subprocess.run(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        log.error("indexes not brought up to date", code=done.returncode)
