"""Rows of the example videos. Each function is one transaction."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from flask import current_app
from sqlalchemy import func, select

from webapp.extensions import db
from webapp.transactions import transaction
from webapp.videos.demo.films import Film
from webapp.videos.models import Video
from webapp.videos.watching import chapters, webvtt
from webapp.videos.watching.models import EvidencePoint, VideoCaptions, VideoDetails


def wanted() -> bool:
    """Whether this site shows examples: one that shipped cars were put into, with no videos of
    others yet, or one that has some already."""
    config = current_app.config
    if config["SEED"] != "1" or config["VIDEO"] != "1":
        return False
    count = select(func.count()).select_from(Video)
    others = db.session.scalar(count.where(Video.is_demo.is_(False))) or 0
    return not others or bool(db.session.scalar(count.where(Video.is_demo)))


def public_id(film: Film) -> str:
    """The same at each start, so that no film is made twice."""
    return sha256(f"example {film.key}".encode()).hexdigest()[:16]


def is_there(film: Film) -> bool:
    """In any state: what staff have taken down is not made again."""
    found = select(Video.id).filter_by(public_id=public_id(film))
    return db.session.scalar(found) is not None


def add(film: Film, *, key: str, size: int, now: datetime) -> int:
    """The rows of a film whose file is in the store; its number."""
    trim = film.trim
    with transaction():
        video = Video(
            public_id=public_id(film),
            title=film.title,
            description=film.description,
            series_id=trim.series_id if trim else None,
            trim_id=trim.id if trim else None,
            state="processing",
            is_demo=True,
            original_key=key,
            size=size,
            container="video/mp4",
            duration_s=film.seconds,
            published_at=now,
            active_at=now,
        )
        db.session.add(video)
        db.session.flush()
        lines = chapters.write(film.chapters)
        words = webvtt.write(film.cues)
        db.session.add(VideoDetails(video_id=video.id, chapters=lines, edited_at=now))
        db.session.add(VideoCaptions(video_id=video.id, language="zh", text=words))
        if trim is not None:
            shown = {"trim_id": trim.id, "state": "shown", "made_at": now, "decided_at": now}
            for second, subject in film.moments:
                point = EvidencePoint(video_id=video.id, subject=subject, second=second, **shown)
                db.session.add(point)
        return video.id
