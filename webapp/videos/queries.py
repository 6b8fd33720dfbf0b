"""Reads of uploads and videos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from webapp import clock
from webapp.accounts.models import Account
from webapp.backends.storage import storage
from webapp.catalogue.models import Brand, Series
from webapp.extensions import db
from webapp.videos.models import SHOWN_STATES, Piece, Upload, Video

ADDRESS_SPAN: Final = timedelta(hours=6)
"""An address holds longer than any page with it is kept, and than one sits before a video."""


def upload_of(account_id: int, public_id: str) -> Upload | None:
    """One of this person's own uploads."""
    return db.session.scalar(
        select(Upload).where(Upload.public_id == public_id, Upload.account_id == account_id)
    )


def upload_for(video_id: int) -> Upload | None:
    """The upload that a video came by, the last one."""
    return db.session.scalar(
        select(Upload).where(Upload.video_id == video_id).order_by(Upload.id.desc()).limit(1)
    )


def pieces_of(upload_id: int) -> Sequence[Piece]:
    """What is stored of an upload, in order."""
    return db.session.scalars(
        select(Piece).where(Piece.upload_id == upload_id).order_by(Piece.number)
    ).all()


def numbers_of(upload_id: int) -> list[int]:
    """Numbers of the pieces that are stored, in order."""
    found = select(Piece.number).where(Piece.upload_id == upload_id).order_by(Piece.number)
    return list(db.session.scalars(found))


def piece(upload_id: int, number: int) -> Piece | None:
    return db.session.get(Piece, (upload_id, number))


def open_uploads(account_id: int) -> Sequence[Upload]:
    """Uploads of this person that can be gone on with, the newest first."""
    return db.session.scalars(
        select(Upload)
        .where(Upload.account_id == account_id, Upload.state == "receiving")
        .order_by(Upload.id.desc())
    ).all()


def bytes_used(account_id: int) -> int:
    """Bytes of this person's videos, those announced included."""
    total = select(func.coalesce(func.sum(Video.size), 0)).where(Video.account_id == account_id)
    return int(db.session.scalar(total) or 0)


def _videos() -> Select[Video]:
    return select(Video).options(selectinload(Video.renditions))


def video(public_id: str) -> Video | None:
    """A video by its address, in any state, with its renditions."""
    return db.session.scalar(_videos().where(Video.public_id == public_id))


def video_by_id(video_id: int) -> Video | None:
    return db.session.scalar(_videos().where(Video.id == video_id))


def video_of(account_id: int, public_id: str) -> Video | None:
    """One of this person's own videos."""
    return db.session.scalar(
        _videos().where(Video.public_id == public_id, Video.account_id == account_id)
    )


def videos_of(account_id: int) -> Sequence[Video]:
    """All videos of a person, the newest first."""
    return db.session.scalars(
        _videos().where(Video.account_id == account_id).order_by(Video.id.desc())
    ).all()


def is_listed() -> ColumnElement[bool]:
    """What everybody may find: watchable, and listed by its author."""
    return (
        Video.state.in_(SHOWN_STATES)
        & (Video.visibility == "listed")
        & Video.published_at.is_not(None)
    )


def received(upload_id: int) -> int:
    """Bytes of an upload that are stored."""
    total = select(func.coalesce(func.sum(Piece.size), 0)).where(Piece.upload_id == upload_id)
    return int(db.session.scalar(total) or 0)


def ahead_of(video: Video) -> int:
    """How many videos wait to be processed before this one."""
    before = select(func.count()).select_from(Video)
    waits = Video.state.in_(("processing", "playable")), Video.id < video.id
    return db.session.scalar(before.where(*waits)) or 0


def of_state(states: Sequence[str], limit: int) -> Sequence[Video]:
    """Videos in these states, those that changed last first."""
    return db.session.scalars(
        _videos().where(Video.state.in_(states)).order_by(Video.active_at.desc()).limit(limit)
    ).all()


