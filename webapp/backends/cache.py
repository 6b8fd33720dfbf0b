"""The Redis client for cache, limits and counters: it gives up at once and never retries.

Whatever it holds can be computed again, so a visitor must not wait for a Redis that is away.
All errors are `redis.RedisError`.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any, Final

from flask import Flask
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MaxConnectionsError
from redis.retry import Retry

CONNECT_SECONDS: Final = 0.2
ANSWER_SECONDS: Final = 0.25
OPEN_SECONDS: Final = 2.0
"""After a failed connection nothing is tried for so long."""


class CircuitOpen(RedisConnectionError):
    """Redis was away a moment ago; not tried."""


class BreakerPool(ConnectionPool):
    """A pool that, once a connection fails, refuses at once for OPEN_SECONDS.

    A command that times out drops its connection, so a Redis that accepts and never answers
    is found out by the next connection's handshake.
    """

    open_until = 0.0

    def get_connection(self, *args: Any, **options: Any) -> Any:
        if time.monotonic() < self.open_until:
            raise CircuitOpen("Redis is away")
        try:
            return super().get_connection(*args, **options)
        except MaxConnectionsError:
            raise  # we are busy, Redis is not away
        except (RedisError, OSError):
            self.open_until = time.monotonic() + OPEN_SECONDS
            raise


@cache
def cache_client(url: str) -> Redis:
    """The client of this process for `url`; answers are bytes. Does not connect."""
    pool = BreakerPool.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis(connection_pool=pool)


def init_app(app: Flask) -> None:
    """Let the rate limiter use this client's pool; call it before `limiter.init_app`."""
    pool = cache_client(app.config["REDIS_URL"]).connection_pool
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"connection_pool": pool}
