"""Pages in a real Redis, within their budget."""

from __future__ import annotations

from typing import Any

import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError

from webapp.backends.cache import cache_client
from webapp.pagestore import OVERHEAD_BYTES, PageStore

PAGE = b"x" * 1000
SIZE = len(PAGE) + OVERHEAD_BYTES


@pytest.fixture
def redis(redis_url: str) -> Any:
    client: Any = cache_client(redis_url)
    client.flushall()
    return client


def total(redis: Any) -> int:
    return int(redis.hget("pages:sizes", "total") or 0)


def pages(redis: Any) -> set[bytes]:
    return set(redis.keys("page:*"))


def test_pages_beyond_the_budget_drop_those_that_expire_first(redis: Any) -> None:
    store = PageStore(redis, "pages", 3 * SIZE)
    for n, seconds in enumerate((300, 100, 200, 400, 500)):
        store.put(f"page:{n}", PAGE, seconds=seconds, now=0)
    assert pages(redis) == {b"page:0", b"page:3", b"page:4"}
    assert total(redis) == 3 * SIZE
    assert store.get("page:1") is None
    assert store.get("page:4") == PAGE


def test_a_page_put_again_counts_once_and_with_its_new_size(redis: Any) -> None:
    store = PageStore(redis, "pages", 10 * SIZE)
    for _ in range(5):
        store.put("page:a", PAGE, seconds=60, now=0)
    assert total(redis) == SIZE
    store.put("page:a", b"y", seconds=60, now=0)
    assert total(redis) == 1 + OVERHEAD_BYTES
    assert redis.zcard("pages:expiry") == 1


def test_what_has_expired_makes_room_before_anything_else_goes(redis: Any) -> None:
    store = PageStore(redis, "pages", 2 * SIZE)
    store.put("page:old", PAGE, seconds=10, now=0)
    store.put("page:long", PAGE, seconds=500, now=0)
    store.put("page:new", PAGE, seconds=60, now=11)
    assert total(redis) == 2 * SIZE
    assert store.get("page:long") == PAGE
    assert set(redis.hkeys("pages:sizes")) == {b"total", b"page:long", b"page:new"}


def test_a_page_larger_than_the_budget_is_not_kept_and_its_old_one_goes(redis: Any) -> None:
    store = PageStore(redis, "pages", SIZE)
    store.put("page:a", PAGE, seconds=60, now=0)
    store.put("page:a", PAGE * 5, seconds=60, now=0)
    assert (pages(redis), total(redis)) == (set(), 0)


def test_nothing_is_left_for_ever(redis: Any) -> None:
    PageStore(redis, "pages", 10 * SIZE).put("page:a", PAGE, seconds=60, now=0)
    assert all(int(redis.ttl(key)) > 0 for key in redis.keys("*"))


def test_one_process_at_a_time_may_render(redis: Any) -> None:
    store = PageStore(redis, "pages", 10 * SIZE)
    assert store.claim("page:a", seconds=10)
    assert not store.claim("page:a", seconds=10)
    store.put("page:a", PAGE, seconds=60, now=0)
    assert store.claim("page:a", seconds=10)


def test_a_page_that_is_not_kept_may_be_rendered_by_the_next_at_once(redis: Any) -> None:
    store = PageStore(redis, "pages", 10 * SIZE)
    assert store.claim("page:a", seconds=10)
    store.release("page:a")
    assert store.claim("page:a", seconds=10)


def test_shelves_have_budgets_of_their_own(redis: Any) -> None:
    PageStore(redis, "pages", 2 * SIZE).put("page:a", PAGE, seconds=1, now=0)
    queries = PageStore(redis, "queries", 2 * SIZE)
    for n in range(9):
        queries.put(f"page:q{n}", PAGE, seconds=60, now=0)
    assert pages(redis) == {b"page:a", b"page:q7", b"page:q8"}


class Silent:
    """A Redis that takes every question and answers none."""

    def __init__(self) -> None:
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        def ask(*given: Any, **more: Any) -> Any:
            self.asked += 1
            raise RedisTimeoutError

        return ask


def test_of_all_that_a_request_asks_a_silent_redis_only_the_first_waits() -> None:
    silent = Silent()
    store = PageStore(silent, "pages", SIZE)
    assert store.get("page:a") is None
    assert store.claim("page:a", seconds=10)
    store.put("page:a", PAGE, seconds=60, now=0)
    store.release("page:a")
    assert silent.asked == 1
