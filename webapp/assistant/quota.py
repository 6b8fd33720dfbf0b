"""How many questions a visitor, and an address, may ask."""

from __future__ import annotations

import math
import time
from functools import cache
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from redis import RedisError

from webapp.errors import DomainError
from webapp.extensions import limiter

PER_VISITOR: Final = RateLimitItemPerMinute(20, namespace="ASSISTANT-VISITOR")
PER_ADDRESS: Final = RateLimitItemPerMinute(240, namespace="ASSISTANT-ADDRESS")
"""Many visitors share an address; but a cookie thrown away must not be a way out."""


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


def take(owner: str, address: str) -> None:
    """Count one question. Raises TooMany, and counts nothing, where there were too many."""
    for item, key in ((PER_VISITOR, owner), (PER_ADDRESS, address)):
        wait = _hit(item, key)
        if wait is not None:
            raise TooMany(wait)


def _hit(item: RateLimitItem, key: str) -> int | None:
    try:
        return _hit_in(MovingWindowRateLimiter(limiter.storage), item, key)
    except RedisError:
        return _hit_in(_own(), item, key)


def _hit_in(counter: MovingWindowRateLimiter, item: RateLimitItem, key: str) -> int | None:
    if counter.hit(item, key):
        return None
    # `limits` counts by this clock.
    return max(1, math.ceil(counter.get_window_stats(item, key).reset_time - time.time()))
