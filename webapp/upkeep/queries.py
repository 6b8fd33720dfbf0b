"""Reads of the nightly backups."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from webapp.extensions import db
from webapp.upkeep.models import BackupRun


def newest_backups(most: int = 30) -> Sequence[BackupRun]:
    """The newest first."""
    return db.session.scalars(select(BackupRun).order_by(BackupRun.id.desc()).limit(most)).all()


def newest_proven() -> BackupRun | None:
    """The newest that was restored in a scratch place."""
    return db.session.scalar(
        select(BackupRun).filter_by(outcome="proven").order_by(BackupRun.id.desc()).limit(1)
    )
