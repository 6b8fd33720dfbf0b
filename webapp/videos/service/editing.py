"""What authors and staff do with a video: its words, who finds it, taking it down, deleting it."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Final

from sqlalchemy import delete, select, update

from webapp import clock
from webapp.audit import Actor, record
from webapp.backends.storage import storage
from webapp.errors import Conflict
from webapp.extensions import db
from webapp.media.pictures import Picture
from webapp.queue import enqueue
from webapp.transactions import transaction
from webapp.transitions import step
from webapp.videos import queries
from webapp.videos.forms import Words
from webapp.videos.models import Upload, Video
from webapp.videos.service import news
from webapp.videos.service.uploads import cancel
from webapp.videos.watching.service import touch

MAY_HIDE: Final = ("processing", "playable", "ready", "failed")


def change_words(*, video: Video, words: Words) -> None:
    """Title, description, car and who finds it. Safe to repeat."""
    with transaction():
        video.title, video.description = words.title, words.description
        video.series_id, video.trim_id = words.series_id, words.trim_id
        video.visibility = words.visibility
        touch(video.id)


def change_poster(*, video: Video, picture: Picture) -> None:
    """Show this picture before the video plays. Raises StorageAway and StorageFull."""
    content = picture.files["medium"]
    key = f"{video.prefix}poster-{hashlib.sha256(content).hexdigest()[:16]}.webp"
    old = video.poster_key
    storage().put(key, BytesIO(content), len(content))
    with transaction():
        video.poster_key = key
        touch(video.id)
    if old not in (None, key):
        storage().remove(str(old))


def remove(*, video: Video) -> None:
    """Delete a video with all its files. Safe to repeat."""
    upload = queries.upload_for(video.id)
    if upload is not None and upload.state == "receiving":
        cancel(upload=upload)
        return
    with transaction():
        _remove(video, upload)


def _remove(video: Video, upload: Upload | None) -> None:
    prefix = video.prefix
    if upload is not None:
        step(Upload, upload.id, "finished", "failed", problem="视频已经删除。")
        enqueue("tasks.videos.remove_files", upload.prefix)
    db.session.execute(delete(Video).where(Video.id == video.id))
    enqueue("tasks.videos.remove_files", prefix)


def erase(*, account_id: int) -> None:
    """Delete all of a person. In the caller's transaction."""
    for upload in db.session.scalars(select(Upload).where(Upload.account_id == account_id)):
        enqueue("tasks.videos.remove_files", upload.prefix)
    db.session.execute(delete(Upload).where(Upload.account_id == account_id))
    for video in queries.videos_of(account_id):
        enqueue("tasks.videos.remove_files", video.prefix)
    db.session.execute(delete(Video).where(Video.account_id == account_id))


def move(*, loser: int, winner: int) -> None:
    """Hand all of one person to another. In the caller's transaction."""
    for table in (Upload, Video):
        db.session.execute(update(table).where(table.account_id == loser).values(account_id=winner))


def take_down(*, actor: Actor, video: Video, reason: str) -> None:
    """Hide a video from everybody but its author, who reads the reason."""
    before = video.state
    with transaction():
        if not step(Video, video.id, MAY_HIDE, "hidden", problem=reason, active_at=clock.now()):
            raise Conflict("这个视频现在不能下架，请刷新后再看。")
        touch(video.id)
        news.taken_down(video.id, reason)
        record(
            actor,
            "take down video",
            f"video {video.public_id}",
            before={"state": before},
            after={"state": "hidden", "reason": reason},
        )


def restore(*, actor: Actor, video: Video) -> None:
    """Show a hidden video again, and go on where its processing stopped."""
    with transaction():
        to = "playable" if video.renditions else "processing"
        if not _begin_again(video, "hidden", to):
            raise Conflict("这个视频没有下架，请刷新后再看。")
        touch(video.id)
        record(actor, "restore video", f"video {video.public_id}", after={"state": to})


def try_again(*, actor: Actor, video: Video) -> None:
    """Have a failed video merged or processed once more, from what is stored of it."""
    to = "processing" if video.original_key else "uploaded"
    with transaction():
        if not _begin_again(video, "failed", to):
            raise Conflict("这个视频没有失败，请刷新后再看。")
        record(actor, "process video again", f"video {video.public_id}", after={"state": to})


def _begin_again(video: Video, from_: str, to: str) -> bool:
    moved = step(
        Video,
        video.id,
        from_,
        to,
        problem="",
        detail="",
        tries=0,
        lease_until=None,
        active_at=clock.now(),
    )
    task = "tasks.videos.merge" if to == "uploaded" else "tasks.videos.process"
    if moved:
        enqueue(task, video.id)
    return moved
