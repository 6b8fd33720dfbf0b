"""Tables of videos: uploads with their pieces, videos, what each is played from."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.columns import UtcDateTime, one_of, utc_now
from webapp.extensions import Model
from webapp.videos.state import UPLOAD, VIDEO

UPLOAD_STATES: Final = ("receiving", "finished", "done", "failed", "cancelled")
VIDEO_STATES: Final = (
    "uploading",
    "uploaded",
    "merging",
    "processing",
    "playable",
    "ready",
    "failed",
    "hidden",
)
SHOWN_STATES: Final = ("processing", "playable", "ready")
"""Others than its author may open a video in these."""
VISIBILITIES: Final = ("listed", "unlisted")
DIGEST_LENGTH: Final = 64
"""SHA-256 in hex."""


class Video(Model):
    """视频. `public_id` stands in its address and cannot be guessed, since an unlisted video is
    open to whoever has that.

    uploading: pieces arrive. uploaded: all are there, the merge has not begun. merging.
    processing: the whole file is there and verified, no rung yet. playable: the first rung can be
    played. ready: all of them. failed: `problem` says why, in Chinese. hidden: taken down by
    staff, `problem` is the reason they gave.
    """

    __tablename__ = "video"
    __table_args__ = (
        one_of("state", VIDEO_STATES),
        one_of("visibility", VISIBILITIES),
        Index("ix_video_state_active_at", "state", "active_at"),
        Index("ix_video_visibility_published_at", "visibility", "published_at"),
    )
    __transitions__ = VIDEO
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    """Its author; nobody's are the shipped examples."""
    title: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text, default="")
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("series.id", ondelete="SET NULL"), index=True
    )
    trim_id: Mapped[int | None] = mapped_column(
        ForeignKey("trim.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(String(10), default="uploading")
    visibility: Mapped[str] = mapped_column(String(8), default="listed")
    is_demo: Mapped[bool] = mapped_column(default=False)
    """示例: made for the demonstration, and marked as that wherever it is shown."""

    size: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes of the original."""
    source_digest: Mapped[str | None] = mapped_column(String(DIGEST_LENGTH))
    """SHA-256 over the digests of its pieces, 32 bytes each, in order."""
    original_key: Mapped[str | None] = mapped_column(String(120))
    """In the object storage, with what is made from it below the same folder (`prefix`)."""
    container: Mapped[str] = mapped_column(String(40), default="")
    """Media type of the original, as its bytes say."""
    duration_s: Mapped[float | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    """Pixels of the original as it is shown, turned the right way."""
    has_sound: Mapped[bool] = mapped_column(default=False)

    poster_key: Mapped[str | None] = mapped_column(String(120))
    storyboard_key: Mapped[str | None] = mapped_column(String(120))
    """One picture of tiles, row by row: one tile for each `storyboard_step_s` seconds."""
    storyboard_columns: Mapped[int | None]
    storyboard_rows: Mapped[int | None]
    storyboard_tile_width: Mapped[int | None]
    storyboard_tile_height: Mapped[int | None]
    storyboard_step_s: Mapped[float | None]

    problem: Mapped[str] = mapped_column(String(300), default="")
    detail: Mapped[str] = mapped_column(String(500), default="")
    """What the tool said, for staff."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often the step it is in was begun, ended or not."""
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then a worker is at it; None where nobody is."""
    active_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    """When something last happened to it, or a task for it was sent."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it could be watched; None before."""
    views: Mapped[int] = mapped_column(default=0)

    renditions: Mapped[list[Rendition]] = relationship(
        back_populates="video",
        order_by="Rendition.height",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def prefix(self) -> str:
        """The folder in the object storage that holds all its files."""
        return f"videos/{self.public_id}/"

    @property
    def is_shown(self) -> bool:
        """Whether others than its author and staff may open it."""
        return self.state in SHOWN_STATES


class Rendition(Model):
    """One rung of the ladder, lowest first.

    HLS in one file: `playlist_key` is a playlist whose only address is the name of the file at
    `media_key` (fragmented MP4, byte ranges). The lowest rung also has `mp4_key`, a plain MP4 that
    plays without a script.
    """

    __tablename__ = "rendition"
    __table_args__ = (CheckConstraint("height > 0 AND width > 0", name="pixels"),)
    video_id: Mapped[int] = mapped_column(
        ForeignKey("video.id", ondelete="CASCADE"), primary_key=True
    )
    height: Mapped[int] = mapped_column(primary_key=True)
    width: Mapped[int]
    bitrate: Mapped[int]
    """Highest bits a second, for the master playlist's BANDWIDTH."""
    codecs: Mapped[str] = mapped_column(String(60), default="")
    """As in the master playlist's CODECS: avc1.64001e,mp4a.40.2."""
    playlist_key: Mapped[str] = mapped_column(String(120))
    media_key: Mapped[str] = mapped_column(String(120))
    mp4_key: Mapped[str | None] = mapped_column(String(120))
    ready_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    video: Mapped[Video] = relationship(back_populates="renditions")

    @property
    def name(self) -> str:
        """360p: by the shorter side, since phones film upright."""
        return f"{min(self.width, self.height)}p"


class Upload(Model):
    """One file on its way in; `public_id` stands in its addresses.

    receiving: pieces arrive, for days if need be. finished: its owner said that all are there.
    done: the merged file is verified. failed: `problem` says why, in Chinese. cancelled.
    """

    __tablename__ = "upload"
    __table_args__ = (
        one_of("state", UPLOAD_STATES),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("piece_bytes > 0", name="piece_bytes"),
        Index("ix_upload_state_active_at", "state", "active_at"),
    )
    __transitions__ = UPLOAD
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    video_id: Mapped[int | None] = mapped_column(
        ForeignKey("video.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(100), default="")
    """The media type the browser named; shown at most, never trusted."""
    piece_bytes: Mapped[int]
    """Of every piece but the last, which has the rest."""
    state: Mapped[str] = mapped_column(String(9), default="receiving")
    digest: Mapped[str | None] = mapped_column(String(DIGEST_LENGTH))
    """What the finish call named: SHA-256 over the pieces' digests."""
    problem: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    """When a piece last arrived."""

    video: Mapped[Video | None] = relationship()

    @property
    def pieces(self) -> int:
        return -(-self.size // self.piece_bytes)

    @property
    def prefix(self) -> str:
        """The folder in the object storage that holds its pieces."""
        return f"uploads/{self.public_id}/"

    def size_of(self, number: int) -> int:
        """Bytes of one piece, counted from 1."""
        last = number == self.pieces
        return self.size - (self.pieces - 1) * self.piece_bytes if last else self.piece_bytes


class Piece(Model):
    """A piece that is in the object storage, whole, its digest checked on the way in."""

    __tablename__ = "piece"
    upload_id: Mapped[int] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    key: Mapped[str] = mapped_column(String(60))
    """Where it is stored. Each arrival has a key of its own, so that two at once never touch each
    other's bytes, and what no row names can be removed."""
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
