"""Background work of the assistant."""

from __future__ import annotations

from datetime import UTC, datetime

from tasks.celery import celery
from webapp.assistant import service


@celery.task(name="tasks.assistant.clean_up")
def clean_up() -> None:
    """Forget frames nobody resumes any more, and conversations of guests long gone."""
    service.clean_up(now=datetime.now(UTC))
