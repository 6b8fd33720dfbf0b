"""Upkeep by the clock."""

from __future__ import annotations

from structlog import get_logger

from tasks.celery import celery
from webapp import clock
from webapp.upkeep import service

log = get_logger(__name__)


@celery.task(name="tasks.upkeep.back_up")
def back_up() -> None:
    """Make tonight's backup and try it out. One that fails is a failed task in the console."""
    run = service.back_up_nightly(now=clock.now())
    if run is not None:
        log.info("backed up", place=run.place, state=run.outcome, bytes=run.bytes)
