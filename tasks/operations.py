"""Signs of life."""

from __future__ import annotations

from tasks.celery import celery
from webapp.operations import health


@celery.task(name="tasks.operations.heartbeat")
def heartbeat() -> None:
    """Let `/readyz` see that the queue is worked off."""
    health.beat()
