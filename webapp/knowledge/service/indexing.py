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
from webapp.backends.search.port import State as IndexState
from webapp.backends.vectors.port import VectorsError
from webapp.knowledge import lexicon, queries
from webapp.knowledge.found import Mode
from webapp.knowledge.lexicon import Lexicon
from webapp.knowledge.service import embedding, jobs
from webapp.knowledge.service.embedding import Report
from webapp.transactions import end_read

log = get_logger(__name__)

LOOK_SECONDS: Final = 1.0
"""How long a process may go on without looking for a newer index."""


@dataclass(frozen=True)
class State:
    """How far the knowledge base is. `embedded` counts passages with a vector, `generation` and
    `built` are the word index in use and the version it was built for, `compared` how many
    passages the vector index holds; `why` says in a few words why the mode is lexical."""

    documents: int
    passages: int
    embedded: int
    version: int
    generation: str
    built: int
    compared: int
    mode: Mode
    why: str
    can_embed: bool
    away: bool
    """Whether the server of the vectors does not answer."""


@dataclass
class _Opened:
    """The word index this process has open."""

    name: str | None = None
    lexicon: Lexicon | None = None
    looked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


def words() -> Lexicon | None:
    """The word index in use, or None where there is none yet, or a damaged one."""
    opened: _Opened = current_app.extensions.setdefault("knowledge_words", _Opened())
    now = time.monotonic()
    if now - opened.looked_at < LOOK_SECONDS:
        return opened.lexicon
    with opened.lock:
        opened.looked_at = now
        generations = _generations()
        name = generations.current()
        if name and name != opened.name and generations.state(name, layout=lexicon.LAYOUT):
            try:
                opened.lexicon = Lexicon(generations.root / name)
                opened.name = name
            except (OSError, ValueError, EOFError, IndexError) as error:
                generations.condemn(name, error)
    return opened.lexicon


def build_words(*, always: bool = False) -> bool:
    """Build the word index anew where it is behind the database; say whether it was.

    Raises EngineBusy where another process builds one.
    """
    generations = _generations()
    with generations.locked():
        version = queries.version()
        in_use = held()
        if not always and in_use and in_use.version == version:
            return False
        folder = generations.begin(layout=lexicon.LAYOUT)
        count = lexicon.write(folder, queries.entries())
        end_read()
        generations.publish(folder, layout=lexicon.LAYOUT, version=version, documents=count)
    _forget()
    log.info("word index built", passages=count, version=version)
    return True


def bring_up_to_date(*, seconds: float | None = None, report: Report = lambda *_: None) -> bool:
    """Build what is behind: the word index, then vectors for at most so long, then their index;
    whether nothing is left to do. What another process is at is left to it."""
    try:
        build_words()
    except EngineBusy:
        log.info("word index is being built elsewhere")
        return False
    return words_only() is not None or _compare_meaning(seconds, report)


def _compare_meaning(seconds: float | None, report: Report) -> bool:
    from webapp.backends.embedder import EmbedderError

    try:
        held = embedding.index().state()
        if held and held.version == queries.version():
            return True
        if not embedding.embed_missing(seconds=seconds, report=report):
            return False
        embedding.build_vectors()
    except (EmbedderError, VectorsError) as error:
        end_read()
        log.warning("vectors not brought up to date", reason=str(error))
        jobs.note(embedding.JOB, "failed", done=0, total=0, detail=str(error))
        return False
    return True


def reindex(*, report: Report = lambda *_: None) -> State:
    """Build both indexes anew from the database, whatever they hold; vectors that are kept are
    not made again. Raises EngineBusy or VectorsError."""
    build_words(always=True)
    bring_up_to_date(report=report)
    embedding.drop_unused()
    embedding.build_vectors(always=True)
    return state()


def words_only() -> str | None:
    """Why meaning is never compared here; None where it is, or will be."""
    from webapp.backends import embedder

    return embedder.why_not()


def state() -> State:
    """How far the knowledge base is. Asks the vector index, with its short waits."""
    from webapp.backends import embedder

    documents, passages = queries.size()
    version = queries.version()
    model = embedder.name()
    embedded = queries.embedded(model) if model else 0
    why = unable = embedder.why_not()
    compared, away = 0, False
    if unable is None:
        try:
            vectors = embedding.index().state()
            compared = vectors.records if vectors else 0
            why = None if compared else "vectors are being made"
        except VectorsError as error:
            why, away = f"the vector index is away: {error}", True
    words()  # opened for it: what cannot be read is none
    in_use = held()
    return State(
        documents,
        passages,
        embedded,
        version,
        in_use.generation if in_use else "",
        in_use.version if in_use else -1,
        compared,
        "lexical" if why else "hybrid",
        why or "",
        unable is None,
        away,
    )


def held() -> IndexState | None:
    """The word index in use."""
    generations = _generations()
    name = generations.current()
    return generations.state(name, layout=lexicon.LAYOUT) if name else None


def is_missing() -> bool:
    """Whether this machine has no word index, although there is something to look for."""
    return held() is None and queries.version() > 0


def is_behind() -> bool:
    """Whether what this machine keeps itself is missing, or of another version: the word index,
    and where no server has the vectors and each passage has one, those."""
    version = queries.version()
    in_use = held()
    if (in_use is None and version > 0) or (in_use is not None and in_use.version != version):
        return True
    if current_app.config["VECTORS_URL"] != "edge:" or words_only() is not None:
        return False
    compared = embedding.index().state()
    if compared is not None and compared.version == version:
        return False
    model = embedding.model_in_use()
    return version > 0 and model is not None and not queries.without_vector(model, 1)


def bring_what_is_made() -> None:
    """Build both indexes of what is in the database; what has no vector yet is the worker's."""
    bring_up_to_date(seconds=0)


def _forget() -> None:
    current_app.extensions.pop("knowledge_words", None)


def _generations() -> Generations:
    folder: Path = current_app.config["VAR_DIR"] / "knowledge" / "words"
    return Generations(folder)
