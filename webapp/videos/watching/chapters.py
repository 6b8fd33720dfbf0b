"""Chapters of a video, written by its author as lines: “00:00 外观”."""

from __future__ import annotations

from typing import Final, NamedTuple

from webapp.videos.watching import timecodes

MOST: Final = 40
LONGEST_TITLE: Final = 40


class Chapter(NamedTuple):
    second: int
    title: str


class UnreadableChapters(ValueError):
    """What is wrong, in Chinese, with the line it is in."""


def read(text: str, *, seconds: float | None) -> list[Chapter]:
    """The chapters of these lines by their time; of a video of so many seconds where known.

    Raises UnreadableChapters naming the first line that cannot be honoured.
    """
    chapters: list[Chapter] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        moment, _, title = line.strip().replace("\u3000", " ").partition(" ")
        second, title = timecodes.read(moment), " ".join(title.split())
        if second is None or not title:
            raise UnreadableChapters(f"第 {number} 行要写成“02:13 标题”：先时间，空格，再标题")
        if len(title) > LONGEST_TITLE:
            raise UnreadableChapters(f"第 {number} 行的标题最多 {LONGEST_TITLE} 个字")
        if seconds is not None and second >= seconds:
            raise UnreadableChapters(f"第 {number} 行的时间在视频结束之后")
        if any(second == chapter.second for chapter in chapters):
            raise UnreadableChapters(f"第 {number} 行的时间和前面一行相同")
        chapters.append(Chapter(second, title))
    if len(chapters) > MOST:
        raise UnreadableChapters(f"章节最多 {MOST} 个，这里有 {len(chapters)} 个")
    return sorted(chapters)


def write(chapters: list[Chapter]) -> str:
    """The same as lines, to be edited."""
    return "\n".join(f"{timecodes.written(c.second)} {c.title}" for c in chapters)
