"""Finished pages in Redis, for all workers, within a budget of bytes.

The embedded Redis is also the broker and never drops anything by itself, so pages must not fill
it: beside them stand their sizes and when each expires, and where a new page needs room those
that expire first go. One script does it all at once, however many workers write.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

from redis import RedisError

BUDGET_BYTES: Final = 64 * 1024 * 1024
"""Of all pages together."""
OVERHEAD_BYTES: Final = 400
"""What Redis needs for a page beside its bytes: its key, size and place in the index."""
INDEX_SECONDS: Final = 86_400
"""Longer than any page is kept; every new page begins it anew."""
INDEX: Final = "pages:expiry"
SIZES: Final = "pages:sizes"

_PUT: Final = """
local page, index, sizes = KEYS[1], KEYS[2], KEYS[3]
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
return total
"""


class Store(Protocol):
    """What is used of a Redis client."""

    def get(self, name: str, /) -> Any: ...
    def set(self, name: str, value: Any, /, *, ex: int | None = None, nx: bool = False) -> Any: ...
    def delete(self, name: str, /) -> Any: ...
    def eval(self, script: str, numkeys: int, /, *keys_and_args: Any) -> Any: ...


class PageStore:
    """Pages by key. With Redis away it has none and takes none."""

    def __init__(self, redis: Store, *, budget: int = BUDGET_BYTES) -> None:
        self._redis = redis
        self._budget = budget

    def get(self, key: str) -> bytes | None:
        try:
            found: bytes | None = self._redis.get(key)
        except RedisError:
            return None
        return found

    def put(self, key: str, data: bytes, *, seconds: int, now: float) -> None:
        """Keep a page so long, at the cost of those that expire first. `now` is wall-clock."""
        given = (data, seconds, now, OVERHEAD_BYTES, self._budget, INDEX_SECONDS)
        try:
            self._redis.eval(_PUT, 3, key, INDEX, SIZES, *given)
            self._redis.delete(f"{key}:rendering")
        except RedisError:
            return  # this process has it; the others render their own

    def claim(self, key: str, *, seconds: int) -> bool:
        """Whether nobody else is rendering this page right now; then we are, so long."""
        try:
            return bool(self._redis.set(f"{key}:rendering", b"1", ex=seconds, nx=True))
        except RedisError:
            return True
