"""Background work of the catalogue."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tasks.celery import celery
from webapp.cars import service


@celery.task(name="tasks.cars.refresh_catalogue")
def refresh_catalogue() -> None:
    """Bring what depends on today's date up to date: 未上市 becomes 在售 at its launch."""
    service.refresh_catalogue(today=datetime.now(ZoneInfo("Asia/Shanghai")).date())
