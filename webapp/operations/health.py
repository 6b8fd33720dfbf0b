"""The state of each part the product leans on, asked with short waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from flask import current_app
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp.backends.cache import cache_client
from webapp.backends.search.port import SearchError
from webapp.extensions import db
from webapp.knowledge import service as knowledge
from webapp.operations import queues
from webapp.search.engine import engine

State = Literal["ok", "degraded", "down"]

HEARTBEAT_KEY: Final = "worker:heartbeat"
HEARTBEAT_SECONDS: Final = 150
"""Life of one beat: two of the beats sent each minute may be missed."""


@dataclass(frozen=True)
class Check:
    """`detail` is a few words without addresses or secrets; `ms` is how long asking took."""

    state: State
    detail: str
    ms: float


def checks() -> dict[str, Check]:
    """Each part by name. Never raises; takes about two seconds at worst."""
    return {
        "database": _timed(_database),
        "cache": _timed(_cache),
        "broker": _timed(_broker),
        "worker": _timed(_worker),
        "search": _timed(_search),
        "knowledge": _timed(_knowledge),
    }


def overall(parts: dict[str, Check]) -> State:
    """Down without the database; degraded where anything else is missing."""
    if parts["database"].state != "ok":
        return "down"
    return "ok" if all(part.state == "ok" for part in parts.values()) else "degraded"


def beat() -> None:
    """Say that a worker lives. Raises RedisError where the cache is away."""
    _redis().set(HEARTBEAT_KEY, int(time.time()), ex=HEARTBEAT_SECONDS)


def _timed(ask: Callable[[], tuple[State, str]]) -> Check:
    started = time.perf_counter()
    state, detail = ask()
    return Check(state, detail, round((time.perf_counter() - started) * 1000, 1))


def _redis() -> Redis:
    return cache_client(current_app.config["REDIS_URL"])


def _database() -> tuple[State, str]:
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return "down", type(error).__name__
    return "ok", db.engine.dialect.name


def _cache() -> tuple[State, str]:
    try:
        _redis().ping()
    except RedisError as error:
        return "down", f"{type(error).__name__}; pages are rendered anew"
    return "ok", "redis"


def _broker() -> tuple[State, str]:
    url = current_app.config["BROKER_URL"]
    try:
        if url.startswith("amqp"):
            queues.ask_rabbitmq(url, bool)
            return "ok", "rabbitmq"
        cache_client(url).ping()
    except (RedisError, OSError) as error:
        return "down", f"{type(error).__name__}; background work waits"
    return "ok", "redis"


def _worker() -> tuple[State, str]:
    try:
        beat_at = _redis().get(HEARTBEAT_KEY)
    except RedisError:
        return "degraded", "unknown while the cache is away"
    if beat_at is None:
        return "down", f"no heartbeat in {HEARTBEAT_SECONDS} s"
    return "ok", f"heartbeat {max(0, int(time.time()) - int(beat_at))} s ago"


def _search() -> tuple[State, str]:
    try:
        held = engine().state()
    except SearchError as error:
        return "down", f"{type(error).__name__}; words are looked for in names only"
    return "ok", f"{held.documents} documents"


def _knowledge() -> tuple[State, str]:
    """Degraded where it cannot do better than words, or finds nothing; not while it works at it."""
    try:
        held = knowledge.state()
    except SQLAlchemyError as error:
        return "down", type(error).__name__
    finally:
        db.session.remove()
    if held.built < 0 and held.passages:
        return "degraded", "no word index yet; nothing is found"
    counts = f"{held.passages} passages, {held.embedded} with vectors"
    if held.mode == "hybrid":
        return "ok", f"hybrid: {counts}"
    state: State = "ok" if held.can_embed else "degraded"
    return state, f"words only, {held.why}: {counts}"
