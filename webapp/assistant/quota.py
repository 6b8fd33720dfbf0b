"""How many questions a visitor, and an address, may ask."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import cache
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from redis import RedisError

from webapp.errors import DomainError
from webapp.extensions import limiter

PER_VISITOR: Final = RateLimitItemPerMinute(20, namespace="ASSISTANT-VISITOR")
PER_NETWORK: Final = RateLimitItemPerMinute(240, namespace="ASSISTANT-NETWORK")
"""Many visitors share one; but a cookie thrown away must not be a way out."""


@cache
def _own() -> MovingWindowRateLimiter:
    """Counts in this process while Redis is away. Not made on import: it starts a timer, which
    would be cut off where a web worker is forked."""
    return MovingWindowRateLimiter(MemoryStorage())


class TooMany(DomainError):
    """`retry_after` in whole seconds."""

    status = 429
    title = "问得太快了"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"一分钟最多问 {PER_VISITOR.amount} 个问题，请 {retry_after} 秒后再问。")
        self.retry_after = retry_after


def take(owner: str, network: str) -> None:
    """Count one question. Raises TooMany, and counts nothing, where there were too many.

    The network is looked at first: once it has asked enough, made-up visitors leave no keys.
    """
    wait = _in_store(lambda counter: _wait(counter, network)) or _in_store(
        lambda counter: _hit(counter, owner, network)
    )
    if wait is not None:
        raise TooMany(wait)


def _in_store(count: Callable[[MovingWindowRateLimiter], int | None]) -> int | None:
    try:
        return count(MovingWindowRateLimiter(limiter.storage))
    except RedisError:
        return count(_own())


def _wait(counter: MovingWindowRateLimiter, network: str) -> int | None:
    return None if counter.test(PER_NETWORK, network) else _seconds(counter, PER_NETWORK, network)


def _hit(counter: MovingWindowRateLimiter, owner: str, network: str) -> int | None:
    if not counter.hit(PER_VISITOR, owner):
        return _seconds(counter, PER_VISITOR, owner)
    counter.hit(PER_NETWORK, network)
    return None


def _seconds(counter: MovingWindowRateLimiter, item: RateLimitItem, key: str) -> int:
    # `limits` counts by this clock.
    return max(1, math.ceil(counter.get_window_stats(item, key).reset_time - time.time()))
