"""Sums of one process, handed to Redis every few seconds.

Visitors are told apart by a hash of address and browser, keyed with a salt that Redis forgets
at the end of the day; and even the hashes go into a HyperLogLog, which keeps none of them. Of a
sentence that found nothing its words and how often it was asked are kept, and not those of one
that looks like a telephone or identity number or an address.

With Redis away sums wait for it, visitors and sentences are forgotten. Up to FLUSH_SECONDS are
lost with a killed process.
"""

from __future__ import annotations

import math
import re
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final, Literal, cast

from flask import current_app
from redis import Redis, RedisError

from webapp import clock
from webapp.clock import CHINA
from webapp.metrics import count_use

Name = Literal[
    "requests",
    "errors",
    "views",
    "views_robots",
    "searches",
    "searches_empty",
    "questions",
    "answers_model",
    "answers_rules",
    "answers_refused",
    "answers_failed",
]

FLUSH_SECONDS: Final = 5.0
SLOT_MINUTES: Final = 5
SLOT_KEPT_SECONDS: Final = 2 * 3600
DAYS_KEPT: Final = 30
SENTENCE_LENGTH: Final = 60
SENTENCES_A_DAY: Final = 500
"""The rarest of more are forgotten."""
MOST_WAITING: Final = 2_000
"""Visitors, and sentences, that one process remembers between two flushes."""

_PERSONAL: Final = re.compile(r"\d(?:[\s-]*\d){7,}|@|＠")


def key_of(day: date) -> str:
    """Hash of a day's sums, in China's time; `:visitors` and `:empty` stand beside it."""
    return f"usage:{day:%Y-%m-%d}"


def slot_key(moment: datetime) -> str:
    """Hash of the sums of the five minutes around this moment."""
    return f"usage:slot:{int(moment.timestamp()) // (SLOT_MINUTES * 60)}"


class Counters:
    """What one process counted since its last flush. `clock` gives seconds since 1970."""

    def __init__(self, store: Redis, *, clock: Callable[[], float] = clock.timestamp) -> None:
        self._store = store
        self._clock = clock
        self._flushed_at = 0.0
        self._sums: Counter[str] = Counter()
        self._visitors: set[tuple[str, str]] = set()
        self._empty: Counter[str] = Counter()
        self._salt = (date.min, b"")

    def count(self, name: Name) -> None:
        self._sums[name] += 1

    def count_visitor(self, address: str, agent: str) -> None:
        if len(self._visitors) < MOST_WAITING:
            self._visitors.add((address, agent))

    def count_empty(self, sentence: str) -> None:
        """A sentence that found nothing."""
        if not _PERSONAL.search(sentence) and len(self._empty) < MOST_WAITING:
            self._empty[sentence[:SENTENCE_LENGTH]] += 1

    def flush_if_due(self) -> None:
        if not 0 <= self._clock() - self._flushed_at < FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Hand everything to Redis; see the module's text for a Redis that is away."""
        self._flushed_at = self._clock()
        sums, self._sums = self._sums, Counter()
        visitors, self._visitors = self._visitors, set()
        empty, self._empty = self._empty, Counter()
        if not (sums or visitors or empty):
            return
        try:
            self._send(sums, visitors, empty)
        except RedisError:
            self._sums.update(sums)

    def _send(
        self, sums: Counter[str], visitors: set[tuple[str, str]], empty: Counter[str]
    ) -> None:
        now = datetime.fromtimestamp(self._clock(), CHINA)
        day = key_of(now.date())
        salt = self._salt_of(now) if visitors else b""
        hashes = [_hashed(salt, *visitor) for visitor in visitors]
        pipe = self._store.pipeline()
        for key, seconds in ((day, DAYS_KEPT * 86_400), (slot_key(now), SLOT_KEPT_SECONDS)):
            for name, number in sums.items():
                pipe.hincrby(key, name, number)
            pipe.expire(key, seconds)
            if hashes:
                pipe.pfadd(f"{key}:visitors", *hashes)
                pipe.expire(f"{key}:visitors", seconds)
        for sentence, number in empty.items():
            pipe.zincrby(f"{day}:empty", number, sentence)
        if empty:
            pipe.zremrangebyrank(f"{day}:empty", 0, -SENTENCES_A_DAY - 1)
            pipe.expire(f"{day}:empty", DAYS_KEPT * 86_400)
        pipe.execute()

    def _salt_of(self, now: datetime) -> bytes:
        """The day's salt: the same in all processes, gone with the day."""
        if self._salt[0] != now.date():
            key = f"{key_of(now.date())}:salt"
            tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), CHINA)
            fresh = secrets.token_bytes(16)
            # SET with NX and GET in one needs Redis 7.
            self._store.set(key, fresh, nx=True, ex=math.ceil((tomorrow - now).total_seconds()))
            self._salt = (now.date(), cast("bytes | None", self._store.get(key)) or fresh)
        return self._salt[1]


def count(name: Name) -> None:
    """Count one, here and for `/metrics`. KeyError for a name that is none."""
    count_use(name)
    _counters().count(name)


def count_search(sentence: str, *, found: int) -> None:
    """Count a search by a person that found so many trims."""
    count("searches")
    if not found:
        count("searches_empty")
        _counters().count_empty(sentence)


def _counters() -> Counters:
    counters: Counters = current_app.extensions["usage"]
    return counters


def _hashed(salt: bytes, address: str, agent: str) -> Any:
    text = f"{address}\0{agent}".encode(errors="replace")
    return blake2b(text, key=salt, digest_size=16).digest()
