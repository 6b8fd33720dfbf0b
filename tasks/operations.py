"""Signs of life."""

from __future__ import annotations

from tasks.celery import celery
from webapp import clock
from webapp.operations import health, runs


@celery.task(name="tasks.operations.heartbeat")
def heartbeat() -> None:
    """Let `/readyz` see that the queue is worked off."""
    health.beat()


@celery.task(name="tasks.operations.sweep_runs")
def sweep_runs() -> None:
    """Keep the record of background work true and small."""
    runs.sweep(now=clock.now())
