"""Background work of the knowledge base."""

from __future__ import annotations

from typing import Any, Final

from celery.exceptions import SoftTimeLimitExceeded
from structlog import get_logger

from tasks.celery import celery
from webapp import clock
from webapp.backends.search.port import EngineBusy
from webapp.backends.vectors.port import VectorsError
from webapp.knowledge import service
from webapp.knowledge.service.changes import TOO_LONG
from webapp.operations import progress
from webapp.queue import enqueue

RUN_SECONDS: Final = 1200
"""Of one run over a file; well below the time after which the broker gives it away again."""
BUSY_SECONDS: Final = 15
BUSY_TRIES: Final = 120

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


@celery.task(
    name="tasks.knowledge.run_change",
    bind=True,
    max_retries=BUSY_TRIES,
    soft_time_limit=RUN_SECONDS,
)
def run_change(self: Any, change_id: int) -> None:
    """Do what a change waits for; where another run is at the same collection, later."""
    try:
        service.run_change(change_id=change_id)
    except service.Busy as error:
        raise self.retry(countdown=BUSY_SECONDS, exc=error) from None
    except SoftTimeLimitExceeded:
        service.give_up(change_id=change_id, reason=TOO_LONG)
    except Exception:
        service.give_up(change_id=change_id, reason="处理时出了错，已经记下；可以再试一次")
        raise


@celery.task(name="tasks.knowledge.resume_changes")
def resume_changes() -> None:
    """Go on with changes whose worker went away."""
    service.resume_changes(now=clock.now())


@celery.task(name="tasks.knowledge.sweep_uploads")
def sweep_uploads() -> None:
    """Delete files that were taken in, and those that waited too long for it."""
    service.sweep_uploads(now=clock.now())