def counts() -> dict[str, int]:
    """How many videos there are in each state."""
    rows = db.session.execute(select(Video.state, func.count()).group_by(Video.state))
    return {row[0]: row[1] for row in rows}


def series_called(text: str) -> list[tuple[int, str]]:
    """Number and full name of series called so, with or without their brand; where none is, of
    some whose name holds the text."""
    asked = "".join(text.split()).lower()
    name, full = func.lower(Series.name), func.lower(Brand.name + Series.name)
    full = func.replace(full, " ", "")
    rows = select(Series.id, Brand.name, Series.name).join(Brand, Series.brand_id == Brand.id)
    for which in ((func.replace(name, " ", "") == asked) | (full == asked), full.contains(asked)):
        found = db.session.execute(rows.where(which).order_by(Series.id).limit(6)).all()
        if found:
            return [(number, f"{brand} {series}") for number, brand, series in found]
    return []


@dataclass(frozen=True)
class VideoCard:
    """What a list shows of a video. `poster` is an address that expires, "" without one."""

    public_id: str
    title: str
    state: str
    duration_s: float | None
    views: int
    is_demo: bool
    published_at: datetime | None
    author: str
    series_id: int | None
    series: str | None
    poster: str


def newest(limit: int, *, series_id: int | None = None) -> list[VideoCard]:
    """Listed videos, of one series where it is given, the newest first. One statement."""
    return _cards(_listed_of(series_id), limit=limit)


def listed(
    *, series_id: int | None = None, most_watched: bool = False, number: int = 1, size: int = 24
) -> tuple[list[VideoCard], int]:
    """One page of the videos everybody may find, and how many there are."""
    wanted = _listed_of(series_id)
    order = [Video.views.desc()] if most_watched else []
    total = db.session.scalar(select(func.count()).select_from(Video).where(wanted)) or 0
    return _cards(wanted, *order, limit=size, offset=(number - 1) * size), total


def _listed_of(series_id: int | None) -> ColumnElement[bool]:
    return is_listed() if series_id is None else is_listed() & (Video.series_id == series_id)


def _cards(
    wanted: ColumnElement[bool], *order: ColumnElement[int], limit: int, offset: int = 0
) -> list[VideoCard]:
    rows = db.session.execute(
        select(Video, Account.nickname, Series.name)
        .outerjoin(Account, Video.account_id == Account.id)
        .outerjoin(Series, Video.series_id == Series.id)
        .where(wanted)
        .order_by(*order, Video.published_at.desc(), Video.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [card_of(video, nickname, series) for video, nickname, series in rows]


def card_of(video: Video, nickname: str | None, series: str | None) -> VideoCard:
    return VideoCard(
        video.public_id,
        video.title,
        video.state,
        video.duration_s,
        video.views,
        video.is_demo,
        video.published_at,
        masked(nickname),
        video.series_id,
        series,
        storage().address(video.poster_key, lifetime=lifetime()) if video.poster_key else "",
    )


def masked(nickname: str | None) -> str:
    """An author as others read them: the first character of the name; our own without one."""
    return f"{nickname[0]}***" if nickname else "车知"


def lifetime() -> timedelta:
    """How long an address of a file holds: between one and two spans, to the end of one, so that
    within a span all pages name the same address and browsers find it again."""
    seconds = ADDRESS_SPAN.total_seconds()
    return timedelta(seconds=2 * seconds - clock.timestamp() % seconds)


def series_with_videos() -> list[tuple[int, str, int]]:
    """Number, name and count of listed videos of each series that has one, the most first."""
    count = func.count()
    rows = db.session.execute(
        select(Series.id, Series.name, count)
        .join(Video, Video.series_id == Series.id)
        .where(is_listed())
        .group_by(Series.id, Series.name)
        .order_by(count.desc(), Series.name)
    )
    return [(row[0], row[1], row[2]) for row in rows]
