"""Tables of what visitors save and look at: series and trims, by owner (`webapp.visitor`)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import UtcDateTime
from webapp.extensions import Model


class Subject(NamedTuple):
    """A trim or a series."""

    kind: Literal["trim", "series"]
    id: int


def _once_an_owner() -> tuple[UniqueConstraint, UniqueConstraint, CheckConstraint]:
    return (
        UniqueConstraint("owner", "trim_id"),
        UniqueConstraint("owner", "series_id"),
        CheckConstraint("(trim_id IS NULL) <> (series_id IS NULL)", name="subject"),
    )


class _OfOwner:
    """One row an owner and subject. With the subject its rows go: SQLite gives its id to others."""

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    trim_id: Mapped[int | None] = mapped_column(
        ForeignKey("trim.id", ondelete="CASCADE"), index=True
    )
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), index=True
    )

    @property
    def subject(self) -> Subject:
        if self.trim_id is not None:
            return Subject("trim", self.trim_id)
        assert self.series_id is not None  # the check constraint
        return Subject("series", self.series_id)


class Favourite(_OfOwner, Model):
    """收藏."""

    __tablename__ = "favourite"
    __table_args__ = _once_an_owner()
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Visit(_OfOwner, Model):
    """浏览记录: when the page was opened last, and how often in all."""

    __tablename__ = "visit"
    __table_args__ = (
        *_once_an_owner(),
        Index("ix_visit_owner_seen_at", "owner", "seen_at"),
        Index("ix_visit_seen_at", "seen_at"),
    )
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    times: Mapped[int] = mapped_column(default=1)
