"""Background work of recommendations."""

from __future__ import annotations

from tasks.celery import celery
from webapp import clock
from webapp.recommend import service


@celery.task(name="tasks.recommend.count")
def count() -> None:
    """Count anew which cars are looked at and compared together."""
    service.count(now=clock.now())
