"""Background work of the assistant."""

from __future__ import annotations

from tasks.celery import celery
from webapp import clock
from webapp.assistant import service


@celery.task(name="tasks.assistant.clean_up")
def clean_up() -> None:
    """Forget frames nobody resumes any more, and conversations of guests long gone."""
    service.clean_up(now=clock.now())
