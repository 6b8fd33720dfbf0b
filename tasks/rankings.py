"""Background work of the rankings."""

from __future__ import annotations

from tasks.celery import celery
from webapp import clock
from webapp.rankings import service


@celery.task(name="tasks.rankings.publish_due")
def publish_due() -> None:
    """At two in China, and later for a night that was missed; once for each night."""
    service.publish_due(clock.now())


@celery.task(name="tasks.rankings.run")
def run(run_id: int) -> None:
    """A run that staff asked for."""
    service.run(run_id=run_id, now=clock.now())
