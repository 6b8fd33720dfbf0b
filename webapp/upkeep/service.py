"""The nightly backup: made, tried out, noted; the oldest go."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy import delete

from webapp import clock
from webapp.extensions import db
from webapp.transactions import transaction
from webapp.upkeep import backup, manifest, restore
from webapp.upkeep.manifest import BackupFailed
from webapp.upkeep.models import BackupRun

NOTED: Final = timedelta(days=400)
_NAME: Final = re.compile(r"chezhi-\d{8}T\d{6}Z")
_LEFT: Final = re.compile(r"\.chezhi-\d{8}T\d{6}Z\.unfinished|drill-\w+")
"""What a killed worker leaves behind."""
_LEFT_AFTER: Final = timedelta(days=2)


def back_up_nightly(*, now: datetime) -> BackupRun | None:
    """The note of tonight's backup, None where BACKUP_DIR is not set. Raises BackupFailed once
    the failure is noted; older backups stay then."""
    folder: Path | None = current_app.config["BACKUP_DIR"]
    if folder is None:
        return None
    place = folder / f"chezhi-{manifest.stamp(now)}"
    run = BackupRun(began_at=now, outcome="failed", place=place.name, bytes=0, media_files=0)
    failure: BackupFailed | None = None
    try:
        # A bucket has ways of its own to be kept safe, and may be larger than any disk here.
        made = backup.make(place, with_media=current_app.config["STORAGE_URL"] == "file:")
        run.bytes, run.media_files = made.bytes, made.media_files
        run.outcome = restore.drill(place, folder)
    except BackupFailed as error:
        failure, run.reason = error, str(error)[:300]
    run.ended_at = clock.now()
    with transaction():
        db.session.execute(delete(BackupRun).where(BackupRun.began_at < now - NOTED))
        db.session.add(run)
    if failure is not None:
        raise failure
    _drop_old(folder, keep=current_app.config["BACKUP_KEEP"], now=now)
    return run


def _drop_old(folder: Path, *, keep: int, now: datetime) -> None:
    """Remove all nightly backups but the newest; what else lies there is not ours."""
    for left in (one for one in folder.iterdir() if _LEFT.fullmatch(one.name)):
        if now.timestamp() - left.stat().st_mtime > _LEFT_AFTER.total_seconds():
            shutil.rmtree(left, ignore_errors=True)
    made = sorted(one for one in folder.iterdir() if _NAME.fullmatch(one.name))
    for old in made[:-keep]:
        shutil.rmtree(old, ignore_errors=True)
