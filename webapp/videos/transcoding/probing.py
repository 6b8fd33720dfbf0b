"""What a file holds, before anything is made of it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, NamedTuple

from webapp.videos.transcoding.tools import FORMATS, MOST_PIXELS, ToolFailed, Tools, ask

LONGEST_SECONDS: Final = 4 * 3600
SHORTEST_SECONDS: Final = 0.5
LONGEST_SIDE: Final = 8192
SHORTEST_SIDE: Final = 64
_PROBE_SECONDS: Final = 30.0
_SCAN_SECONDS: Final = 600.0
_BOUNDS: Final = ("-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS)
BROKEN: Final = "文件已损坏或不完整，读不出画面。请先在自己的设备上播放确认，再重新上传。"


class Refused(Exception):
    """No video can be made of it; the text says why in Chinese, `detail` what the tool said."""

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.detail = detail


class Film(NamedTuple):
    """A file with moving pictures: seconds, pixels as it is shown, whether there is sound."""

    seconds: float
    width: int
    height: int
    has_sound: bool

    @property
    def pixels(self) -> int:
        return self.width * self.height


def probe(tools: Tools, path: Path) -> Film:
    """Raises Refused for sound alone, what is broken, too long or too large."""
    try:
        told = json.loads(ask(tools, _question(path), seconds=_PROBE_SECONDS))
    except (ToolFailed, ValueError) as error:
        raise Refused(BROKEN, str(error)) from error
    streams: list[dict[str, Any]] = told.get("streams", [])
    pictures = [one for one in streams if one.get("codec_type") == "video" and not _is_cover(one)]
    has_sound = any(one.get("codec_type") == "audio" for one in streams)
    if not pictures:
        only = "文件里只有声音，没有画面。" if has_sound else "文件里没有画面。"
        raise Refused(f"{only}请上传带画面的视频。")
    width, height = _shown_size(pictures[0])
    _check_size(width, height)
    seconds = _seconds(told, pictures[0]) or _scanned(tools, path)
    if seconds > LONGEST_SECONDS:
        raise Refused(
            f"视频长 {seconds / 3600:.1f} 小时，最多 {LONGEST_SECONDS // 3600} 小时，"
            "请剪短或分成几段再上传。"
        )
    if seconds < SHORTEST_SECONDS:
        raise Refused("视频不到半秒，太短了。")
    return Film(seconds, width, height, has_sound)


def _question(path: Path) -> list[str]:
    wanted = (
        "stream=codec_type,codec_name,width,height,duration,sample_aspect_ratio"
        ":stream_disposition=attached_pic:stream_side_data=rotation:format=duration"
    )
    return [*_BOUNDS, "-show_entries", wanted, "-of", "json", f"file:{path.absolute()}"]


def _is_cover(stream: dict[str, Any]) -> bool:
    """A picture that a sound file carries."""
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _shown_size(stream: dict[str, Any]) -> tuple[int, int]:
    """Width and height with square pixels, turned the right way."""
    width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
    try:
        shape = Fraction(str(stream.get("sample_aspect_ratio", "1:1")).replace(":", "/"))
    except (ValueError, ZeroDivisionError):
        shape = Fraction(1)
    if Fraction(1, 4) <= shape <= 4:
        width = round(width * shape)
    turned = [side.get("rotation", 0) for side in stream.get("side_data_list", [])]
    quarter = any(int(angle) % 180 for angle in turned)
    return (height, width) if quarter else (width, height)


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Refused(
            f"画面是 {width}×{height} 像素，太大了，长边最多 {LONGEST_SIDE}，请缩小后再上传。"
        )
    if min(width, height) < SHORTEST_SIDE:
        raise Refused(f"画面是 {width}×{height} 像素，太小了，短边至少 {SHORTEST_SIDE}。")


def _seconds(told: dict[str, Any], stream: dict[str, Any]) -> float | None:
    for said in (told.get("format", {}).get("duration"), stream.get("duration")):
        try:
            seconds = float(said or 0)
        except (TypeError, ValueError):
            continue
        if seconds > 0:
            return seconds
    return None


def _scanned(tools: Tools, path: Path) -> float:
    """Seconds of a file that does not say: browsers record such ones."""
    question = ["-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0"]
    try:
        said = ask(tools, [*_BOUNDS, *question, f"file:{path.absolute()}"], seconds=_SCAN_SECONDS)
    except ToolFailed as error:
        raise Refused(BROKEN, str(error)) from error
    times = [float(line.rstrip(",")) for line in said.split() if line[:1].isdigit()]
    return max(times, default=0.0)
