"""What viewers, authors and staff do: count, remember, mark, add captions and chapters.

Each function is one transaction, but for those that say that they run in their caller's.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from flask import current_app
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.audit import Actor, record
from webapp.catalogue import queries as catalogue
from webapp.errors import BadInput, Conflict, NotFound
from webapp.extensions import Model, db
from webapp.transactions import transaction
from webapp.transitions import step
from webapp.videos.models import Video
from webapp.videos.watching import chapters, topics, webvtt
from webapp.videos.watching.models import (
    EvidencePoint,
    VideoCaptions,
    VideoDetails,
    VideoView,
    WatchPosition,
)

COUNTED_ONCE: Final = timedelta(minutes=30)
VIEWS_KEPT: Final = timedelta(days=1)
MOST_POSITIONS: Final = 200
"""Of one person; the oldest make room for new ones."""
MOST_WAITING: Final = 20
"""Moments of one reader that nobody has looked at."""
MOST_POINTS: Final = 60
"""Shown of one video."""
LANGUAGES: Final = {"zh": "中文", "en": "英文"}


def count_view(*, video: Video, viewer: str, now: datetime) -> bool:
    """Count somebody as watching, once in half an hour; whether it counted.

    `viewer` is whatever tells one from another; only a keyed digest of it is kept.
    """
    secret = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.digest(secret, f"viewer of {video.id}\0{viewer}".encode(), sha256).hex()[:40]
    row = {"video_id": video.id, "viewer": digest, "counted_at": now}
    made = _insert(VideoView).values(row)
    counting = made.on_conflict_do_update(
        index_elements=["video_id", "viewer"],
        set_={"counted_at": made.excluded.counted_at},
        where=VideoView.counted_at <= now - COUNTED_ONCE,
    ).returning(VideoView.video_id)
    with transaction():
        counted = db.session.scalar(counting) is not None
        if counted:
            more = update(Video).where(Video.id == video.id).values(views=Video.views + 1)
            db.session.execute(more, execution_options={"synchronize_session": False})
    return counted


def stop_at(*, account_id: int, video: Video, second: int, now: datetime) -> None:
    """Remember how far a person has watched; 0 forgets it."""
    made = _insert(WatchPosition).values(
        account_id=account_id, video_id=video.id, second=second, seen_at=now
    )
    noting = made.on_conflict_do_update(
        index_elements=["account_id", "video_id"],
        set_={"second": made.excluded.second, "seen_at": made.excluded.seen_at},
    )
    own = WatchPosition.account_id == account_id
    newest = select(WatchPosition.video_id).where(own).order_by(WatchPosition.seen_at.desc())
    with transaction():
        if second <= 0:
            db.session.execute(delete(WatchPosition).where(own, WatchPosition.video_id == video.id))
            return
        db.session.execute(noting)
        old = delete(WatchPosition).where(
            own, WatchPosition.video_id.in_(newest.offset(MOST_POSITIONS))
        )
        db.session.execute(old, execution_options={"synchronize_session": False})


def mark(
    *,
    video: Video,
    account_id: int,
    trim_id: int,
    subject: str,
    second: int,
    note: str,
    now: datetime,
) -> str:
    """Tie a moment to what it shows of a trim; the state it is in then. Safe to repeat.

    Raises BadInput for a moment, trim or subject that cannot be, Conflict where there are too many.
    """
    if video.duration_s is not None and second >= video.duration_s:
        raise BadInput("这个时间在视频结束之后，请重新选一个时间。")
    if not topics.is_topic(subject) and subject not in catalogue.parameter_labels():
        raise BadInput("没有这一项，请从列表里选一项。")
    if not catalogue.trim_exists(trim_id):
        raise BadInput(f"没有编号为 {trim_id} 的车型，请从列表里选一款。")
    state = "shown" if video.account_id == account_id else "waiting"
    same = select(EvidencePoint.state).filter_by(
        video_id=video.id, trim_id=trim_id, subject=subject, second=second
    )
    with transaction():
        if (known := db.session.scalar(same)) is not None:
            return known
        _refuse_too_many(video.id, account_id, state)
        db.session.add(
            EvidencePoint(
                video_id=video.id,
                trim_id=trim_id,
                account_id=account_id,
                subject=subject,
                second=second,
                note=note,
                state=state,
                made_at=now,
                decided_at=now if state == "shown" else None,
            )
        )
    return state


def _refuse_too_many(video_id: int, account_id: int, state: str) -> None:
    count = select(func.count()).select_from(EvidencePoint)
    waiting = count.filter_by(account_id=account_id, state="waiting")
    shown = count.filter_by(video_id=video_id, state="shown")
    if state == "waiting" and (db.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Conflict(f"你有 {MOST_WAITING} 个标记还在等审核，看过之后再标新的。")
    if (db.session.scalar(shown) or 0) >= MOST_POINTS:
        raise Conflict(f"一个视频最多 {MOST_POINTS} 个证据点，这个已经满了。")


def take_back(*, point_id: int, account_id: int) -> None:
    """Remove a moment: its maker, or the author of the video. Raises NotFound for others."""
    found = db.session.get(EvidencePoint, point_id)
    author = found and db.session.scalar(select(Video.account_id).filter_by(id=found.video_id))
    if found is None or account_id not in (found.account_id, author):
        raise NotFound("没有这个标记，可能已经删除。")
    with transaction():
        db.session.delete(found)
        touch(found.video_id)


def decide(*, actor: Actor, point_id: int, shown: bool, reason: str, now: datetime) -> None:
    """Show or refuse a moment, with a line in the audit log. Refusing needs a reason."""
    found = db.session.get(EvidencePoint, point_id)
    if found is None:
        raise NotFound("没有这个标记，可能已经删除。")
    if not shown and not reason:
        raise BadInput("不通过要写明理由，标记的人会看到。")
    old, new = found.state, "shown" if shown else "refused"
    if old == new:
        return
    with transaction():
        if not step(EvidencePoint, point_id, old, new, reason=reason, decided_at=now):
            raise Conflict("它的状态刚刚变了。请刷新页面看最新状态。")
        after = {"state": new, "reason": reason}
        record(actor, "decide moment", f"moment {point_id}", before=old, after=after)


def set_captions(*, video: Video, language: str, data: bytes | None) -> None:
    """Take in captions, or take those of a language away. Raises BadInput in words."""
    if language not in LANGUAGES:
        raise BadInput("字幕的语言只有中文和英文，请选一种。")
    own = VideoCaptions.video_id == video.id, VideoCaptions.language == language
    text = None
    if data is not None:
        try:
            text = webvtt.write(webvtt.read(data, seconds=video.duration_s))
        except webvtt.UnreadableCaptions as error:
            raise BadInput(f"{error}。", title="字幕没有保存") from error
    with transaction():
        db.session.execute(delete(VideoCaptions).where(*own))
        if text is not None:
            db.session.add(VideoCaptions(video_id=video.id, language=language, text=text))
        touch(video.id)


def set_chapters(*, video: Video, text: str) -> None:
    """Raises BadInput naming the line that cannot be honoured."""
    try:
        read = chapters.read(text, seconds=video.duration_s)
    except chapters.UnreadableChapters as error:
        raise BadInput(f"{error}。", title="章节没有保存") from error
    with transaction():
        touch(video.id, chapters=chapters.write(read))


def sweep(*, now: datetime) -> None:
    """Forget who watched lately. Safe to repeat."""
    with transaction():
        db.session.execute(delete(VideoView).where(VideoView.counted_at < now - VIEWS_KEPT))


def move_positions(*, loser: int, winner: int) -> None:
    """Of two positions in one video the later one stays. In the caller's transaction."""
    rows = select(WatchPosition.video_id, WatchPosition.second, WatchPosition.seen_at)
    for video_id, second, seen_at in db.session.execute(rows.filter_by(account_id=loser)).all():
        made = _insert(WatchPosition).values(
            account_id=winner, video_id=video_id, second=second, seen_at=seen_at
        )
        db.session.execute(
            made.on_conflict_do_update(
                index_elements=["account_id", "video_id"],
                set_={"second": made.excluded.second, "seen_at": made.excluded.seen_at},
                where=WatchPosition.seen_at < made.excluded.seen_at,
            )
        )
    erase_positions(account_id=loser)


def erase_positions(*, account_id: int) -> None:
    """In the caller's transaction."""
    db.session.execute(delete(WatchPosition).where(WatchPosition.account_id == account_id))


def move_points(*, loser: int, winner: int) -> None:
    """In the caller's transaction."""
    own = update(EvidencePoint).where(EvidencePoint.account_id == loser)
    db.session.execute(own.values(account_id=winner))


def erase_points(*, account_id: int) -> None:
    """In the caller's transaction."""
    db.session.execute(delete(EvidencePoint).where(EvidencePoint.account_id == account_id))


def touch(video_id: int, **columns: str) -> None:
    """Say that what pages show of a video has changed, with columns of its details. In the
    caller's transaction."""
    details = db.session.get(VideoDetails, video_id)
    if details is None:
        details = VideoDetails(video_id=video_id, chapters="")
        db.session.add(details)
    details.edited_at = clock.now()
    for name, value in columns.items():
        setattr(details, name, value)


def _insert(table: type[Model]) -> Any:
    """An INSERT that can say what happens to a row that is there already."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
