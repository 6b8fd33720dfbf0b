"""What time and accidents leave behind: steps nobody is at, uploads given up, files of nothing.

An upload is old by its last piece, never by its beginning.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import delete, select, update
from structlog import get_logger

from webapp.backends.storage import storage
from webapp.backends.storage.port import Stat
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.transactions import end_read, transaction
from webapp.transitions import step
from webapp.videos.models import Piece, Upload, Video
from webapp.videos.service import merging, processing
from webapp.videos.service.uploads import forget

log = get_logger(__name__)

SILENT: Final = timedelta(minutes=3)
"""A step that nobody is at is sent again after so long; one that only waits in the queue comes
twice then, and does nothing the second time."""
RESUMED: Final = timedelta(days=7)
"""How long an upload can be gone on with after its last piece."""
ORPHANED: Final = timedelta(hours=48)
"""Files that belong to nothing are removed so long after they were written."""
TOLD: Final = timedelta(days=30)
"""How long an upload that has ended can still be asked about."""
ALIVE: Final = ("receiving", "finished")
"""States of an upload whose pieces are needed."""
_FOLDER: Final = re.compile(r"(uploads|videos)/([0-9a-f]{16,24})/")


def go_on(*, now: datetime) -> int:
    """Send the tasks of videos that nobody is at; how many."""
    merges = _send("tasks.videos.merge", merging.STATES, now)
    can_process = processing.tools() is not None
    return merges + (_send("tasks.videos.process", processing.STATES, now) if can_process else 0)


def _send(task: str, states: tuple[str, ...], now: datetime) -> int:
    free = Video.lease_until.is_(None) | (Video.lease_until < now)
    with transaction():
        ids = db.session.scalars(
            update(Video)
            .where(Video.state.in_(states), free, Video.active_at <= now - SILENT)
            .values(active_at=now)
            .returning(Video.id)
        ).all()
        for video_id in ids:
            enqueue(task, video_id)
    return len(ids)


def sweep(*, now: datetime) -> None:
    """End what was given up and remove what belongs to nothing."""
    _give_up(now)
    _forget_ended(now)
    for folder, files in _folders("uploads/"):
        needed = _pieces_below(folder)
        _remove_orphans((found for found in files if found.key not in needed), now)
    for folder, files in _folders("videos/"):
        if not _has_video(folder):
            _remove_orphans(files, now)
    for left in processing.work_folder().iterdir():
        if now - datetime.fromtimestamp(left.stat().st_mtime, UTC) > ORPHANED:
            shutil.rmtree(left, ignore_errors=True)


def _give_up(now: datetime) -> None:
    old = select(Upload.id).where(Upload.state == "receiving", Upload.active_at <= now - RESUMED)
    for upload_id in db.session.scalars(old).all():
        with transaction():
            # Unless a piece came meanwhile.
            silent = Upload.active_at <= now - RESUMED
            problem = f"超过 {RESUMED.days} 天没有继续，已经取消。"
            if step(Upload, upload_id, "receiving", "cancelled", silent, problem=problem):
                forget(upload_id)


def _forget_ended(now: datetime) -> None:
    ended = ("done", "cancelled", "failed")
    with transaction():
        db.session.execute(
            delete(Upload).where(Upload.state.in_(ended), Upload.active_at <= now - TOLD)
        )


def _folders(prefix: str) -> Iterator[tuple[str, list[Stat]]]:
    def folder_of(found: Stat) -> str:
        return found.key[: found.key.index("/", len(prefix)) + 1]

    whole = (found for found in storage().list(prefix) if found.key.count("/") >= 2)
    for folder, files in groupby(whole, folder_of):
        yield folder, list(files)


def _remove_orphans(files: Iterable[Stat], now: datetime) -> None:
    for found in files:
        if now - found.modified > ORPHANED:
            storage().remove(found.key)
            log.info("orphan removed", key=found.key)


def _pieces_below(folder: str) -> set[str]:
    """Keys of the pieces of an upload; of one that has ended none."""
    rows = (
        select(Piece.key)
        .join(Upload)
        .where(Upload.public_id == folder.split("/")[1], Upload.state.in_(ALIVE))
    )
    return set(db.session.scalars(rows))


def _has_video(folder: str) -> bool:
    there = select(Video.id).where(Video.public_id == folder.split("/")[1])
    return db.session.scalar(there) is not None


def _has_upload(folder: str) -> bool:
    public_id = folder.split("/")[1]
    there = select(Upload.id).where(Upload.public_id == public_id, Upload.state.in_(ALIVE))
    return db.session.scalar(there) is not None


def remove_files(*, prefix: str) -> None:
    """Remove the files of an upload that has ended, or of a video that is gone; those of one that
    is there stay, whoever asks."""
    found = _FOLDER.fullmatch(prefix)
    if found is None:
        raise ValueError(f"{prefix!r} is no folder of videos")
    needed = _has_video(prefix) if found[1] == "videos" else _has_upload(prefix)
    end_read()
    if not needed:
        storage().remove_all(prefix)
