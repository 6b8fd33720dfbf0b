"""Background work of saved searches and favourites."""

from __future__ import annotations

from tasks.celery import celery
from webapp import clock
from webapp.saved import service


@celery.task(name="tasks.saved.watch")
def watch() -> None:
    """Tell people which cars newly match what they saved, and whose price changed."""
    service.watch()


@celery.task(name="tasks.saved.sweep")
def sweep() -> None:
    """Forget searches whose guests never logged in, and prices told long ago."""
    service.sweep(now=clock.now())
