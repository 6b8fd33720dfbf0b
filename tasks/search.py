"""Background work of search."""

from __future__ import annotations

from structlog import get_logger

from tasks.celery import celery
from webapp.backends.search.port import SearchError
from webapp.operations import progress
from webapp.search import indexing

log = get_logger(__name__)


@celery.task(name="tasks.search.sync_index")
def sync_index(*, always: bool = False) -> None:
    """Bring the index up to date; what cannot be done now is done by the next run."""
    try:
        indexing.sync_index(always=always)
    except SearchError as error:
        log.warning("search index not updated", reason=str(error), retry=error.retry)


@celery.task(name="tasks.search.rebuild_index")
def rebuild_index() -> None:
    """Build the index anew, telling how far it is; stopped or killed, the next run goes on."""
    try:
        indexing.rebuild_index(lambda done, total: progress.step("search", done, total))
    except progress.Stopped:
        progress.end("search", "stopped")
    except SearchError as error:
        log.error("search index not rebuilt", reason=str(error))
        progress.end("search", "failed", detail=str(error))
    else:
        progress.end("search", "done")
