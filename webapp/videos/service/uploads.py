"""Uploads: announced, received piece by piece, finished or cancelled. Every call is safe to
repeat."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final, cast

from flask import current_app
from sqlalchemy import delete
from structlog import get_logger

from webapp.backends.storage import storage
from webapp.backends.storage.port import Incomplete as CutOff
from webapp.errors import BadInput, Conflict, NotFound, Unavailable
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.transactions import end_read, transaction
from webapp.transitions import step
from webapp.videos import queries
from webapp.videos.containers import HEAD_BYTES, container_of
from webapp.videos.errors import Damaged, Incomplete, NotVideo, TooLarge
from webapp.videos.forms import Announced, title_of, told_bytes
from webapp.videos.models import Piece, Upload, Video

log = get_logger(__name__)

MOST_OPEN: Final = 50
"""Uploads of one person under way at a time."""


def quota_bytes() -> int:
    """What one person's videos may take in all."""
    return int(current_app.config["VIDEO_QUOTA_GB"]) * 1024**3


def begin(*, account_id: int, announced: Announced, now: datetime) -> Upload:
    """A new upload, with the video that is to come of it.

    Raises TooLarge where the person's quota does not hold it, Conflict with too many under way,
    Unavailable where videos are switched off.
    """
    require_videos()
    used, quota = queries.bytes_used(account_id), quota_bytes()
    if used + announced.size > quota:
        raise TooLarge(
            f"你的视频空间是 {told_bytes(quota)}，已用 {told_bytes(used)}，放不下这个文件"
            f"（{told_bytes(announced.size)}）。请先删除一些旧视频。",
            title="空间不够",
        )
    if len(queries.open_uploads(account_id)) >= MOST_OPEN:
        raise Conflict(f"同时最多有 {MOST_OPEN} 个没传完的文件，请先传完或取消一些。")
    with transaction():
        video = Video(
            public_id=secrets.token_hex(8),
            account_id=account_id,
            title=title_of(announced.name),
            size=announced.size,
            state="uploading",
            active_at=now,
            created_at=now,
        )
        upload = Upload(
            public_id=secrets.token_hex(12),
            account_id=account_id,
            video=video,
            name=announced.name,
            size=announced.size,
            kind=announced.kind,
            piece_bytes=current_app.config["UPLOAD_PIECE_BYTES"],
            created_at=now,
            active_at=now,
        )
        db.session.add(upload)
    return upload


def require_videos() -> None:
    """Raises Unavailable where the operator left videos out."""
    if current_app.config["VIDEO"] != "1":
        raise Unavailable("本站没有开放视频。", title="没有开放视频")


def check_piece(upload: Upload, number: int, size: int | None) -> None:
    """Raises for a piece that cannot be taken, before a byte of it is read."""
    if not 1 <= number <= upload.pieces:
        raise BadInput(f"没有第 {number} 片：这个文件一共 {upload.pieces} 片。")
    if upload.state != "receiving":
        raise _no_longer(upload)
    expected = upload.size_of(number)
    if size is None:
        raise BadInput("缺少 Content-Length。")
    if size > expected:
        raise TooLarge(f"第 {number} 片应为 {expected} 字节，收到的声明是 {size} 字节。")
    if size != expected:
        raise BadInput(f"第 {number} 片应为 {expected} 字节，收到的声明是 {size} 字节。")


def _no_longer(upload: Upload) -> Conflict:
    told = {
        "cancelled": "这次上传已经取消，请重新选择文件。",
        "failed": upload.problem or "这次上传没有成功，请重新选择文件。",
    }
    return Conflict(
        told.get(upload.state, "这个文件已经传完，不再接收。"), title="这次上传已经结束"
    )


def receive(
    *, upload: Upload, number: int, sha256: str, stream: BinaryIO, size: int | None, now: datetime
) -> None:
    """Store one piece as it comes; one that is there with this digest is left alone.

    Of bytes that are not those announced nothing stays. Raises BadInput, Conflict, Damaged,
    NotVideo, TooLarge; StorageAway and StorageFull where sending it again may help.
    """
    check_piece(upload, number, size)
    upload_id, public_id, prefix = upload.id, upload.public_id, upload.prefix
    expected = upload.size_of(number)
    known = queries.piece(upload_id, number)
    if known is not None and known.sha256 == sha256:
        return
    # No connection to the database is held while somebody's network is waited for.
    end_read()
    if number == 1:
        stream = _sniffed(stream, public_id, upload_id)
    key = f"{prefix}{number:05d}-{secrets.token_hex(4)}"
    try:
        stored = storage().put(key, stream, expected)
    except CutOff as error:
        raise Damaged("这一片没有收完，请重新发送。") from error
    if stored.digest != sha256:
        _remove(key)
        raise Damaged
    # Where the transaction itself fails nobody knows what it did: then the file stays, and the
    # sweep finds it if no row names it.
    with transaction():
        # First the upload's row, which a finish or another piece at once has to wait for.
        is_open = step(Upload, upload_id, "receiving", "receiving", active_at=now)
        unneeded = _record(upload_id, number, expected, sha256, key, now) if is_open else key
    if unneeded:
        _remove(unneeded)
    if not is_open:
        raise Conflict("这次上传已经结束，不再接收。", title="这次上传已经结束")


