"""From pieces to one file: in the store itself, verified, and only then are the pieces removed.

Every step can be repeated: what a killed worker left half done, the next one does again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete
from structlog import get_logger

from webapp import clock
from webapp.backends.storage import storage
from webapp.backends.storage.port import NotStored, Stat
from webapp.errors import Unavailable
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.transactions import end_read, transaction
from webapp.transitions import step
from webapp.videos import queries
from webapp.videos.containers import HEAD_BYTES, container_of
from webapp.videos.errors import NotVideo
from webapp.videos.models import Piece, Upload, Video
from webapp.videos.service import leases, news
from webapp.videos.service.uploads import digest_of

log = get_logger(__name__)

STATES: Final = ("uploaded", "merging")
TOO_OFTEN: Final = "合并多次没有完成，工作人员会查看原因；文件还在，不用重新上传。"


class Wrong(Exception):
    """The merged file is not what the pieces add up to."""


def merge(*, video_id: int) -> None:
    """Merge a finished upload, and send the video to be processed. Nothing happens where that is
    done already or another worker is at it.

    Raises StorageAway, StorageFull and OSError, after which it can be called again.
    """
    video = leases.take(video_id, STATES, to="merging")
    if video is None:
        return
    upload = queries.upload_for(video_id)
    if upload is None or upload.state != "finished":
        log.error("no upload to merge", video=video.public_id)
        return
    if video.tries > leases.MOST_TRIES:
        _fail(video_id, upload.id, TOO_OFTEN)
        return
    pieces = list(queries.pieces_of(upload.id))
    try:
        _merge(video, upload, pieces)
    except (Unavailable, OSError) as error:
        leases.give_back(video_id, ("merging",), detail=type(error).__name__)
        raise


def _merge(video: Video, upload: Upload, pieces: list[Piece]) -> None:
    digest = digest_of(piece.sha256 for piece in pieces)
    damaged = [piece.number for piece in pieces if not _is_whole(piece)]
    if damaged or len(pieces) != upload.pieces or digest != upload.digest:
        _send_back(video.id, upload.id, damaged)
        return
    key = f"{video.prefix}original"
    video_id, upload_id, folder = video.id, upload.id, video.prefix
    prefix, size = upload.prefix, upload.size
    keys = [piece.key for piece in pieces]
    end_read()  # composing may take minutes
    try:
        made = storage().compose(key, keys)
        container = container_of(_head(key))
    except NotStored:
        # A piece vanished between two looks: look again, or another worker is done already.
        leases.give_back(video_id, ("merging",), detail="a piece vanished")
        return
    _verify(made, size)
    if container is None:
        _fail(video_id, upload_id, NotVideo.message)
        storage().remove(key)
    else:
        # Where it was deleted meanwhile, the merged file is nobody's.
        if not _merged(video_id, upload_id, key, container, digest):
            enqueue("tasks.videos.remove_files", folder)
    enqueue("tasks.videos.remove_files", prefix)


def _is_whole(piece: Piece) -> bool:
    """Its digest was checked on the way in; that it is still all there is checked here."""
    try:
        return storage().stat(piece.key).size == piece.size
    except NotStored:
        return False


def _verify(made: Stat, size: int) -> None:
    if made.size != size:
        raise OSError(f"the merged file has {made.size} bytes instead of {size}")


def _head(key: str) -> bytes:
    with storage().open(key, 0, HEAD_BYTES) as file:
        return file.read(HEAD_BYTES)


def _merged(video_id: int, upload_id: int, key: str, container: str, digest: str) -> bool:
    now = clock.now()
    with transaction():
        moved = step(
            Video,
            video_id,
            "merging",
            "processing",
            original_key=key,
            container=container,
            source_digest=digest,
            lease_until=None,
            active_at=now,
            tries=0,
            detail="",
        )
        if not moved:
            return False
        step(Upload, upload_id, "finished", "done", active_at=now)
        db.session.execute(delete(Piece).where(Piece.upload_id == upload_id))
        enqueue("tasks.videos.process", video_id)
    return True


def _send_back(video_id: int, upload_id: int, damaged: list[int]) -> None:
    """Let the owner send again what is not there; all the rest stays."""
    now = clock.now()
    problem = f"有 {len(damaged)} 片没有存好，请再次选择这个文件，会只补传这些。"
    with transaction():
        if not step(Video, video_id, "merging", "uploading", active_at=now, lease_until=None):
            return
        step(Upload, upload_id, "finished", "receiving", active_at=now, problem=problem)
        db.session.execute(
            delete(Piece).where(Piece.upload_id == upload_id, Piece.number.in_(damaged))
        )
        news.needs_pieces(video_id, problem)
    log.error("pieces damaged", upload=upload_id, pieces=damaged)


def _fail(video_id: int, upload_id: int, problem: str) -> None:
    """After too many tries the pieces stay, for staff to try again."""
    now = clock.now()
    with transaction():
        ended = {"problem": problem, "active_at": now, "lease_until": None}
        if step(Video, video_id, "merging", "failed", **ended):
            news.failed(video_id, problem)
        if problem != TOO_OFTEN:
            step(Upload, upload_id, "finished", "failed", problem=problem, active_at=now)
