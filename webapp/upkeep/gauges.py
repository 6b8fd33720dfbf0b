"""How old the newest backup is that could be restored."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock
from webapp.upkeep import queries


def backup_age() -> Iterator[GaugeMetricFamily]:
    """Nothing where there is none yet, or the database is away."""
    try:
        newest = queries.newest_proven()
    except SQLAlchemyError:
        return
    if newest is not None:
        gauge = GaugeMetricFamily(
            "chezhi_backup_age_seconds", "Seconds since the newest backup that could be restored."
        )
        gauge.add_metric([], (clock.now() - newest.began_at).total_seconds())
        yield gauge
