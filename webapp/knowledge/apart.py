"""Work on what somebody sent, in a process of its own with bounds on memory and time.

A file can make a library take any amount of either. Here that ends the child alone, and the one
who asked is told so; nothing is tried again.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

MEMORY_BYTES: Final = 256 * 1024 * 1024
"""Beyond what the process has already, and beyond MEMORY_TIMES the size of the file."""
MEMORY_TIMES: Final = 4
CPU_SECONDS: Final = 60
WALL_SECONDS: Final = 300.0
"""Of waiting for the child, which may have to wait for the processor."""
_READ_BYTES: Final = 1 << 16


class Exceeded(Exception):
    """The child took more memory or time than it may, or died."""


def apart(work: Callable[[Path], Any], path: Path) -> Any:
    """`work(path)`, called in a child; what it gives must be JSON, for a child that was taken
    over is not to be trusted more than the file.

    Raises ValueError with the text of one that `work` raised, Exceeded, and RuntimeError with
    what else it raised.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Other threads do not live on in the child, which needs none of what they may hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reader)
        _be_child(work, path, writer)
    os.close(writer)
    try:
        told = _read_all(reader)
    finally:
        os.close(reader)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        outcome, result = json.loads(told)
    except ValueError as error:
        raise Exceeded from error
    if outcome == "done":
        return result
    raise {"refused": ValueError, "exceeded": Exceeded}.get(outcome, RuntimeError)(result)


def _be_child(work: Callable[[Path], Any], path: Path, writer: int) -> NoReturn:
    """Never returns, and runs nothing that the parent has registered for its own end."""
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            signal.signal(number, signal.SIG_DFL)
        _bound(MEMORY_BYTES + MEMORY_TIMES * path.stat().st_size)
        told = json.dumps(_outcome(work, path))
        with os.fdopen(writer, "w", encoding="ascii") as pipe:
            pipe.write(told)
    finally:
        os._exit(0)


def _outcome(work: Callable[[Path], Any], path: Path) -> tuple[str, Any]:
    try:
        return "done", work(path)
    except MemoryError:
        return "exceeded", ""
    except ValueError as error:
        return "refused", str(error)
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}"


def _bound(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    with suppress(OSError, ValueError):  # not everywhere can it be told, or bounded
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _read_all(reader: int) -> bytes:
    parts: list[bytes] = []
    deadline = time.monotonic() + WALL_SECONDS
    while select.select([reader], [], [], max(0.0, deadline - time.monotonic()))[0]:
        part = os.read(reader, _READ_BYTES)
        if not part:
            return b"".join(parts)
        parts.append(part)
    raise Exceeded
