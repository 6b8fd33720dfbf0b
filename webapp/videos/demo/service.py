"""Rows of the example videos. Each function is one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import current_app
from sqlalchemy import func, select, update

from webapp.extensions import db
from webapp.transactions import transaction
from webapp.videos.demo.films import Film
from webapp.videos.models import Video
from webapp.videos.watching import chapters, webvtt
from webapp.videos.watching.models import EvidencePoint, VideoCaptions, VideoDetails

PREFIX: Final = "shili-"


def wanted() -> bool:
    """Whether this site shows examples: one that shipped cars were put into, with no videos of
    others yet, or one that has some already."""
    config = current_app.config
    if config["SEED"] != "1" or config["VIDEO"] != "1":
        return False
    count = select(func.count()).select_from(Video)
    others = db.session.scalar(count.where(Video.is_demo.is_(False))) or 0
    return not others or bool(db.session.scalar(count.where(Video.is_demo)))


def announce(film: Film, *, now: datetime) -> Video:
    """The film's row with all that belongs to it, made where it is missing: it is shown as being
    made until it can be watched."""
    public_id = f"{PREFIX}{film.key}"
    found = db.session.scalar(select(Video).filter_by(public_id=public_id))
    if found is not None:
        return found
    trim = film.trim
    with transaction():
        video = Video(
            public_id=public_id,
            title=film.title,
            description=film.description,
            series_id=trim.series_id if trim else None,
            trim_id=trim.id if trim else None,
            state="processing",
            is_demo=True,
            duration_s=film.seconds,
            container="video/mp4",
            published_at=now,
            active_at=now,
        )
        db.session.add(video)
        db.session.flush()
        db.session.add(
            VideoDetails(video_id=video.id, chapters=chapters.write(film.chapters), edited_at=now)
        )
        db.session.add(
            VideoCaptions(video_id=video.id, language="zh", text=webvtt.write(film.cues))
        )
        for second, subject in film.moments:
            assert trim is not None
            db.session.add(
                EvidencePoint(
                    video_id=video.id,
                    trim_id=trim.id,
                    subject=subject,
                    second=second,
                    state="shown",
                    made_at=now,
                    decided_at=now,
                )
            )
    return video


def original_key(video: Video) -> str:
    return f"{video.prefix}original.mp4"


def arrived(video_id: int, *, size: int) -> None:
    """Note that the original is in the store."""
    found = db.session.get_one(Video, video_id)
    with transaction():
        db.session.execute(
            update(Video)
            .where(Video.id == video_id)
            .values(original_key=original_key(found), size=size)
        )
        db.session.expire(found)
