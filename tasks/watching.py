"""Background work of watching videos."""

from __future__ import annotations

from tasks.celery import celery
from webapp import clock
from webapp.videos.watching import service


@celery.task(name="tasks.watching.sweep")
def sweep() -> None:
    """Forget who watched lately."""
    service.sweep(now=clock.now())
