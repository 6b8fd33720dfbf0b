"""How far a long piece of background work is, and whether somebody wants it to stop.

Kept in Redis, for a day: it is told to people and decides nothing. With Redis away the work
goes on untold.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

from flask import current_app
from redis import Redis, RedisError

from webapp import clock
from webapp.backends.cache import cache_client

State = Literal["waiting", "running", "stopped", "done", "failed"]
KEPT_SECONDS: Final = 86_400
DEAD_SECONDS: Final = 180
"""A running piece of work that has said nothing for so long was killed."""


class Stopped(Exception):
    """Somebody asked for the work to stop; what was done stays, and the next run goes on."""


@dataclass(frozen=True)
class Progress:
    state: State
    done: int
    total: int
    detail: str
    at: datetime
    """When it last said something."""

    @property
    def is_moving(self) -> bool:
        quiet = (clock.now() - self.at).total_seconds()
        return self.state in ("waiting", "running") and quiet < DEAD_SECONDS


def read(kind: str) -> Progress | None:
    try:
        kept = cast("dict[bytes, bytes]", _redis().hgetall(_key(kind)))
    except RedisError:
        return None
    if not kept:
        return None
    text = {name.decode(): value.decode() for name, value in kept.items()}
    return Progress(
        state=cast(State, text["state"]),
        done=int(text["done"]),
        total=int(text["total"]),
        detail=text["detail"],
        at=datetime.fromtimestamp(float(text["at"]), UTC),
    )


def wait(kind: str) -> None:
    """Say that the work was asked for; takes back an earlier wish to stop."""
    with suppress(RedisError):
        _redis().delete(_stop_key(kind))
    _write(kind, "waiting", 0, 0, "")


def step(kind: str, done: int, total: int) -> None:
    """Say how far it is. Raises Stopped."""
    _write(kind, "running", done, total, "")
    with suppress(RedisError):
        if _redis().exists(_stop_key(kind)):
            raise Stopped


def end(kind: str, state: State, *, detail: str = "") -> None:
    known = read(kind)
    done, total = (known.done, known.total) if known else (0, 0)
    _write(kind, state, total if state == "done" else done, total, detail)


def ask_stop(kind: str) -> None:
    """Raises RedisError where nobody can be told."""
    _redis().set(_stop_key(kind), b"1", ex=KEPT_SECONDS)


def _write(kind: str, state: State, done: int, total: int, detail: str) -> None:
    values: dict[Any, Any] = {
        "state": state,
        "done": done,
        "total": total,
        "detail": detail[:300],
        "at": clock.timestamp(),
    }
    with suppress(RedisError):
        pipe = _redis().pipeline()
        pipe.hset(_key(kind), mapping=values)
        pipe.expire(_key(kind), KEPT_SECONDS)
        pipe.execute()


def _redis() -> Redis:
    return cache_client(current_app.config["REDIS_URL"])


def _key(kind: str) -> str:
    return f"progress:{kind}"


def _stop_key(kind: str) -> str:
    return f"progress:{kind}:stop"
