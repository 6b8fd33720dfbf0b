"""From drawings to videos: rendered once, given into the same processing as what people upload."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from webapp.backends.storage import storage
from webapp.catalogue import queries as catalogue
from webapp.catalogue.queries import TrimRow
from webapp.config import ROOT
from webapp.transactions import end_read
from webapp.videos.demo import service
from webapp.videos.demo.canvas import HEIGHT, WIDTH
from webapp.videos.demo.films import FRAMES, Film, films
from webapp.videos.service.processing import work_folder
from webapp.videos.transcoding.tools import ToolFailed

ENCODING_SECONDS: Final = 60
"""After the last frame."""
_CARS: Final = 2


def make(*, ffmpeg: Path, now: datetime, process: Callable[[int], object]) -> int:
    """Make what is missing of the examples and hand each to `process` by its number; how many.

    Safe to repeat, and to go on with after a kill. Raises ToolFailed and OSError.
    """
    if not service.wanted():
        return 0
    todo = [film for film in films(_cars()) if not service.is_there(film)]
    end_read()
    for film in todo:
        key = f"videos/{service.public_id(film)}/original.mp4"
        with tempfile.TemporaryDirectory(dir=work_folder()) as scratch:
            path = Path(scratch) / "film.mp4"
            encode(film, path, ffmpeg)
            size = storage().put_file(key, path).size
        process(service.add(film, key=key, size=size, now=now))
    return len(todo)


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


def encode(film: Film, path: Path, ffmpeg: Path) -> None:
    """Draw the frames and have ffmpeg write them as MP4. Raises ToolFailed."""
    command = [
        # So that it ends with this process even where that is killed.
        sys.executable, str(ROOT / "scripts" / "parent.py"), str(os.getpid()),
        str(ffmpeg), "-hide_banner", "-nostdin", "-loglevel", "error", "-y",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAMES),
        "-i", "pipe:0", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "1",
        "-g", str(FRAMES),
        "-pix_fmt", "yuv420p", "-movflags", "+faststart", f"file:{path}",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=told)
        assert process.stdin is not None
        try:
            with process.stdin as frames:
                for number in range(round(film.seconds * FRAMES)):
                    frames.write(film.draw(number / FRAMES))
            code = process.wait(ENCODING_SECONDS)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            code = -1
        finally:
            process.kill()
            process.wait()
        if code:
            told.seek(0)
            raise ToolFailed(f"code {code}: {told.read(300).decode('utf-8', 'replace')}")
