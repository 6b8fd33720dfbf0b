"""The indexes, built from the database beside the ones in use and then in their place."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from flask import current_app
from structlog import get_logger

from webapp.backends.search.generations import Generations
from webapp.backends.search.port import EngineBusy
from webapp.extensions import db
from webapp.knowledge import lexicon, queries
from webapp.knowledge.lexicon import Lexicon

log = get_logger(__name__)

LOOK_SECONDS: Final = 1.0
"""How long a process may go on without looking for a newer index."""


@dataclass(frozen=True)
class State:
    """How far the knowledge base is. `built` is the version the word index was built for."""

    documents: int
    passages: int
    version: int
    built: int


@dataclass
class _Opened:
    """The word index this process has open."""

    name: str | None = None
    lexicon: Lexicon | None = None
    looked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


def words() -> Lexicon | None:
    """The word index in use, or None where there is none yet."""
    opened: _Opened = current_app.extensions.setdefault("knowledge_words", _Opened())
    now = time.monotonic()
    if now - opened.looked_at < LOOK_SECONDS:
        return opened.lexicon
    with opened.lock:
        opened.looked_at = now
        generations = _generations()
        name = generations.current()
        if name and name != opened.name and generations.state(name, layout=lexicon.LAYOUT):
            opened.lexicon = Lexicon(generations.root / name)
            opened.name = name
    return opened.lexicon


def build_words(*, always: bool = False) -> bool:
    """Build the word index anew where it is behind the database; say whether it was.

    Raises EngineBusy where another process builds one.
    """
    generations = _generations()
    with generations.locked():
        version = queries.version()
        if not always and _built() == version:
            return False
        folder = generations.begin(layout=lexicon.LAYOUT)
        count = lexicon.write(folder, queries.entries())
        db.session.rollback()  # nothing was written: end the read
        generations.publish(folder, layout=lexicon.LAYOUT, version=version, documents=count)
    _forget()
    log.info("word index built", passages=count, version=version)
    return True


def bring_up_to_date() -> None:
    """Build what is behind. What another process is building is left to it."""
    try:
        build_words()
    except EngineBusy:
        log.info("word index is being built elsewhere")


def state() -> State:
    documents, passages = queries.size()
    return State(documents, passages, queries.version(), _built())


def _built() -> int:
    generations = _generations()
    name = generations.current()
    held = generations.state(name, layout=lexicon.LAYOUT) if name else None
    return held.version if held else -1


def _forget() -> None:
    current_app.extensions.pop("knowledge_words", None)


def _generations() -> Generations:
    folder: Path = current_app.config["VAR_DIR"] / "knowledge" / "words"
    return Generations(folder)
