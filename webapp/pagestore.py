"""Finished pages in Redis, for all workers, within a budget of bytes.

The embedded Redis is also the broker and never drops anything by itself, so pages must not fill
it: beside them stand their sizes and when each expires, and where a new page needs room those
that expire first go. One script does it all at once, however many workers write.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, Final, Protocol

from redis import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

PAGES_BYTES: Final = 48 * 1024 * 1024
"""Of all pages whose address has no query, together."""
QUERIES_BYTES: Final = 12 * 1024 * 1024
"""Of those with one, which must not crowd the others out."""
OVERHEAD_BYTES: Final = 400
"""What Redis needs for a page beside its bytes: its key, size and place in the index."""
INDEX_SECONDS: Final = 86_400
"""Longer than any page is kept; every new page begins it anew."""
AWAY_SECONDS: Final = 1.0
"""After an answer that did not come in time nothing is asked for so long: of the calls that a
request makes only the first one waits."""

_PUT: Final = """
local page, index, sizes, claim = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local data, seconds, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local size, budget = #data + tonumber(ARGV[4]), tonumber(ARGV[5])
local total = tonumber(redis.call('HGET', sizes, 'total') or 0)
local function drop(key)
  total = total - tonumber(redis.call('HGET', sizes, key) or 0)
  redis.call('HDEL', sizes, key)
  redis.call('ZREM', index, key)
end
drop(page)
for _, key in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', now)) do drop(key) end
while total + size > budget do
  local first = redis.call('ZRANGE', index, 0, 0)[1]
  if not first then break end
  redis.call('DEL', first)
  drop(first)
end
if size <= budget then
  redis.call('SET', page, data, 'EX', seconds)
  redis.call('ZADD', index, now + seconds, page)
  redis.call('HSET', sizes, page, size)
  total = total + size
else
  redis.call('DEL', page)
end
redis.call('HSET', sizes, 'total', total)
redis.call('EXPIRE', index, ARGV[6])
redis.call('EXPIRE', sizes, ARGV[6])
redis.call('DEL', claim)
return total
"""


class Store(Protocol):
    """What is used of a Redis client."""

    def get(self, name: str, /) -> Any: ...
    def set(self, name: str, value: Any, /, *, ex: int | None = None, nx: bool = False) -> Any: ...
    def delete(self, name: str, /) -> Any: ...
    def eval(self, script: str, numkeys: int, /, *keys_and_args: Any) -> Any: ...


class PageStore:
    """Pages by key, in a shelf called `name` with a budget of its own. With Redis away it has none
    and takes none."""

    def __init__(self, redis: Store, name: str, budget: int) -> None:
        self._redis = redis
        self._places = f"{name}:expiry", f"{name}:sizes"
        self._budget = budget
        self._away_until = float("-inf")

    def get(self, key: str) -> bytes | None:
        found: bytes | None = self._ask(lambda: self._redis.get(key))
        return found

    def put(self, key: str, data: bytes, *, seconds: int, now: float) -> None:
        """Keep a page so long, at the cost of those that expire first. `now` is wall-clock. The
        claim to it ends."""
        given = (data, seconds, now, OVERHEAD_BYTES, self._budget, INDEX_SECONDS)
        self._ask(lambda: self._redis.eval(_PUT, 4, key, *self._places, _claim(key), *given))

    def claim(self, key: str, *, seconds: int) -> bool:
        """Whether nobody else is rendering this page right now; then we are, so long."""
        ours = self._ask(lambda: bool(self._redis.set(_claim(key), b"1", ex=seconds, nx=True)))
        return ours is not False

    def release(self, key: str) -> None:
        """Give up the claim to a page that turned out not to be kept."""
        self._ask(lambda: self._redis.delete(_claim(key)))

    def _ask(self, call: Callable[[], Any]) -> Any:
        """None where Redis is away: this process goes on alone."""
        if monotonic() < self._away_until:
            return None
        try:
            return call()
        except RedisError as error:
            if isinstance(error, RedisTimeoutError):
                self._away_until = monotonic() + AWAY_SECONDS
            return None


def _claim(key: str) -> str:
    return f"{key}:rendering"
