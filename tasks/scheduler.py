"""Beat's scheduler: it goes on as soon as its broker is back, and of several beats one publishes.

The right to publish is a lease in Redis. When each entry ran last is kept there too, so that
whoever takes over goes on where the other one ended; nothing is kept in a file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, cast

from celery import beat
from redis import Redis, RedisError
from structlog import get_logger

from tasks.holding import lives, name_of
from webapp import clock, config
from webapp.backends.cache import cache_client
from webapp.operations import signs
from webapp.queue import publish

LOOK_SECONDS: Final = 5.0
"""Between two looks at the lease, and two tries to reach a broker that is away."""
LEASE_SECONDS: Final = 30
"""A beat that said nothing for so long is dead, or hangs. One of this machine whose process is
gone is so at once."""

_LEASE: Final = "beat:lease"
_RAN: Final = "beat:ran"
"""Entry by name to the time it was last published."""
_TAKE: Final = """
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] and held ~= ARGV[2] then return held end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return ARGV[1]
"""
_GIVE_UP: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"

log = get_logger("tasks")


class Lease:
    """The right to publish, of the beat called `own`."""

    def __init__(self, store: Redis, own: str) -> None:
        self._store: Any = store
        self._own = own
        self._held = True
        """As far as was known last: with Redis away twice is better than never."""

    def take(self) -> bool:
        """Take it or keep it; whether it is ours now."""
        with suppress(RedisError):
            holder = self._ask(dead="")
            if holder != self._own and not lives(holder):
                holder = self._ask(dead=holder)
            self._held = holder == self._own
        return self._held

    def give_up(self) -> None:
        with suppress(RedisError):
            self._store.eval(_GIVE_UP, 1, _LEASE, self._own)

    def _ask(self, *, dead: str) -> str:
        """The holder, after one who is dead was passed over."""
        told = self._store.eval(_TAKE, 1, _LEASE, self._own, dead, LEASE_SECONDS)
        return cast("bytes", told).decode()


class Scheduler(beat.Scheduler):
    """`store`, `own` and `steady` are another Redis, name and clock than the process's."""

    max_interval = int(LOOK_SECONDS)
    producer = None  # type: ignore[assignment]
    """The application's pool has those, which connect anew."""

    def __init__(
        self,
        *args: Any,
        store: Redis | None = None,
        own: str | None = None,
        steady: Callable[[], float] = time.monotonic,
        **options: Any,
    ) -> None:
        settings = config.load()
        self._broker: str = settings["BROKER_URL"]
        self._store: Any = store or cache_client(settings["REDIS_URL"])
        self._lease = Lease(self._store, own or name_of(os.getpid()))
        self._steady = steady
        self._publishes: bool | None = None
        self._look_at = self._again_at = float("-inf")
        self._published: float | None = None
        super().__init__(*args, **options)

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *args: Any, **options: Any) -> float:
        """Publish one entry that is due; the seconds until the next look."""
        now = self._steady()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._look()
        if not self._publishes:
            return self._look_at - now
        if now < self._again_at:
            return min(self._again_at, self._look_at) - now
        return float(super().tick(*args, **options))

    def apply_entry(self, entry: Any, producer: object = None) -> None:
        """Publish; what the broker did not take stays due."""
        try:
            publish(
                self.app,
                self._broker,
                entry.task,
                entry.args or (),
                kwargs=entry.kwargs or {},
                **entry.options,
            )
        except (RedisError, OSError) as error:
            log.error("not published", entry=entry.name, reason=str(error) or type(error).__name__)
            self.schedule[entry.name] = entry
            self._heap = None
            self._again_at = self._steady() + LOOK_SECONDS
            return
        self._published = clock.timestamp()
        with suppress(RedisError):
            self._store.hset(_RAN, entry.name, self._published)

    def close(self) -> None:
        """A restart that was asked for need not be waited for."""
        if self._publishes:
            self._lease.give_up()
        super().close()

    def _look(self) -> None:
        held = self._lease.take()
        if held and not self._publishes:
            self._go_on()
        if held != self._publishes:
            log.info("beat publishes" if held else "beat stands by: another one publishes")
        self._publishes = held
        if held:
            with suppress(RedisError):
                signs.beat_lives(self._store, published=self._published)

    def _go_on(self) -> None:
        """Where the one before has ended."""
        ran: dict[bytes, bytes] = {}
        with suppress(RedisError):
            ran = self._store.hgetall(_RAN)
        for name, entry in self.schedule.items():
            at = ran.get(name.encode())
            if at is not None:
                entry.last_run_at = datetime.fromtimestamp(float(at), UTC)
        self._heap = None
