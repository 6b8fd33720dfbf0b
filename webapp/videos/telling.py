"""How far a video is, in the words its author and staff read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from webapp.backends.storage import storage
from webapp.videos import queries
from webapp.videos.models import Video
from webapp.videos.service import processing
from webapp.videos.transcoding.making import sizes_of
from webapp.videos.transcoding.probing import Film

MOVING: Final = ("uploading", "uploaded", "merging", "processing", "playable")
"""States that go on by themselves."""
LABELS: Final = {
    "uploading": "上传中",
    "uploaded": "等待合并",
    "merging": "正在合并",
    "processing": "正在处理",
    "playable": "已能播放",
    "ready": "已完成",
    "failed": "没有成功",
    "hidden": "已下架",
}


@dataclass(frozen=True)
class Row:
    """One video in a list: its state in one word and in a sentence; `share` of what is under way,
    None where nobody can tell. `poster` is an address that expires."""

    video: Video
    label: str
    said: str
    share: float | None
    poster: str


def row(video: Video) -> Row:
    said, share = _told(video)
    poster = video.poster_key
    address = storage().address(poster, lifetime=queries.lifetime()) if poster else ""
    return Row(video, LABELS[video.state], said, share, address)


def _told(video: Video) -> tuple[str, float | None]:
    if video.state == "uploading":
        upload = queries.upload_for(video.id)
        share = queries.received(upload.id) / upload.size if upload else 0.0
        resumed = (
            upload.problem if upload and upload.problem else "没有传完时，选择同一个文件继续。"
        )
        return f"已收到 {share:.0%}。{resumed}", share
    if video.state in ("uploaded", "merging"):
        return "文件收齐了，正在拼成一个并核对。", None
    if video.state == "processing" and processing.tools() is None:
        return "视频处理组件还没有装好，装好后自动开始；别人暂时只能看到“正在处理”。", None
    if video.state == "processing":
        ahead = queries.ahead_of(video) if video.lease_until is None else 0
        waits = f"前面还有 {ahead} 个视频在处理。" if ahead else "正在做第一个清晰度。"
        return waits, None
    if video.state == "playable":
        made = [rung.name for rung in video.renditions]
        share = len(made) / len(sizes_of(_film(video)))
        return f"已有 {'、'.join(made)}，更高的清晰度还在处理。", share
    return video.problem, None


def _film(video: Video) -> Film:
    return Film(video.duration_s or 0, video.width or 2, video.height or 2, video.has_sound)
