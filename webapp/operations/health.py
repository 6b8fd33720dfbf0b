"""The state of each part the product leans on, asked with short waits."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import current_app
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp.backends.cache import cache_client
from webapp.config import sqlite_library
from webapp.extensions import db
from webapp.operations import queues, signs
from webapp.registry import Answer, HealthCheck, State, registry

LOW_BYTES: Final = 200 * 1024 * 1024
"""Less free space at VAR_DIR is worth an alarm: a start would be refused."""


@dataclass(frozen=True)
class Check:
    """`detail` is a few words without addresses or secrets, `said` the same for staff in Chinese;
    `ms` is how long asking took. `done` of `total` are in the index, where it is one."""

    label: str
    state: State
    detail: str
    said: str
    ms: float
    done: int | None = None
    total: int | None = None


def checks() -> dict[str, Check]:
    """Each part by name. Never raises; takes about two seconds at worst."""
    return {check.name: _timed(check) for check in registry().health.values()}


def overall(parts: dict[str, Check]) -> State:
    """Down without the database; degraded where anything else is missing."""
    if parts["database"].state != "ok":
        return "down"
    return "ok" if all(part.state == "ok" for part in parts.values()) else "degraded"


def _timed(check: HealthCheck) -> Check:
    started = time.perf_counter()
    answer = check.ask()
    took = round((time.perf_counter() - started) * 1000, 1)
    return Check(
        check.label, answer.state, answer.detail, answer.said, took, answer.done, answer.total
    )


def _redis() -> Redis:
    return cache_client(current_app.config["REDIS_URL"])


def _no_answer(error: Exception) -> Answer:
    return Answer("down", type(error).__name__, f"没有应答（{type(error).__name__}）")


def _database() -> Answer:
    try:
        with db.engine.connect() as connection:
            if db.engine.dialect.name == "sqlite":
                mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
                version = sqlite_library().version
                return Answer("ok", f"sqlite {version}, {mode}", f"SQLite {version}（{mode}）")
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return _no_answer(error)
    name = db.engine.dialect.name
    return Answer("ok", name, {"postgresql": "PostgreSQL"}.get(name, name))


def _cache() -> Answer:
    try:
        _redis().ping()
    except RedisError as error:
        name = type(error).__name__
        return Answer("down", f"{name}; pages are rendered anew", f"{name}，页面每次重新生成")
    return Answer("ok", "redis", "Redis")


def _broker() -> Answer:
    url = current_app.config["BROKER_URL"]
    try:
        if url.startswith("amqp"):
            queues.ask_rabbitmq(url, bool)
            return Answer("ok", "rabbitmq", "RabbitMQ")
        cache_client(url).ping()
    except (RedisError, OSError) as error:
        name = type(error).__name__
        return Answer("down", f"{name}; background work waits", f"{name}，后台任务要等它恢复")
    return Answer("ok", "redis", "Redis")


def _worker() -> Answer:
    """Its signs are tasks that beat publishes, so without those nothing is known of it."""
    try:
        seen, beat = signs.worker_seen(_redis()), signs.beat_seen(_redis())
    except RedisError:
        return _unknown()
    if seen is not None:
        return Answer("ok", f"heartbeat {seen:.0f} s ago", f"{seen:.0f} 秒前报到")
    if beat is None or not beat.publishes:
        return Answer("degraded", "unknown while beat publishes nothing", "定时器没派活，无从知道")
    missing = f"no heartbeat in {signs.WORKER_SECONDS} s"
    return Answer("down", missing, f"{signs.WORKER_SECONDS} 秒没有报到")


def _beat() -> Answer:
    try:
        beat = signs.beat_seen(_redis())
    except RedisError:
        return _unknown()
    if beat is None:
        missing = f"no heartbeat in {signs.BEAT_SECONDS} s"
        return Answer("down", missing, f"{signs.BEAT_SECONDS} 秒没有报到")
    told, said = f"heartbeat {beat.seen:.0f} s ago", f"{beat.seen:.0f} 秒前报到"
    if beat.publishes:
        return Answer("ok", told, said)
    return Answer("degraded", f"{told}, but nothing published", f"{said}，但派不出活")


def _unknown() -> Answer:
    return Answer("degraded", "unknown while the cache is away", "缓存没有应答，无从知道")


def _disk() -> Answer:
    folder: Path = current_app.config["VAR_DIR"]
    try:
        # A folder that nothing has been written to yet is on the disk of the one it will be in.
        there = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(there).free
    except OSError as error:
        name = type(error).__name__
        return Answer("degraded", name, f"看不到剩余空间（{name}）")
    megabytes = free // 2**20
    if free < LOW_BYTES:
        said = f"只剩 {megabytes:,} MB，就要不能保存了"
        return Answer("degraded", f"{megabytes} MB left", said)
    return Answer("ok", f"{megabytes} MB left", f"剩 {megabytes:,} MB")


OWN: Final = (
    HealthCheck("database", "数据库", _database),
    HealthCheck("cache", "缓存", _cache),
    HealthCheck("broker", "消息队列", _broker),
    HealthCheck("beat", "定时器", _beat),
    HealthCheck("worker", "后台进程", _worker),
    HealthCheck("disk", "磁盘", _disk),
)
"""What every feature leans on."""
