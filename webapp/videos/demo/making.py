"""From drawings to videos: rendered once, given into the same processing as what people upload."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from flask import current_app

from webapp.backends.storage import storage
from webapp.catalogue import queries as catalogue
from webapp.catalogue.queries import TrimRow
from webapp.videos.demo import service
from webapp.videos.demo.canvas import HEIGHT, WIDTH
from webapp.videos.demo.films import FRAMES, Film, films
from webapp.videos.models import Video

RENDER_SECONDS: Final = 300
_CARS: Final = 2


def make(*, ffmpeg: Path, now: datetime, process: Callable[[int], object]) -> int:
    """Make what is missing of the examples and hand each to `process` by its number; how many.

    Safe to repeat, and to go on with after a kill. Raises OSError and SubprocessError where ffmpeg
    does not do it.
    """
    if not service.wanted():
        return 0
    made = 0
    todo = [(film, service.announce(film, now=now)) for film in films(_cars())]
    for film, video in todo:
        if video.original_key is None:
            service.arrived(video.id, size=_render(film, video, ffmpeg))
            process(video.id)
            made += 1
    return made


def _cars() -> list[TrimRow]:
    """Best-selling cars all measures of which are known, one of a series."""
    sellers = catalogue.best_sellers(limit=20)
    found = []
    for seller in sellers.rows if sellers else []:
        for trim in catalogue.series_trims(seller.series_id):
            if trim.body and trim.length_mm and trim.height_mm and trim.wheelbase_mm:
                found.append(trim)
                break
        if len(found) == _CARS:
            break
    return found


def _render(film: Film, video: Video, ffmpeg: Path) -> int:
    """Put the film into the store; its size in bytes."""
    folder = current_app.config["VAR_DIR"]
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        path = Path(scratch) / "film.mp4"
        encode(film, path, ffmpeg)
        return storage().put_file(service.original_key(video), path).size


def encode(film: Film, path: Path, ffmpeg: Path) -> None:
    """Draw the frames and have ffmpeg write them as MP4."""
    command = [
        str(ffmpeg), "-hide_banner", "-nostdin", "-loglevel", "error", "-y",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAMES),
        "-i", "pipe:0", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "1",
        "-pix_fmt", "yuv420p", "-movflags", "+faststart", f"file:{path}",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=told)
        assert process.stdin is not None
        try:
            for number in range(round(film.seconds * FRAMES)):
                process.stdin.write(film.draw(number / FRAMES))
            process.stdin.close()
            code = process.wait(RENDER_SECONDS)
        finally:
            process.kill()
            process.wait()
        if code:
            told.seek(0)
            reason = told.read(300).decode("utf-8", "replace")
            raise subprocess.SubprocessError(f"ffmpeg ended with {code}: {reason}")
