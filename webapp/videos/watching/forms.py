"""What was sent to the pages of videos, parsed."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from werkzeug.datastructures import MultiDict

from webapp.videos.watching import timecodes, webvtt

Sort = Literal["newest", "watched"]
SORTS: Final[dict[str, str]] = {"newest": "最新", "watched": "看得最多"}
LONGEST_NOTE: Final = 60


class Unreadable(ValueError):
    """What cannot be read and what to do, in Chinese."""


class Listing(NamedTuple):
    series_id: int | None
    sort: Sort
    page: int


class Moment(NamedTuple):
    second: int
    trim_id: int
    subject: str
    note: str


def read_listing(args: MultiDict[str, str]) -> Listing:
    unknown = sorted(set(args) - {"series", "sort", "page"})
    if unknown:
        raise Unreadable(f"参数 {unknown[0][:40]}：视频列表没有这个条件")
    sort = args.get("sort", "newest")
    if sort not in SORTS:
        raise Unreadable(f"参数 sort={sort[:20]}：可以写 newest 或 watched")
    series = args.get("series")
    page = args.get("page", "1")
    return Listing(
        None if series is None else _number("series", series),
        "watched" if sort == "watched" else "newest",
        _number("page", page),
    )


def read_start(args: MultiDict[str, str]) -> int:
    """The second a page begins to play at."""
    unknown = sorted(set(args) - {"t"})
    if unknown:
        raise Unreadable(f"参数 {unknown[0][:40]}：视频页没有这个参数")
    second = timecodes.read(args.get("t", "0"))
    if second is None:
        raise Unreadable("参数 t：写秒数，例如 t=133，或者 t=2:13")
    return second


def read_second(form: MultiDict[str, str]) -> int:
    text = form.get("second", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise Unreadable("second 要写秒数，从 0 起")
    return min(int(text), timecodes.LONGEST)


def read_moment(form: MultiDict[str, str]) -> Moment:
    second = timecodes.read(form.get("moment", ""))
    if second is None:
        raise Unreadable("时间要写成 02:13 这样，先分钟后秒")
    trim = form.get("trim", "")
    if not trim:
        raise Unreadable("请选这一刻拍的是哪一款车")
    subject = form.get("subject", "")
    if not subject:
        raise Unreadable("请选这一刻说明了什么")
    note = " ".join(form.get("note", "").split())
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise Unreadable(f"说明最多 {LONGEST_NOTE} 个字，不能有特殊符号")
    return Moment(second, _number("trim", trim), subject[:60], note)


def read_captions(data: bytes) -> bytes:
    """The content of a chosen file, at most one byte more than is allowed."""
    if not data:
        raise Unreadable("请先选一个字幕文件（.vtt 或 .srt）")
    return data[: webvtt.MOST_BYTES + 1]


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 9 and int(text)):
        raise Unreadable(f"参数 {name}={text[:20]}：要写编号，从 1 起")
    return int(text)
