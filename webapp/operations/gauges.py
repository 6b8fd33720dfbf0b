"""States that are asked for when somebody scrapes, those of all features.

What is away is left out rather than told as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from flask import current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import RedisError

from webapp.backends.cache import cache_client
from webapp.operations import queues, signs
from webapp.registry import registry


def queue() -> Iterator[GaugeMetricFamily]:
    """Raises OSError where the broker is away."""
    length = queues.length()
    gauge = GaugeMetricFamily(
        "chezhi_queue", "Background tasks, waiting or taken by a worker.", labels=["state"]
    )
    gauge.add_metric(["waiting"], length.waiting)
    if length.taken is not None:
        gauge.add_metric(["taken"], length.taken)
    yield gauge


def heartbeats() -> Iterator[GaugeMetricFamily]:
    """Raises RedisError where the cache is away."""
    store = cache_client(current_app.config["REDIS_URL"])
    beat = signs.beat_seen(store)
    gauge = GaugeMetricFamily(
        "chezhi_heartbeat_seconds",
        "Since the last sign of life; none where it was silent for a minute or two.",
        labels=["process"],
    )
    known = {
        "beat": beat and beat.seen,
        "publishing": beat and beat.published,
        "worker": signs.worker_seen(store),
    }
    for process, seconds in known.items():
        if seconds is not None:
            gauge.add_metric([process], seconds)
    yield gauge


class _Asked(Collector):
    def collect(self) -> Iterable[GaugeMetricFamily]:
        for ask in registry().gauges:
            with suppress(OSError, RedisError):
                yield from ask()


def exposition() -> bytes:
    """In Prometheus' text format. Takes about a second where the broker is away."""
    known = CollectorRegistry()
    known.register(_Asked())
    return generate_latest(known)
