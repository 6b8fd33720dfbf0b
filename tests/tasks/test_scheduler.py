"""Of several beats one publishes, and what could not be published stays due."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from redis import Redis, RedisError

from tasks import scheduler
from tasks.celery import celery
from tasks.scheduler import LEASE_SECONDS, LOOK_SECONDS, Scheduler
from tests.clocks import StoppedClock
from webapp.backends.cache import cache_client
from webapp.config import load
from webapp.operations import signs
from webapp.queue import broker_settings

FIRST, SECOND = "one.example/1/100", "two.example/1/100"
DAILY = {"daily": {"task": "tasks.example.daily", "schedule": timedelta(days=1)}}


class Steady:
    """A clock of the process that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def store(redis_url: str) -> Redis:
    client = cache_client(redis_url)
    client.flushall()
    return client


@pytest.fixture
def beat(store: Redis, redis_url: str, steady: Steady) -> Callable[[str], Scheduler]:
    url = load({"APP_ENV": "testing", "REDIS_URL": redis_url})["CELERY_BROKER_URL"]
    app = Celery("example", set_as_current=False)
    app.conf.update(broker_settings(url), beat_schedule=DAILY)

    def made(own: str) -> Scheduler:
        return Scheduler(app=app, store=store, own=own, steady=lambda: steady.now)

    return made


def due(one: Scheduler) -> None:
    """Have its entry be due now."""
    for entry in one.schedule.values():
        entry.last_run_at -= timedelta(days=2)
    one._heap = None


def run(*beats: Scheduler) -> None:
    for one in beats:
        while one.tick() <= 0:
            pass


def sent(store: Redis) -> list[str]:
    messages: Any = store.lrange("celery", 0, -1)
    return [json.loads(message)["headers"]["task"] for message in messages]


def test_of_two_beats_one_publishes(store: Redis, beat: Callable[[str], Scheduler]) -> None:
    beats = beat(FIRST), beat(SECOND)
    for one in beats:
        due(one)
    run(*beats)
    assert sent(store) == ["tasks.example.daily"]


def test_who_takes_over_goes_on_where_the_other_one_ended(
    store: Redis, beat: Callable[[str], Scheduler], steady: Steady
) -> None:
    beats = first, second = beat(FIRST), beat(SECOND)
    for one in beats:
        due(one)
    run(*beats)
    store.delete("beat:lease")  # as when LEASE_SECONDS are over
    steady.now += LEASE_SECONDS
    run(second, first)
    assert sent(store) == ["tasks.example.daily"], "published once more"
    due(second)
    run(second, first)
    assert len(sent(store)) == 2


def test_the_lease_ends_within_a_minute(store: Redis, beat: Callable[[str], Scheduler]) -> None:
    run(beat(FIRST))
    assert 0 < store.ttl("beat:lease") + LOOK_SECONDS < 60  # type: ignore[operator]


def test_a_dead_beat_of_this_machine_is_passed_over_at_once(
    store: Redis, beat: Callable[[str], Scheduler]
) -> None:
    run(beat(f"{socket.gethostname()}/4194305/1"))
    second = beat(SECOND)
    due(second)
    run(second)
    assert sent(store) == ["tasks.example.daily"]


def test_a_beat_that_ends_in_order_is_not_waited_for(
    store: Redis, beat: Callable[[str], Scheduler]
) -> None:
    first, second = beat(FIRST), beat(SECOND)
    run(first)
    first.close()
    due(second)
    run(second)
    assert sent(store) == ["tasks.example.daily"]


def test_what_the_broker_did_not_take_stays_due(
    store: Redis,
    beat: Callable[[str], Scheduler],
    steady: Steady,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionResetError

    only = beat(FIRST)
    due(only)
    with monkeypatch.context() as while_away:
        while_away.setattr(scheduler, "publish", away)
        run(only)
    run(only)
    assert sent(store) == [], "tried again at once"
    steady.now += LOOK_SECONDS
    run(only)
    run(only)
    assert sent(store) == ["tasks.example.daily"]


def test_with_redis_away_a_beat_goes_on_as_it_was(
    store: Redis,
    beat: Callable[[str], Scheduler],
    steady: Steady,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object, **__: object) -> None:
        raise RedisError

    first, second = beat(FIRST), beat(SECOND)
    run(first, second)
    steady.now += LOOK_SECONDS
    with monkeypatch.context() as while_away:
        while_away.setattr(Redis, "eval", away)
        while_away.setattr(Redis, "hset", away)
        for one in (first, second):
            due(one)
        run(first, second)
    assert sent(store) == ["tasks.example.daily"]


def test_its_sign_of_life_says_whether_it_publishes(
    store: Redis, beat: Callable[[str], Scheduler], steady: Steady, clock: StoppedClock
) -> None:
    only = beat(FIRST)
    run(only)
    seen = signs.beat_seen(store)
    assert seen is not None
    assert not seen.publishes
    due(only)
    run(only)
    steady.now += LOOK_SECONDS
    run(only)
    seen = signs.beat_seen(store)
    assert seen is not None
    assert seen.publishes


def test_beat_is_started_with_it() -> None:
    assert celery.conf.beat_scheduler == f"{Scheduler.__module__}:{Scheduler.__name__}"
