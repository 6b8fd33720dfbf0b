"""Settings of videos."""

from __future__ import annotations

from typing import Final

from .settings import Kind, Setting, choice, integer, path_of

VIDEOS: Final[tuple[Setting, ...]] = (
    Setting(
        "VIDEO",
        choice("0", "1"),
        "1",
        "`0` leaves videos out: no uploads are taken, and ffmpeg is not installed.",
        "0：不开放视频，不接收上传，也不安装 ffmpeg。",
    ),
    Setting(
        "FFMPEG",
        Kind(path_of, "the path of ffmpeg 7.1 or newer, with ffprobe beside it"),
        None,
        "Path of ffmpeg, with ffprobe beside it. Unset: the one of the package that `scripts/run` "
        "installs after its start, else that on PATH from 7.1 on.",
        "ffmpeg 的路径，旁边要有 ffprobe。不设时用 scripts/run 启动后安装的那个，"
        "再没有就用 PATH 上 7.1 或更新的。",
        default_text="from the package",
    ),
    Setting(
        "VIDEO_QUOTA_GB",
        integer(1, 100_000),
        100,
        "Gigabytes that the videos of one person may take.",
        "每个人的视频最多占多少 GB。",
    ),
)
