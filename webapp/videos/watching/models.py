"""Tables of watching: moments that prove something, captions, chapters, who watched how far."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import UtcDateTime, one_of, utc_now
from webapp.extensions import Model
from webapp.videos.watching.state import POINT

POINT_STATES: Final = ("waiting", "shown", "refused")


class EvidencePoint(Model):
    """证据点: a second of a video that shows something of a trim.

    `subject` is a parameter's key, or `topic:` and a key of `watching.topics`. What a reader marks
    waits until staff have seen it; what the video's author marks is shown.
    """

    __tablename__ = "evidence_point"
    __table_args__ = (
        one_of("state", POINT_STATES),
        CheckConstraint("second >= 0", name="second"),
        UniqueConstraint("video_id", "trim_id", "subject", "second"),
        Index("ix_evidence_point_trim_id_state", "trim_id", "state"),
        Index("ix_evidence_point_state_id", "state", "id"),
    )
    __transitions__ = POINT
    id: Mapped[int] = mapped_column(primary_key=True)
    video_id: Mapped[int] = mapped_column(ForeignKey("video.id", ondelete="CASCADE"))
    trim_id: Mapped[int] = mapped_column(ForeignKey("trim.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    """Who marked it; nobody marked those of the shipped examples."""
    subject: Mapped[str] = mapped_column(String(60))
    second: Mapped[int]
    note: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[str] = mapped_column(String(7), default="waiting")
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it is refused, as its maker reads it."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class VideoDetails(Model):
    """What the author adds to a video: `chapters` as lines (`watching.chapters`)."""

    __tablename__ = "video_details"
    video_id: Mapped[int] = mapped_column(
        ForeignKey("video.id", ondelete="CASCADE"), primary_key=True
    )
    chapters: Mapped[str] = mapped_column(Text, default="")
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    """When these, the captions or the text of the video were changed last."""


class VideoCaptions(Model):
    """字幕 of one language, as WebVTT that we wrote (`watching.webvtt`)."""

    __tablename__ = "video_captions"
    video_id: Mapped[int] = mapped_column(
        ForeignKey("video.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class VideoView(Model):
    """That somebody watched a video lately, so that it is counted once in half an hour.

    `viewer` is a keyed digest that names nobody; rows go after a day.
    """

    __tablename__ = "video_view"
    video_id: Mapped[int] = mapped_column(
        ForeignKey("video.id", ondelete="CASCADE"), primary_key=True
    )
    viewer: Mapped[str] = mapped_column(String(40), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class WatchPosition(Model):
    """How far a person watched a video; that of guests stays in their browser."""

    __tablename__ = "watch_position"
    __table_args__ = (Index("ix_watch_position_account_id_seen_at", "account_id", "seen_at"),)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    video_id: Mapped[int] = mapped_column(
        ForeignKey("video.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    second: Mapped[int]
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
