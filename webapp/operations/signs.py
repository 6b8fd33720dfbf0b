"""Signs of life in Redis: of the worker, and of beat, which publishes what runs by the clock."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, cast

from redis import Redis

from webapp import clock

WORKER_KEY: Final = "worker:heartbeat"
WORKER_SECONDS: Final = 150
"""Life of one sign of the worker: two of those sent each minute may be missed."""
BEAT_KEY: Final = "beat:heartbeat"
BEAT_SECONDS: Final = 60
"""Of one of beat's, which come every few seconds."""
PUBLISHED_SECONDS: Final = 60.0
"""Something is due every 20 seconds: who has published nothing for so long cannot."""


class Beat(NamedTuple):
    """Seconds since beat's last sign, and since it last published; None where it never did."""

    seen: float
    published: float | None

    @property
    def publishes(self) -> bool:
        return self.published is not None and self.published < PUBLISHED_SECONDS


def worker_lives(store: Redis) -> None:
    """Raises RedisError, as all below."""
    store.set(WORKER_KEY, int(clock.timestamp()), ex=WORKER_SECONDS)


def worker_seen(store: Redis) -> float | None:
    """Seconds since the worker's last sign, None where there is none."""
    at = cast("bytes | None", store.get(WORKER_KEY))
    return None if at is None else _since(at)


def beat_lives(store: Redis, *, published: float | None) -> None:
    """`published` is when it last did, as a timestamp."""
    values: dict[Any, Any] = {"at": clock.timestamp()}
    if published is not None:
        values["published"] = published
    pipe = store.pipeline()
    pipe.hset(BEAT_KEY, mapping=values)
    pipe.expire(BEAT_KEY, BEAT_SECONDS)
    pipe.execute()


def beat_seen(store: Redis) -> Beat | None:
    kept = cast("dict[bytes, bytes]", store.hgetall(BEAT_KEY))
    if b"at" not in kept:
        return None
    published = kept.get(b"published")
    return Beat(_since(kept[b"at"]), None if published is None else _since(published))


def _since(at: bytes) -> float:
    return max(0.0, clock.timestamp() - float(at))
