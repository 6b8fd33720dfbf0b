"""States that are asked for when somebody scrapes: the queue, the visitors.

What is away is left out rather than told as 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import RedisError

from webapp import clock
from webapp.operations import queues
from webapp.usage import figures


class _Asked(Collector):
    def collect(self) -> Iterable[GaugeMetricFamily]:
        with suppress(OSError):
            length = queues.length()
            gauge = GaugeMetricFamily(
                "chezhi_queue", "Background tasks, waiting or taken by a worker.", labels=["state"]
            )
            gauge.add_metric(["waiting"], length.waiting)
            if length.taken is not None:
                gauge.add_metric(["taken"], length.taken)
            yield gauge
        with suppress(RedisError):
            use = figures.usage(clock.now())
            gauge = GaugeMetricFamily(
                "chezhi_visitors", "Different visitors, robots left out.", labels=["span"]
            )
            gauge.add_metric(["hour"], use.hour.visitors)
            gauge.add_metric(["today"], use.today.visitors)
            yield gauge


def exposition() -> bytes:
    """In Prometheus' text format. Takes about a second where the broker is away."""
    registry = CollectorRegistry()
    registry.register(_Asked())
    return generate_latest(registry)
