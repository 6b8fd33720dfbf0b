"""Background work of favourites and history."""

from __future__ import annotations

from tasks.celery import celery
from webapp import clock
from webapp.garage import service


@celery.task(name="tasks.garage.sweep")
def sweep() -> None:
    """Forget what guests saved and looked at whose cookie is gone."""
    service.sweep(now=clock.now())
