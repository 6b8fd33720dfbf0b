"""Background work of stored files."""

from __future__ import annotations

from tasks.celery import celery
from webapp import clock
from webapp.backends.storage import storage
from webapp.pictures import service as pictures


@celery.task(name="tasks.media.sweep")
def sweep() -> None:
    """Remove what processes that died have left behind."""
    now = clock.now()
    storage().sweep(now)
    pictures.sweep(now)
