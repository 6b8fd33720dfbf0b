"""Reads of uploads and videos."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from webapp.extensions import db
from webapp.videos.models import SHOWN_STATES, Piece, Upload, Video


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


def stuck(states: tuple[str, ...], *, silent_since: datetime) -> Sequence[Video]:
    """Videos in these states without a sign of life since then, the oldest first."""
    return db.session.scalars(
        select(Video)
        .where(Video.state.in_(states), Video.active_at <= silent_since)
        .order_by(Video.active_at)
    ).all()