def _record(
    upload_id: int, number: int, size: int, sha256: str, key: str, now: datetime
) -> str | None:
    """Have the row of this piece name what was stored; the key that nobody needs then. Other
    bytes, of a file that was changed meanwhile, take the place of what was there; the same bytes
    that came by another request at once stay."""
    row = db.session.get(Piece, (upload_id, number), populate_existing=True)
    if row is None:
        row = Piece(upload_id=upload_id, number=number)
        db.session.add(row)
        old = None
    elif row.sha256 == sha256:
        return key
    else:
        old = row.key
    row.size, row.sha256, row.key, row.stored_at = size, sha256, key, now
    return old


def _remove(key: str) -> None:
    """What stays because the store is away just now, goes with the upload's folder."""
    with suppress(Unavailable):
        storage().remove(key)


def _sniffed(stream: BinaryIO, public_id: str, upload_id: int) -> BinaryIO:
    """The same stream, once its first bytes are those of a video. Raises NotVideo, and ends the
    upload with it: no piece of this file will ever be taken."""
    head = b""
    while len(head) < HEAD_BYTES and (more := stream.read(HEAD_BYTES - len(head))):
        head += more
    if head and container_of(head) is None:
        refuse(upload_id=upload_id, problem=NotVideo.message)
        log.info("upload refused", upload=public_id, reason="container")
        raise NotVideo
    return cast(BinaryIO, _Chained(head, stream))


class _Chained:
    """Bytes that were read ahead, then the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = BytesIO(head)
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        return self._head.read(size) or self._rest.read(size)


def refuse(*, upload_id: int, problem: str) -> None:
    """End an upload that can never become a video; nothing of it stays but why."""
    with transaction():
        if step(Upload, upload_id, "receiving", "failed", problem=problem):
            forget(upload_id)


def finish(*, upload: Upload, digest: str, now: datetime) -> Upload:
    """Take the upload for whole and send it to be merged; the same again changes nothing.

    `digest` is the SHA-256 over the pieces' digests, 32 bytes each, in order. Raises Incomplete
    with the missing numbers, Conflict where it has ended another way, Damaged where the pieces
    are not those of the file that was meant.
    """
    upload_id = upload.id
    with transaction():
        if not step(Upload, upload_id, "receiving", "finished", digest=digest, active_at=now):
            return _finished_before(upload_id, digest)
        row = _fresh(upload_id)
        pieces = queries.pieces_of(upload_id)
        missing = sorted(set(range(1, row.pieces + 1)) - {piece.number for piece in pieces})
        if missing:
            raise Incomplete(missing)
        if digest_of(piece.sha256 for piece in pieces) != digest:
            raise Damaged(
                "收到的内容与整个文件的校验值不一致：文件可能在上传途中改过。请重新核对后再传。"
            )
        assert row.video_id is not None  # an upload that receives has its video
        step(Video, row.video_id, "uploading", "uploaded", active_at=now, tries=0)
        enqueue("tasks.videos.merge", row.video_id)
    return row


def _finished_before(upload_id: int, digest: str) -> Upload:
    row = _fresh(upload_id)
    if row.state in ("finished", "done") and row.digest == digest:
        return row
    raise _no_longer(row)


def _fresh(upload_id: int) -> Upload:
    row = db.session.get(Upload, upload_id, populate_existing=True)
    if row is None:
        raise NotFound("这次上传已经不在了，请重新选择文件。")
    return row


def digest_of(digests: Iterable[str]) -> str:
    """What identifies a whole file: the SHA-256 over its pieces' digests, in order."""
    together = hashlib.sha256()
    for digest in digests:
        together.update(bytes.fromhex(digest))
    return together.hexdigest()


def cancel(*, upload: Upload) -> None:
    """End an upload at its owner's wish; what was received goes. One that has ended stays so."""
    with transaction():
        if step(Upload, upload.id, "receiving", "cancelled"):
            forget(upload.id)


def forget(upload_id: int) -> None:
    """Remove the video that was to come of it, and what is stored; what cannot be now, the sweep
    finds."""
    row = _fresh(upload_id)
    video = row.video
    row.video = None
    db.session.flush()
    if video is not None:
        db.session.delete(video)
    db.session.execute(delete(Piece).where(Piece.upload_id == upload_id))
    enqueue("tasks.videos.remove_files", row.prefix)
