"""Poster, storyboard and the rungs of the ladder."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Final, NamedTuple

from webapp.videos.transcoding.probing import BROKEN, Film, Refused, probe
from webapp.videos.transcoding.tools import ToolFailed, Tools, encode, input_of

LADDER: Final = (360, 720, 1080, 1440, 2160)
"""Shorter side of each rung in pixels, none larger than the video's."""
OWN_RUNG: Final = 1.25
"""A video so many times larger than its highest rung gets one of its own size besides."""
SEGMENT_SECONDS: Final = 5
POSTER_WIDTH: Final = 1280
TILES: Final = 100
TILE_COLUMNS: Final = 10
TILE_WIDTH: Final = 160
LEAST_STEP_SECONDS: Final = 1.0
WHOLE: Final = 0.9
"""A rung shorter than this share of what the file says shows that the file is not whole."""
_LOW_BITS: Final = 800_000
_LOW_PIXELS: Final = 640 * 360
_ROOM_BYTES: Final = 256 * 1024 * 1024
_LONGEST_STEP_SECONDS: Final = 3 * 3600.0
_LEAST_STEP: Final = 600.0
_TIMES: Final = 8.0
"""A rung may take so many times the video's length."""


class Storyboard(NamedTuple):
    """One picture of tiles, row by row."""

    path: Path
    columns: int
    rows: int
    tile_width: int
    tile_height: int
    step_s: float


class Rung(NamedTuple):
    """One rung: `mp4` plays as it is, `media` with its playlist as HLS. `bitrate` is the highest
    of a segment, in bits a second."""

    width: int
    height: int
    bitrate: int
    codecs: str
    playlist: Path
    media: Path
    mp4: Path
    seconds: float


def longest_step(film: Film) -> float:
    """How long one rung may take, in seconds."""
    return min(_LONGEST_STEP_SECONDS, max(_LEAST_STEP, _TIMES * film.seconds))


def sizes_of(film: Film) -> list[tuple[int, int]]:
    """Width and height of each rung, the lowest first; even numbers, as the encoder wants."""
    shorter = min(film.width, film.height)
    rungs = [rung for rung in LADDER if rung <= shorter]
    if not rungs or shorter >= OWN_RUNG * rungs[-1]:
        rungs.append(shorter)
    return [(_even(film.width * r / shorter), _even(film.height * r / shorter)) for r in rungs]


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))


def poster(tools: Tools, source: Path, film: Film, folder: Path) -> Path:
    """A frame from near the beginning, as JPEG. Raises Refused where no frame can be read."""
    made = folder / "poster.jpg"
    scale = f"scale='min({POSTER_WIDTH},iw)':-2"
    output = ["-frames:v", "1", "-vf", scale, "-map_metadata", "-1", "-q:v", "3", f"file:{made}"]
    detail = ""
    for start in (min(10.0, film.seconds / 10), 0.0):
        arguments = input_of(source, "-ss", f"{start:.2f}")
        try:
            encode(tools, [*arguments, *output], seconds=120, pixels=film.pixels)
        except ToolFailed as error:
            detail = str(error)
        else:
            if made.exists():
                return made
    raise Refused(BROKEN, detail)


def storyboard(tools: Tools, source: Path, film: Film, folder: Path) -> Storyboard | None:
    """Tiles for the bar of the player, from key frames alone; None where none can be made."""
    step = max(LEAST_STEP_SECONDS, film.seconds / TILES)
    count = max(1, ceil(film.seconds / step))
    columns = min(TILE_COLUMNS, count)
    rows = ceil(count / columns)
    height = _even(TILE_WIDTH * film.height / film.width)
    made = folder / "storyboard.jpg"
    # The last key frame may be long before the end: it fills the tiles behind it.
    filled = f"tpad=stop_mode=clone:stop_duration={film.seconds:.0f},fps=1/{step:.3f}"
    picture = f"{filled},scale={TILE_WIDTH}:{height},tile={columns}x{rows}"
    try:
        encode(
            tools,
            [
                *input_of(source, "-skip_frame", "nokey"),
                *("-an", "-vf", picture, "-frames:v", "1", "-map_metadata", "-1"),
                *("-q:v", "5", f"file:{made}"),
            ],
            seconds=900,
            pixels=film.pixels,
        )
    except ToolFailed:
        return None
    return Storyboard(made, columns, rows, TILE_WIDTH, height, step) if made.exists() else None


def rung(
    tools: Tools,
    source: Path,
    film: Film,
    size: tuple[int, int],
    folder: Path,
    beat: Callable[[], None],
) -> Rung:
    """Encode one rung, without what the file says of place and camera. Raises ToolFailed, and
    Refused where the file turns out not to be whole."""
    width, height = size
    mp4 = folder / "rung.mp4"
    most = int(_LOW_BITS * max(0.5, width * height / _LOW_PIXELS) ** 0.8)
    encode(
        tools,
        [
            *input_of(source),
            *("-map", "0:v:0", "-map", "0:a:0?", "-map_metadata", "-1", "-map_chapters", "-1"),
            *("-sn", "-dn", "-vf", f"scale={width}:{height},setsar=1", "-fpsmax", "60"),
            *("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p"),
            *("-maxrate", str(most), "-bufsize", str(2 * most), "-threads", "2"),
            *("-sc_threshold", "0", "-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_SECONDS})"),
            *("-c:a", "aac", "-b:a", "96k", "-ac", "2", "-movflags", "+faststart", f"file:{mp4}"),
        ],
        seconds=longest_step(film),
        pixels=film.pixels,
        beat=beat,
        most_bytes=_ROOM_BYTES + int(film.seconds * most / 4),
    )
    seconds = probe(tools, mp4).seconds
    if seconds < WHOLE * film.seconds:
        raise Refused(
            f"文件不完整：应有 {film.seconds:.0f} 秒，只读出 {seconds:.0f} 秒。请重新导出后再上传。"
        )
    playlist, bitrate, codecs = _segmented(tools, mp4, film, folder, beat)
    media = folder / "media.mp4"
    return Rung(width, height, bitrate, codecs, playlist, media, mp4, seconds)


def _segmented(
    tools: Tools, mp4: Path, film: Film, folder: Path, beat: Callable[[], None]
) -> tuple[Path, int, str]:
    """The same as HLS in one file: its playlist, the highest bits a second, the codecs."""
    playlist = folder / "index.m3u8"
    encode(
        tools,
        [
            *input_of(mp4),
            *("-c", "copy", "-map_metadata", "-1", "-f", "hls", "-hls_playlist_type", "vod"),
            *("-hls_time", str(SEGMENT_SECONDS), "-hls_segment_type", "fmp4"),
            *("-hls_flags", "single_file+independent_segments"),
            *("-hls_segment_filename", str(folder / "media.mp4")),
            *("-master_pl_name", "master.m3u8", str(playlist)),
        ],
        seconds=900,
        pixels=film.pixels,
        beat=beat,
    )
    said = (folder / "master.m3u8").read_text(encoding="utf-8")
    bits = re.search(r"[:,]BANDWIDTH=(\d+)", said)
    codecs = re.search(r'CODECS="([^"]*)"', said)
    return playlist, int(bits[1]) if bits else _LOW_BITS, codecs[1] if codecs else ""
