"""What the console shows of the site's use. All raise RedisError where Redis is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

from flask import current_app
from redis import Redis

from webapp.backends.cache import cache_client
from webapp.clock import day_in_china
from webapp.usage.counters import DAYS_KEPT, SLOT_MINUTES, Name, key_of, slot_key

DAYS: Final = 14
SENTENCES: Final = 10
_TOP_KEY: Final = "usage:empty:top"
_TOP_SECONDS: Final = 9


class Sums(NamedTuple):
    """What was counted in a span of time; `visitors` is within a percent of the truth."""

    visitors: int
    counts: dict[str, int]

    def of(self, name: Name) -> int:
        return self.counts.get(name, 0)


class Day(NamedTuple):
    label: str
    sums: Sums


@dataclass(frozen=True)
class Usage:
    """`days` oldest first, the last one is today; `hour` is the last sixty minutes, to five
    minutes. Somebody who comes before and after midnight counts twice in it."""

    hour: Sums
    days: tuple[Day, ...]

    @property
    def today(self) -> Sums:
        return self.days[-1].sums


def usage(now: datetime) -> Usage:
    today = day_in_china(now)
    dates = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    slots = [
        slot_key(now - timedelta(minutes=back)) for back in range(0, 60, SLOT_MINUTES)
    ]  # this slot is not over, so it is an hour at most
    pipe = _redis().pipeline(transaction=False)
    for key in (*map(key_of, dates), *slots):
        pipe.hgetall(key)
    for date in dates:
        pipe.pfcount(f"{key_of(date)}:visitors")
    pipe.pfcount(*(f"{slot}:visitors" for slot in slots))
    answers = pipe.execute()
    hashes, visitors = answers[: len(dates) + len(slots)], answers[len(dates) + len(slots) :]
    by_day = [Sums(n, _summed([kept])) for n, kept in zip(visitors, hashes, strict=False)]
    return Usage(
        hour=Sums(visitors[-1], _summed(hashes[len(dates) :])),
        days=tuple(
            Day(f"{date.month} 月 {date.day} 日", sums)
            for date, sums in zip(dates, by_day, strict=False)
        ),
    )


def empty_searches(now: datetime) -> list[tuple[str, int]]:
    """The sentences that most often found nothing in the last DAYS_KEPT days."""
    store, today = _redis(), day_in_china(now)
    if not store.exists(_TOP_KEY):
        days = [f"{key_of(today - timedelta(days=back))}:empty" for back in range(DAYS_KEPT)]
        pipe = store.pipeline()
        pipe.zunionstore(_TOP_KEY, days)
        pipe.expire(_TOP_KEY, _TOP_SECONDS)
        pipe.execute()
    rows = cast(
        "list[tuple[bytes, float]]", store.zrevrange(_TOP_KEY, 0, SENTENCES - 1, withscores=True)
    )
    return [(sentence.decode(), int(number)) for sentence, number in rows]


def _summed(hashes: list[dict[bytes, bytes]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for kept in hashes:
        for name, number in kept.items():
            sums[name.decode()] = sums.get(name.decode(), 0) + int(number)
    return sums


def _redis() -> Any:
    client: Redis = cache_client(current_app.config["REDIS_URL"])
    return client
