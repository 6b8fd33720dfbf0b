"""Background work of search."""

from __future__ import annotations

from structlog import get_logger

from tasks.celery import celery
from webapp.backends.search.port import SearchError
from webapp.search import indexing

log = get_logger(__name__)


@celery.task(name="tasks.search.sync_index")
def sync_index(*, always: bool = False) -> None:
    """Bring the index up to date; what cannot be done now is done by the next run."""
    try:
        indexing.sync_index(always=always)
    except SearchError as error:
        log.warning("search index not updated", reason=str(error), retry=error.retry)
