"""Background work of the catalogue."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tasks.celery import celery
from webapp.cars import service


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
