"""Captions: a WebVTT or SubRip file that somebody sent, as WebVTT that holds text and times only.

What comes out is written anew from the cues, so styles, regions, notes and markup of the file go
no further (https://www.w3.org/TR/webvtt1/).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 512 * 1024
MOST_CUES: Final = 5000
MOST_LINES: Final = 6
"""Of one cue; more would cover the picture."""
MOST_CHARACTERS: Final = 200
"""Of one line."""

_TIMES: Final = re.compile(
    r"(?:([0-9]{1,2}):)?([0-5]?[0-9]):([0-5][0-9])[.,]([0-9]{3})\s+-->\s+"
    r"(?:([0-9]{1,2}):)?([0-5]?[0-9]):([0-5][0-9])[.,]([0-9]{3})(?:\s.*)?"
)
_TAG: Final = re.compile(r"</?[A-Za-z0-9][^<>]*>|\{\\[^{}]*\}")
_ASIDE: Final = ("NOTE", "STYLE", "REGION")


class UnreadableCaptions(ValueError):
    """What is wrong with the file, in Chinese, with the line it is in."""


@dataclass(frozen=True)
class Cue:
    """Text between two times, in milliseconds."""

    start: int
    end: int
    lines: tuple[str, ...]


def read(data: bytes, *, seconds: float | None = None) -> list[Cue]:
    """The cues of a file by their time; of a video of so many seconds where that is known.

    Raises UnreadableCaptions for what is no captions file, for times that run backwards and for
    captions behind the end of the video.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableCaptions(f"字幕文件最大 {MOST_BYTES // 1024} KB，这个太大了")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableCaptions("字幕文件要存成 UTF-8 编码，请在编辑软件里另存一次") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    if not lines[0].startswith("WEBVTT") and not any(_TIMES.fullmatch(ln.strip()) for ln in lines):
        raise UnreadableCaptions("这不是字幕文件：需要 WebVTT（.vtt）或 SRT（.srt）")
    cues = sorted(_cues(lines), key=lambda cue: (cue.start, cue.end))
    if not cues:
        raise UnreadableCaptions("字幕文件里没有一句字幕")
    if len(cues) > MOST_CUES:
        raise UnreadableCaptions(f"字幕最多 {MOST_CUES} 句，这个文件有 {len(cues)} 句")
    if seconds is not None and cues[-1].start > seconds * 1000:
        raise UnreadableCaptions("有字幕的时间在视频结束之后，请确认是这个视频的字幕")
    return cues


def write(cues: list[Cue]) -> str:
    """The cues as a WebVTT file."""
    blocks = (f"{_time(c.start)} --> {_time(c.end)}\n" + "\n".join(c.lines) for c in cues)
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def _cues(lines: list[str]) -> Iterator[Cue]:
    at = 0
    while at < len(lines):
        if lines[at].split(" ")[0].strip() in _ASIDE:
            at = _end(lines, at)
            continue
        found = _TIMES.fullmatch(lines[at].strip())
        if found is None:
            if "-->" in lines[at]:
                raise UnreadableCaptions(
                    f"第 {at + 1} 行的时间读不懂，要写成 00:01.000 --> 00:03.500"
                )
            at += 1
            continue
        stop = _end(lines, at)
        start, end = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
        if end <= start:
            raise UnreadableCaptions(f"第 {at + 1} 行：结束的时间不在开始之后")
        if told := _told(lines[at + 1 : stop], at + 2):
            yield Cue(start, end, told)
        at = stop


def _end(lines: list[str], start: int) -> int:
    """Where the block that begins at `start` ends: its empty line."""
    return next((n for n in range(start, len(lines)) if not lines[n].strip()), len(lines))


def _told(lines: list[str], number: int) -> tuple[str, ...]:
    """The text of a cue, escaped; `number` is the file's line it begins at."""
    told = []
    for offset, line in enumerate(lines):
        plain = html.unescape(_TAG.sub("", line)).strip()
        plain = "".join(char for char in plain if char.isprintable())
        if len(plain) > MOST_CHARACTERS:
            raise UnreadableCaptions(
                f"第 {number + offset} 行有 {len(plain)} 个字，一行最多 {MOST_CHARACTERS} 个"
            )
        if plain:
            told.append(plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    if len(told) > MOST_LINES:
        raise UnreadableCaptions(f"第 {number} 行起的一句有 {len(told)} 行，最多 {MOST_LINES} 行")
    return tuple(told)


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _time(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
