"""Background work of the catalogue."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from redis import RedisError

from tasks.celery import celery
from webapp.catalogue import service
from webapp.catalogue.service import pageviews


@celery.task(name="tasks.cars.refresh_catalogue")
def refresh_catalogue() -> None:
    """Bring what depends on today's date up to date: 未上市 becomes 在售 at its launch."""
    service.refresh_catalogue(today=datetime.now(ZoneInfo("Asia/Shanghai")).date())


@celery.task(name="tasks.cars.check_upload")
def check_upload(batch_id: int) -> None:
    service.run_upload(batch_id=batch_id, dry_run=True)


@celery.task(name="tasks.cars.import_upload")
def import_upload(batch_id: int) -> None:
    service.run_upload(batch_id=batch_id, dry_run=False)


@celery.task(name="tasks.cars.undo_batch")
def undo_batch(batch_id: int) -> None:
    service.undo_batch(batch_id=batch_id)


@celery.task(name="tasks.cars.resume_batches")
def resume_batches() -> None:
    """Go on with uploads whose worker went away."""
    service.resume_batches(now=datetime.now(UTC))


@celery.task(name="tasks.cars.sweep_uploads")
def sweep_uploads() -> None:
    """Delete files that were imported, and those that waited too long for it."""
    service.sweep_uploads(now=datetime.now(UTC))


@celery.task(name="tasks.cars.collect_page_views")
def collect_page_views() -> None:
    """Bring the counts of page views into the database; those of a Redis that is away wait."""
    with suppress(RedisError):
        pageviews.collect_page_views()


@celery.task(name="tasks.cars.forget_old_page_views")
def forget_old_page_views() -> None:
    """Delete counts that no ranking looks at any more."""
    pageviews.forget_old_page_views()
