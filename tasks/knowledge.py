"""Background work of the knowledge base."""

from __future__ import annotations

from typing import Final

from structlog import get_logger

from tasks.celery import celery
from webapp.backends.search.port import EngineBusy
from webapp.backends.vectors.port import VectorsError
from webapp.knowledge import service
from webapp.operations import progress
from webapp.queue import enqueue

log = get_logger(__name__)

SECONDS: Final = 120.0
"""Of embedding in one task, so that other work of the same process is not kept waiting."""


@celery.task(name="tasks.knowledge.refresh_shipped")
def refresh_shipped() -> None:
    """Take in what changed of the shipped pages and of the series' facts, and index its words."""
    service.refresh_shipped()
    service.bring_up_to_date(seconds=0)


@celery.task(name="tasks.knowledge.bring_up_to_date")
def bring_up_to_date() -> None:
    """Build the indexes where they are behind; what is left is done by the next run."""
    service.bring_up_to_date(seconds=SECONDS)


@celery.task(name="tasks.knowledge.rebuild")
def rebuild() -> None:
    """Build both indexes anew, telling how far it is. Embedding is done in portions: after each
    the task is sent again, and the one that finds nothing left to embed builds."""
    try:
        left = not service.bring_up_to_date(
            seconds=SECONDS, report=lambda done, total: progress.step("knowledge", done, total)
        )
        if left and service.state().can_embed:
            enqueue("tasks.knowledge.rebuild")
            return
        service.reindex()
    except progress.Stopped:
        progress.end("knowledge", "stopped")
    except (EngineBusy, VectorsError) as error:
        log.error("knowledge index not rebuilt", reason=str(error))
        progress.end("knowledge", "failed", detail=str(error))
    else:
        progress.end("knowledge", "done")
