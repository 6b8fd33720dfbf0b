"""Small files made by the real ffmpeg; tests that need it are skipped where there is none."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

import pytest

from webapp.videos.transcoding.tools import Tools, find

FOUND: Final = find(None)
needs_ffmpeg = pytest.mark.skipif(FOUND is None, reason="there is no ffmpeg here")
PLACE: Final = "+39.9042+116.4074/"
"""Where a phone says that it was."""


def tools() -> Tools:
    assert FOUND is not None
    return FOUND


def make(path: Path, *arguments: str) -> Path:
    """Have ffmpeg write a file."""
    command = [tools().ffmpeg, "-v", "error", "-y", *arguments, path]
    subprocess.run(command, check=True, timeout=60)
    return path


def film(path: Path, *, seconds: float = 2, size: str = "640x360", sound: bool = True) -> Path:
    """Moving pictures, with a tone, and the place where a phone was."""
    picture = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=10:d={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine=d={seconds}", "-c:a", "aac"] if sound else []
    place = ["-metadata", f"location={PLACE}", "-movflags", "use_metadata_tags"]
    return make(path, *picture, *tone, "-c:v", "libx264", "-preset", "ultrafast", *place)
