"""Tables of pictures of cars, and of the makers' pages about them."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import UtcDateTime, utc_now
from webapp.extensions import Model
from webapp.media.columns import PictureColumns

SOURCE_LENGTH: Final = 120
LICENCE_LENGTH: Final = 120
URL_LENGTH: Final = 300


class Subject(NamedTuple):
    """What a picture is of."""

    kind: Literal["series", "trim"]
    id: int

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class CarPicture(PictureColumns, Model):
    """A picture of a series or of one trim; the first by `position` is its cover.

    `source` says who made or gave it, `licence` by what right it is shown.
    """

    __tablename__ = "car_picture"
    __table_args__ = (
        UniqueConstraint("series_id", "digest"),
        UniqueConstraint("trim_id", "digest"),
        CheckConstraint("(trim_id IS NULL) <> (series_id IS NULL)", name="subject"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    trim_id: Mapped[int | None] = mapped_column(ForeignKey("trim.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(SOURCE_LENGTH))
    source_url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    licence: Mapped[str] = mapped_column(String(LICENCE_LENGTH))
    position: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    @property
    def subject(self) -> Subject:
        if self.trim_id is not None:
            return Subject("trim", self.trim_id)
        assert self.series_id is not None  # the check constraint
        return Subject("series", self.series_id)


class MakerPage(Model):
    """The maker's own page about a series."""

    __tablename__ = "maker_page"
    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True
    )
    url: Mapped[str] = mapped_column(String(URL_LENGTH))
