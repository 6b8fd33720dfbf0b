"""Background work of the knowledge base."""

from __future__ import annotations

from typing import Final

from tasks.celery import celery
from webapp.knowledge import service

SECONDS: Final = 120.0
"""Of embedding in one task, so that other work of the same process is not kept waiting."""


@celery.task(name="tasks.knowledge.refresh_shipped")
def refresh_shipped() -> None:
    """Take in what changed of the shipped pages and of the series' facts."""
    service.refresh_shipped()


@celery.task(name="tasks.knowledge.bring_up_to_date")
def bring_up_to_date() -> None:
    """Build the indexes where they are behind; what is left is done by the next run."""
    service.bring_up_to_date(seconds=SECONDS)
