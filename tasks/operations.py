"""Signs of life."""

from __future__ import annotations

from flask import current_app

from tasks.celery import celery
from webapp import clock
from webapp.backends.cache import cache_client
from webapp.operations import runs, signs


@celery.task(name="tasks.operations.heartbeat")
def heartbeat() -> None:
    """Let `/readyz` see that the queue is worked off."""
    signs.worker_lives(cache_client(current_app.config["REDIS_URL"]))


@celery.task(name="tasks.operations.sweep_runs")
def sweep_runs() -> None:
    """Keep the record of background work true and small."""
    runs.sweep(now=clock.now())
