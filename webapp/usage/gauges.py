"""How many visitors there are, for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily

from webapp import clock
from webapp.usage import figures


def visitors() -> Iterator[GaugeMetricFamily]:
    """Raises RedisError where the sums are away."""
    use = figures.usage(clock.now())
    gauge = GaugeMetricFamily(
        "chezhi_visitors", "Different visitors, robots left out.", labels=["span"]
    )
    gauge.add_metric(["hour"], use.hour.visitors)
    gauge.add_metric(["today"], use.today.visitors)
    yield gauge
