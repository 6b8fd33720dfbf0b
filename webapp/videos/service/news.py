"""What the author of a video is told: that it plays, or why it does not."""

from __future__ import annotations

from typing import Final

from webapp import clock
from webapp.extensions import db
from webapp.notices import service as notices
from webapp.notices.kinds import Kind
from webapp.videos.models import Video

KIND: Final = Kind("video", "投稿进展", "视频能播放了、没有成功或被下架", ("mail",))


def plays(video_id: int) -> None:
    """In the transaction that makes it play."""
    _tell(video_id, "plays", "视频可以播放了", "更高的清晰度会接着处理。")


def failed(video_id: int, problem: str) -> None:
    """In the transaction that ends it so."""
    _tell(video_id, "failed", "视频没有处理成功", problem)


def needs_pieces(video_id: int, problem: str) -> None:
    """In the transaction that asks for them."""
    _tell(video_id, "pieces", "视频需要补传", problem)


def taken_down(video_id: int, reason: str) -> None:
    """In the transaction that hides it."""
    _tell(video_id, "hidden", "视频已下架", reason)


def _tell(video_id: int, event: str, what: str, body: str) -> None:
    video = db.session.get(Video, video_id)
    if video is None or video.account_id is None:
        return
    now = clock.now()
    notices.notify(
        account_id=video.account_id,
        kind=KIND.key,
        subject=f"video-{video.public_id}",
        # It may fail and play more than once; the step to the state is what happens once.
        event=f"{event}-{now.isoformat()}",
        title=f"{what}：{video.title}",
        body=body,
        address=f"/videos/{video.public_id}" if event == "plays" else "/videos/mine",
        now=now,
    )
