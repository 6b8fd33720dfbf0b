"""States that are asked for when somebody scrapes, those of all features.

What is away is left out rather than told as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import RedisError

from webapp.operations import queues
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
