"""What is compiled from the catalogue once per version and kept in each process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from flask import current_app

from webapp.catalogue.queries import catalogue_version

Compiled = TypeVar("Compiled")

VERSION_SECONDS: Final = 1.0
"""How long a process may go on without looking whether the catalogue changed."""


class PerVersion(Generic[Compiled]):
    """Something compiled from the catalogue, for each application once per version.

    While one thread compiles anew, the others go on with what they had; only the first time
    do they wait.
    """

    def __init__(self, name: str, compile_: Callable[[], Compiled]) -> None:
        self._name = name
        self._compile = compile_

    def get(self) -> Compiled:
        """The compiled thing, for the version seen at most `VERSION_SECONDS` ago."""
        state: _State[Compiled] = current_app.extensions.setdefault(self._name, _State())
        version = _version_seen()
        if state.compiled and state.version == version:
            return state.compiled[0]
        if state.lock.acquire(blocking=not state.compiled):
            try:
                if not state.compiled or state.version != version:
                    state.compiled = [self._compile()]
                    state.version = version
            finally:
                state.lock.release()
        return state.compiled[0]


@dataclass(slots=True)
class _State(Generic[Compiled]):
    compiled: list[Compiled] = field(default_factory=list)
    version: int = -1
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class _Seen:
    version: int = 0
    at: float = float("-inf")


def _version_seen() -> int:
    """The catalogue's version, asked for at most once in `VERSION_SECONDS`."""
    seen: _Seen = current_app.extensions.setdefault("search_version", _Seen())
    now = time.monotonic()
    if now - seen.at >= VERSION_SECONDS:
        seen.at = now  # the others go on meanwhile
        seen.version = catalogue_version()
    return seen.version
