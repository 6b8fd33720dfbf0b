"""Table of background work: what ran, what runs, what failed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import UtcDateTime
from webapp.extensions import Model
from webapp.operations.state import TRANSITIONS

RUN_LABELS: Final = {
    "running": "进行中",
    "waiting": "等待重试",
    "done": "完成",
    "failed": "失败",
    "lost": "中断",
}
"""States with the words staff read. waiting: failed and will be tried again by itself. lost: its
worker went away."""


class TaskRun(Model):
    """One run of a task; a repeated delivery of the same one takes the same row."""

    __tablename__ = "task_run"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'waiting', 'done', 'failed', 'lost')", name="state"),
        Index(None, "task", "started_at"),
    )
    __transitions__ = TRANSITIONS
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Celery's id of the message."""
    task: Mapped[str] = mapped_column(String(80))
    args: Mapped[str | None] = mapped_column(Text)
    """JSON list; None where the arguments are personal, so that it cannot be run again by hand."""
    state: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(300), default="")
