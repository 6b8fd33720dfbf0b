"""The application's search engine, and the lock that lets one process at a time change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from flask import current_app
from redis import RedisError
from redis.exceptions import LockNotOwnedError

from webapp.backends.cache import cache_client
from webapp.backends.search import make_engine
from webapp.backends.search.port import EngineBusy, SearchEngine
from webapp.search.index import LAYOUT

LOCK: Final = "search:changing"
LOCK_SECONDS: Final = 60
"""Longer than sending a portion of documents; a killed process blocks others for so long."""


def engine() -> SearchEngine:
    """The engine SEARCH_URL names, one for each application."""
    made: SearchEngine | None = current_app.extensions.get("search_engine")
    if made is None:
        config = current_app.config
        made = make_engine(config["SEARCH_URL"], config["VAR_DIR"] / "index", LAYOUT)
        current_app.extensions["search_engine"] = made
    return made


@contextmanager
def changing(*, wait: float = 0) -> Iterator[Callable[[], None]]:
    """Keep other processes, on other machines too, from changing the index meanwhile; call
    what it yields now and then to keep the right to it.

    Raises EngineBusy where another still has it after `wait` seconds. With Redis away only the
    engine's own lock is left; Whoosh, which lives on one machine, needs no other: the kernel
    frees it at once when a process is killed.
    """
    if current_app.config["SEARCH_URL"] == "whoosh:":
        yield lambda: None
        return
    lock = cache_client(current_app.config["REDIS_URL"]).lock(
        LOCK, timeout=LOCK_SECONDS, blocking=wait > 0, blocking_timeout=wait or None, sleep=1
    )
    try:
        held = lock.acquire()
    except RedisError:
        yield lambda: None
        return
    if not held:
        raise EngineBusy("the index is being changed by another process")

    def keep() -> None:
        try:
            lock.reacquire()
        except LockNotOwnedError as error:
            raise EngineBusy("another process has begun to change the index") from error
        except RedisError:
            return  # it still has some of its time

    try:
        yield keep
    finally:
        with suppress(RedisError):  # it ends by itself
            lock.release()
