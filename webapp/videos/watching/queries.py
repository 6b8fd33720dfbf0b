"""Reads of what can be watched: captions, chapters, moments, positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from webapp.catalogue.models import Parameter, Series, Trim
from webapp.extensions import db
from webapp.videos.models import Rendition, Video
from webapp.videos.queries import is_listed
from webapp.videos.watching import chapters, timecodes, topics
from webapp.videos.watching.models import (
    EvidencePoint,
    VideoCaptions,
    VideoDetails,
    WatchPosition,
)


@dataclass(frozen=True)
class Point:
    """A moment and what it shows. `car` is the trim's name within its series."""

    id: int
    public_id: str
    title: str
    is_demo: bool
    trim_id: int
    car: str
    subject: str
    label: str
    second: int
    note: str
    state: str
    reason: str
    made_at: datetime

    @property
    def moment(self) -> str:
        return timecodes.written(self.second)

    @property
    def address(self) -> str:
        return f"/videos/{self.public_id}?t={self.second}"

    @property
    def invitation(self) -> str:
        """“看实拍 02:13”; an example is drawn and says so."""
        return f"{'看示例' if self.is_demo else '看实拍'} {self.moment}"


def version() -> int:
    """Changes with whatever the pages of videos and cars show of them, but for counters. One
    statement."""
    shown = EvidencePoint.state == "shown"
    parts = (
        select(func.count()).select_from(Video).where(is_listed()),
        select(func.max(Video.published_at)).where(is_listed()),
        select(func.count()).select_from(Rendition),
        select(func.max(VideoDetails.edited_at)),
        select(func.count()).select_from(EvidencePoint).where(shown),
        select(func.max(EvidencePoint.decided_at)).where(shown),
    )
    row = db.session.execute(select(*(part.scalar_subquery() for part in parts))).one()
    return sum(
        (place + 1) * (int(part.timestamp() * 1000) if isinstance(part, datetime) else part or 0)
        for place, part in enumerate(row)
    )


def chapters_of(video_id: int) -> list[chapters.Chapter]:
    written = db.session.scalar(select(VideoDetails.chapters).filter_by(video_id=video_id))
    return chapters.read(written or "", seconds=None)


def languages_of(video_id: int) -> list[str]:
    """Languages a video has captions in, Chinese first."""
    found = db.session.scalars(select(VideoCaptions.language).filter_by(video_id=video_id))
    return sorted(found, key=lambda language: (not language.startswith("zh"), language))


def captions(public_id: str, language: str) -> str | None:
    """As WebVTT."""
    return db.session.scalar(
        select(VideoCaptions.text)
        .join(Video, VideoCaptions.video_id == Video.id)
        .where(Video.public_id == public_id, VideoCaptions.language == language)
    )


def points_of_video(video_id: int, *, states: Sequence[str] = ("shown",)) -> list[Point]:
    """In the order of the video."""
    wanted = (EvidencePoint.video_id == video_id) & EvidencePoint.state.in_(states)
    return sorted(_points(wanted), key=lambda point: (point.second, point.id))


def points_of_trims(trim_ids: Sequence[int]) -> list[Point]:
    """Moments of listed videos that show one of these trims, those of the most watched first."""
    if not trim_ids:
        return []
    shown = (EvidencePoint.state == "shown") & is_listed()
    return _points(EvidencePoint.trim_id.in_(trim_ids) & shown)


def points_by(account_id: int) -> list[Point]:
    """What a person marked, the newest first."""
    return sorted(_points(EvidencePoint.account_id == account_id), key=lambda point: -point.id)


def points_waiting(limit: int) -> list[Point]:
    """What readers marked and nobody has looked at, the oldest first."""
    found = _points(EvidencePoint.state == "waiting", limit=limit, oldest=True)
    return sorted(found, key=lambda point: point.id)


def count_waiting() -> int:
    waiting = select(func.count()).select_from(EvidencePoint).filter_by(state="waiting")
    return db.session.scalar(waiting) or 0


def point(point_id: int) -> EvidencePoint | None:
    return db.session.get(EvidencePoint, point_id)


def _points(
    wanted: ColumnElement[bool], *, limit: int | None = None, oldest: bool = False
) -> list[Point]:
    """One statement."""
    order = [EvidencePoint.id] if oldest else [Video.views.desc(), EvidencePoint.id]
    columns = Video.public_id, Video.title, Video.is_demo, Trim.model_year, Trim.name
    rows = db.session.execute(
        select(EvidencePoint, *columns, Parameter.label)
        .join(Video, EvidencePoint.video_id == Video.id)
        .join(Trim, EvidencePoint.trim_id == Trim.id)
        .outerjoin(Parameter, EvidencePoint.subject == Parameter.key)
        .where(wanted)
        .order_by(*order)
        .limit(limit)
    )
    return [
        Point(
            row.id,
            public_id,
            title,
            is_demo,
            row.trim_id,
            f"{year}款 {name}" if year else name,
            row.subject,
            label or topics.label_of(row.subject),
            row.second,
            row.note,
            row.state,
            row.reason,
            row.made_at,
        )
        for row, public_id, title, is_demo, year, name, label in rows
    ]


def series_of_video(video: Video) -> Series | None:
    """The series a video is about: its own, or that of its trim."""
    if video.series_id is not None:
        return db.session.get(Series, video.series_id)
    return db.session.scalar(select(Series).join(Trim).where(Trim.id == video.trim_id))


def position(account_id: int, public_id: str) -> int:
    """The second a person stopped at, 0 where none is known."""
    found = db.session.scalar(
        select(WatchPosition.second)
        .join(Video, WatchPosition.video_id == Video.id)
        .where(WatchPosition.account_id == account_id, Video.public_id == public_id)
    )
    return found or 0


def positions(account_id: int) -> list[tuple[str, str, int, datetime]]:
    """Address, title, second and time of what a person watched, the newest first."""
    rows = db.session.execute(
        select(Video.public_id, Video.title, WatchPosition.second, WatchPosition.seen_at)
        .join(Video, WatchPosition.video_id == Video.id)
        .where(WatchPosition.account_id == account_id)
        .order_by(WatchPosition.seen_at.desc())
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def listed_addresses(limit: int) -> list[tuple[str, datetime | None]]:
    """Addresses of listed videos and since when they can be watched, the newest first."""
    rows = db.session.execute(
        select(Video.public_id, Video.published_at)
        .where(is_listed())
        .order_by(Video.published_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]
