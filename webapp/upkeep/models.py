"""Table of nightly backups."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import UtcDateTime, one_of
from webapp.extensions import Model

OUTCOME_LABELS: Final = {
    "proven": "已试恢复，完好",
    "unproven": "读得出，没有试恢复",
    "failed": "没有做成",
}
"""unproven: the database server lets us make no scratch database."""


class BackupRun(Model):
    """One nightly backup and what came of trying it out."""

    __tablename__ = "backup_run"
    __table_args__ = (one_of("outcome", tuple(OUTCOME_LABELS)),)
    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(8))
    place: Mapped[str] = mapped_column(String(40))
    """Name of its folder in BACKUP_DIR."""
    bytes: Mapped[int] = mapped_column(BigInteger)
    media_files: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300), default="")
