"""The state of each part the product leans on, asked with short waits."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from flask import current_app
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock
from webapp.backends.cache import cache_client
from webapp.backends.search.port import SearchError
from webapp.extensions import db
from webapp.knowledge import service as knowledge
from webapp.knowledge.labels import why_in_chinese
from webapp.operations import queues
from webapp.search.engine import engine

State = Literal["ok", "degraded", "down"]

HEARTBEAT_KEY: Final = "worker:heartbeat"
HEARTBEAT_SECONDS: Final = 150
"""Life of one beat: two of the beats sent each minute may be missed."""


LOW_BYTES: Final = 200 * 1024 * 1024
"""Less free space at VAR_DIR is worth an alarm: a start would be refused."""

Answer = tuple[State, str, str]
"""State, detail, and what staff read."""


@dataclass(frozen=True)
class Check:
    """`detail` is a few words without addresses or secrets, `said` the same for staff in Chinese;
    `ms` is how long asking took."""

    state: State
    detail: str
    said: str
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
        "disk": _timed(_disk),
    }


def overall(parts: dict[str, Check]) -> State:
    """Down without the database; degraded where anything else is missing."""
    if parts["database"].state != "ok":
        return "down"
    return "ok" if all(part.state == "ok" for part in parts.values()) else "degraded"


def beat() -> None:
    """Say that a worker lives. Raises RedisError where the cache is away."""
    _redis().set(HEARTBEAT_KEY, int(clock.timestamp()), ex=HEARTBEAT_SECONDS)


def _timed(ask: Callable[[], Answer]) -> Check:
    started = time.perf_counter()
    state, detail, said = ask()
    return Check(state, detail, said, round((time.perf_counter() - started) * 1000, 1))


def _redis() -> Redis:
    return cache_client(current_app.config["REDIS_URL"])


def _database() -> Answer:
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return "down", type(error).__name__, f"没有应答（{type(error).__name__}）"
    name = db.engine.dialect.name
    return "ok", name, {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(name, name)


def _cache() -> Answer:
    try:
        _redis().ping()
    except RedisError as error:
        name = type(error).__name__
        return "down", f"{name}; pages are rendered anew", f"{name}，页面每次重新生成"
    return "ok", "redis", "Redis"


def _broker() -> Answer:
    url = current_app.config["BROKER_URL"]
    try:
        if url.startswith("amqp"):
            queues.ask_rabbitmq(url, bool)
            return "ok", "rabbitmq", "RabbitMQ"
        cache_client(url).ping()
    except (RedisError, OSError) as error:
        name = type(error).__name__
        return "down", f"{name}; background work waits", f"{name}，后台任务要等它恢复"
    return "ok", "redis", "Redis"


def _worker() -> Answer:
    try:
        beat_at = _redis().get(HEARTBEAT_KEY)
    except RedisError:
        return "degraded", "unknown while the cache is away", "缓存没有应答，无从知道"
    if beat_at is None:
        missing = f"no heartbeat in {HEARTBEAT_SECONDS} s"
        return "down", missing, f"{HEARTBEAT_SECONDS} 秒没有报到"
    seconds = max(0, int(clock.timestamp()) - int(beat_at))
    return "ok", f"heartbeat {seconds} s ago", f"{seconds} 秒前报到"


def _search() -> Answer:
    try:
        held = engine().state()
    except SearchError as error:
        name = type(error).__name__
        return "down", f"{name}; words are looked for in names only", f"{name}，只按名称找"
    return "ok", f"{held.documents} documents", f"{held.documents} 款车型"


def _disk() -> Answer:
    try:
        free = shutil.disk_usage(current_app.config["VAR_DIR"]).free
    except OSError as error:
        return "degraded", type(error).__name__, f"看不到剩余空间（{type(error).__name__}）"
    megabytes = free // 2**20
    if free < LOW_BYTES:
        return "degraded", f"{megabytes} MB left", f"只剩 {megabytes:,} MB，就要不能保存了"
    return "ok", f"{megabytes} MB left", f"剩 {megabytes:,} MB"


def _knowledge() -> Answer:
    """Degraded where it cannot do better than words, or finds nothing; not while it works at it."""
    try:
        held = knowledge.state()
    except SQLAlchemyError as error:
        return "down", type(error).__name__, f"没有应答（{type(error).__name__}）"
    finally:
        db.session.remove()
    if held.built < 0 and held.passages:
        return "degraded", "no word index yet; nothing is found", "词索引还没有建好，什么都找不到"
    counts = f"{held.passages} passages, {held.embedded} with vectors"
    said = f"{held.passages:,} 个段落，{held.embedded:,} 个有向量"
    if held.mode == "hybrid":
        return "ok", f"hybrid: {counts}", said
    state: State = "ok" if held.can_embed else "degraded"
    only = f"words only, {held.why}: {counts}"
    return state, only, f"只比较词，{why_in_chinese(held.why)}；{said}"
