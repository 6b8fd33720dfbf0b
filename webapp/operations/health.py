"""The state of each part the product leans on, asked with short waits."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask, current_app
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.engine import Connection

from webapp import database, schema
from webapp.backends.cache import cache_client
from webapp.config import sqlite_library
from webapp.database import AWAY
from webapp.extensions import db
from webapp.operations import queues, signs
from webapp.registry import Answer, HealthCheck, State, registry

DEADLINE_SECONDS: Final = 2.0
"""What has not answered by then is down."""
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
    """Each part by name, all asked at once. Never raises; takes DEADLINE_SECONDS at most."""
    asked = [_ask(check) for check in registry().health.values()]
    until = time.monotonic() + DEADLINE_SECONDS
    return {one.check.name: one.told(until) for one in asked}


def warm_up() -> bool:
    """Load what asking needs, which takes seconds the first time."""
    checks()
    return True


class _Asked:
    """One part being asked beside this thread; `said` is None until it has answered."""

    def __init__(self, app: Flask, check: HealthCheck) -> None:
        self.check = check
        self.said: Check | None = None
        self._app = app
        self.thread = database.in_time(self._run, 0)

    def _run(self) -> None:
        with self._app.app_context():
            self.said = _timed(self.check)

    def told(self, until: float) -> Check:
        self.thread.join(max(0.0, until - time.monotonic()))
        if self.said is not None:
            return self.said
        told = f"no answer within {DEADLINE_SECONDS:.0f} s"
        said = f"{DEADLINE_SECONDS:.0f} 秒内没有应答"
        return Check(self.check.label, "down", told, said, DEADLINE_SECONDS * 1000)


def _ask(check: HealthCheck) -> _Asked:
    """Anew, unless what was asked before has not answered yet."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    kept: dict[str, _Asked] = app.extensions.setdefault("health", {})
    if check.name not in kept or not kept[check.name].thread.is_alive():
        kept[check.name] = _Asked(app, check)
    return kept[check.name]


def overall(parts: dict[str, Check]) -> State:
    """Down without the database; degraded where anything else is missing."""
    if parts["database"].state == "down":
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
    """Down as well where its tables are not those of this version; degraded where a newer one
    only added to them."""
    try:
        with db.engine.connect() as connection:
            name, said = _engine(connection)
            found = schema.standing(connection)
    except AWAY as error:
        return _no_answer(error)
    if found.state == "newer" and schema.may_serve(found.revision or ""):
        told, why = "a newer version added to its schema", "新版程序给数据库加了结构，照常使用"
        return Answer("degraded", f"{name}; {told}", f"{said}，{why}")
    told, why = _STANDINGS[found.state]
    if not told:
        return Answer("ok", name, said)
    return Answer("down", f"{name}; {told}", f"{said}，{why}")


_STANDINGS: Final = {
    "current": ("", ""),
    "empty": ("it has no tables yet", "还没有建表"),
    "older": ("its schema is older than this version", "数据库的结构比程序旧"),
    "newer": ("its schema is newer than this version", "数据库的结构比程序新"),
}


def _engine(connection: Connection) -> tuple[str, str]:
    name = connection.dialect.name
    if name == "sqlite":
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        version = sqlite_library().version
        return f"sqlite {version}, {mode}", f"SQLite {version}（{mode}）"
    return name, {"postgresql": "PostgreSQL"}.get(name, name)


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
