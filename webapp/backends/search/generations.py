"""Folders of a file index: numbered generations, and a pointer to the one in use.

A generation is never changed once the pointer names it. A change is a new generation: made
from nothing, or of links to the files of the old one (Whoosh writes each file once), and the
pointer is replaced in one step. So a reader sees the old state or the new one, whole.

A generation knows how long each of its files is. One that was cut, or that a reader found
damaged and condemned, is none: readers go without, and the next build makes a new one.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from structlog import get_logger

from webapp.backends.search.port import EngineBusy, State

log = get_logger(__name__)

POINTER: Final = "CURRENT"
BUILDING: Final = "building"
"""A rebuild under way; one that was killed is taken up again."""
UPDATING: Final = "updating"
POLL_SECONDS: Final = 0.1
META: Final = "meta.json"
_NAME: Final = re.compile(r"gen-[0-9]+")


class Generations:
    """The folder of one index. Nothing is created before `locked`.

    `rewritten` are names of files that readers write anew, whose length may change.
    """

    def __init__(self, root: Path, *, rewritten: Collection[str] = ()) -> None:
        self.root = root
        self._unmeasured = {META, *rewritten}

    def current(self) -> str | None:
        """The name of the generation in use."""
        try:
            name = (self.root / POINTER).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return None
        return name if _NAME.fullmatch(name) else None

    @contextmanager
    def locked(self, *, wait: float = 0) -> Iterator[None]:
        """Let one process at a time change the index; the kernel frees what a killed one held.

        Raises EngineBusy where another still changes it after `wait` seconds.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + wait
        with (self.root / "lock").open("a") as file:
            while not _taken(file):
                if time.monotonic() >= deadline:
                    raise EngineBusy("the index is being changed by another process")
                time.sleep(POLL_SECONDS)
            yield

    def begin(self, *, layout: str) -> Path:
        """The folder for a rebuild: what a killed one of the same layout left, or an empty one."""
        folder = self.root / BUILDING
        if _read(folder).get("layout") != layout:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _write(folder, {"layout": layout})
        return folder

    def fork(self, name: str, suffixes: Collection[str]) -> Path:
        """A folder with links to those files of a generation that are never written over."""
        folder = self.root / UPDATING
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for file in (self.root / name).iterdir():
            if file.suffix in suffixes:
                os.link(file, folder / file.name)
        return folder

    def discard(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, *, layout: str, version: int, documents: int) -> None:
        """Put a finished folder in use; the generation before it is kept, older ones go."""
        previous = self.current()
        numbers = [_number(path) for path in self.root.glob("gen-*")]
        name = f"gen-{max(numbers, default=0) + 1}"
        meta = {"layout": layout, "version": version, "documents": documents}
        _write(folder, meta | {"files": self._sizes(folder)})
        folder.rename(self.root / name)
        draft = self.root / f"{POINTER}.new"
        draft.write_text(f"{name}\n", encoding="ascii")
        draft.replace(self.root / POINTER)
        for path in self.root.glob("gen-*"):
            if path.name not in (name, previous):
                shutil.rmtree(path, ignore_errors=True)

    def state(self, name: str, *, layout: str) -> State | None:
        """What a generation holds; None where it is gone, damaged or built for another layout."""
        folder = self.root / name
        meta = _read(folder)
        if meta.get("layout") != layout or "version" not in meta:
            return None
        if any(_size(folder / file) != size for file, size in meta.get("files", {}).items()):
            return None
        return State(name, meta["version"], meta["documents"])

    def condemn(self, name: str, error: Exception) -> None:
        """Make a generation that cannot be read count for nothing, in all processes."""
        log.error("index condemned", folder=str(self.root), generation=name, reason=repr(error))
        with suppress(OSError):
            (self.root / name / META).unlink()

    def _sizes(self, folder: Path) -> dict[str, int]:
        """By the path from there, of every file that stays as it is."""
        files = (path for path in folder.rglob("*") if path.is_file())
        return {
            str(path.relative_to(folder)): path.stat().st_size
            for path in files
            if path.name not in self._unmeasured
        }


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _number(path: Path) -> int:
    digits = path.name.removeprefix("gen-")
    return int(digits) if digits.isdigit() else 0


def _read(folder: Path) -> dict[str, Any]:
    try:
        meta: dict[str, Any] = json.loads((folder / META).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return meta if isinstance(meta, dict) else {}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _write(folder: Path, meta: dict[str, Any]) -> None:
    (folder / META).write_text(json.dumps(meta), encoding="utf-8")
