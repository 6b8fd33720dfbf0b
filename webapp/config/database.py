"""Settings of PostgreSQL's connections, and what SQLAlchemy is given for them."""

from __future__ import annotations

from typing import Any, Final

from .settings import Setting, Values, choice, integer
from .sqlite import library

CONNECT_SECONDS: Final = 2
"""The least that PostgreSQL's client takes."""
POOL_SECONDS: Final = 2
"""How long a page waits for one of the pool's connections."""
STATEMENT_SECONDS: Final = 120
"""The server ends what takes longer, of background work too; migrations take their time."""
LOCK_SECONDS: Final = 30
SILENCE: Final = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""After 15 to 25 seconds a machine that was cut off counts as gone."""

DATABASE_SETTINGS: Final = (
    Setting(
        "DATABASE_POOL",
        integer(1, 500),
        20,
        "Most connections to PostgreSQL that one process opens; half of them stay open.",
        "一个进程最多打开多少个 PostgreSQL 连接；其中一半一直开着。",
    ),
    Setting(
        "DATABASE_SECONDS",
        integer(1, 60),
        2,
        "How long a page waits for an answer of PostgreSQL; then it is refused, with 503.",
        "页面最多等 PostgreSQL 多少秒；过了就回 503。",
    ),
    Setting(
        "DATABASE_PGBOUNCER",
        choice("0", "1"),
        "0",
        "`1` where a PgBouncer stands between: no statement is prepared, and the limits of time "
        "are the role's own.",
        "1：中间有 PgBouncer，不用预备语句，时限由数据库角色自己定。",
    ),
)


def engine_options(settings: Values) -> dict[str, Any]:
    """What SQLAlchemy's `create_engine` is given beside the URL."""
    if settings["DATABASE_URL"].startswith("sqlite"):
        return {"module": library().module}
    # Each greenlet of a web worker holds a connection only while it queries.
    kept = (settings["DATABASE_POOL"] + 1) // 2
    return {
        "pool_size": kept,
        "max_overflow": settings["DATABASE_POOL"] - kept,
        "pool_timeout": POOL_SECONDS,
        "pool_use_lifo": True,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "connect_args": {"connect_timeout": CONNECT_SECONDS, **SILENCE, **_session(settings)},
    }


def _session(settings: Values) -> dict[str, Any]:
    if settings["DATABASE_PGBOUNCER"] == "1":
        # It gives each transaction another connection, which knows neither.
        return {"prepare_threshold": None}
    limits = {"statement_timeout": STATEMENT_SECONDS, "lock_timeout": LOCK_SECONDS}
    return {"options": " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())}
