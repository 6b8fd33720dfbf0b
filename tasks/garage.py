"""Background work of favourites and history."""

from __future__ import annotations

from datetime import UTC, datetime

from tasks.celery import celery
from webapp.garage import service


@celery.task(name="tasks.garage.sweep")
def sweep() -> None:
    """Forget what guests saved and looked at whose cookie is gone."""
    service.sweep(now=datetime.now(UTC))
