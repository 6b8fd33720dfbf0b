"""Vectors made for passages and titles that have none, and the index of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Final, cast

import numpy as np
from flask import current_app
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.exc import IntegrityError
from structlog import get_logger

from webapp.backends import vectors
from webapp.backends.vectors.port import VectorIndex, VectorsError
from webapp.extensions import db
from webapp.knowledge import models, precomputed, queries
from webapp.knowledge.drafts import embedded_text
from webapp.knowledge.service import jobs
from webapp.knowledge.service.locks import Busy, alone
from webapp.transactions import end_read, transaction

log = get_logger(__name__)

VECTOR: Final = cast(Table, models.KnowledgeVector.__table__)
PASSAGE: Final = cast(Table, models.KnowledgePassage.__table__)
BATCH: Final = 16
"""Passages in one transaction: about two seconds of work, lost at most when killed."""
JOB: Final = "embedding"

Report = Callable[[int, int], None]
"""Passages that have a vector, passages in all."""


def index() -> VectorIndex:
    """The vector index VECTORS_URL names for the present embedder, one for each application."""
    from webapp.backends import embedder

    made: VectorIndex | None = current_app.extensions.get("knowledge_vectors")
    if made is None:
        config = current_app.config
        folder = config["VAR_DIR"] / "knowledge" / "vectors"
        made = vectors.make_index(config["VECTORS_URL"], folder, name=embedder.short_name())
        current_app.extensions["knowledge_vectors"] = made
    return made


def by_package() -> bool:
    """Whether vectors are made by the model in the package."""
    return bool(current_app.config["EMBEDDER"] == "package")


def model_in_use() -> str | None:
    """The name of the embedder; None where nothing can be embedded here."""
    from webapp.backends import embedder

    return embedder.name() if embedder.why_not() is None else None


def progress(model: str) -> tuple[int, int]:
    """Passages that have a vector of this model, and all. While they are being made it is as the
    last batch said: counting hundreds of thousands would keep a visitor waiting."""
    job = queries.jobs().get(JOB)
    if job is not None and job.state == "running":
        return job.done, job.total
    return queries.embedded(model), queries.size().passages


def embed_missing(*, seconds: float | None = None, report: Report = lambda *_: None) -> bool:
    """Give passages and titles without a vector one that comes with the product, else embed them
    for at most so long; whether all have one now. False too where another process is at it.

    Raises EmbedderError.
    """
    model = model_in_use()
    if model is None:
        return False
    try:
        with alone("embedding"):
            return _embed(model, seconds, report)
    except Busy:
        return False


def _embed(model: str, seconds: float | None, report: Report) -> bool:
    until = None if seconds is None else time.monotonic() + seconds
    _take_precomputed(model)
    total = queries.size().passages
    done = queries.embedded(model)
    while batch := queries.without_vector(model, BATCH):
        if until is not None and time.monotonic() >= until:
            return False
        _make(model, {row.digest: _text_of(row) for row in batch})
        done += len(batch)
        jobs.note(JOB, "running", done=min(done, total), total=total)
        report(min(done, total), total)
    for part in _batches(queries.titles_without_vector(model)):
        if until is not None and time.monotonic() >= until:
            return False
        _make(model, part)
    jobs.note(JOB, "done", done=total, total=total)
    return True


def _take_precomputed(model: str) -> None:
    known = precomputed.vectors(model)
    taken = {
        digest: precomputed.unpacked(known[digest])
        for digest in queries.lacking(model, list(known))
    }
    if taken:
        _keep(model, taken)
        log.info("precomputed vectors taken", passages=len(taken))


def build_vectors(*, always: bool = False) -> bool:
    """Build the vector index anew where it is behind and every passage and title has a vector; say
    whether it was. Raises VectorsError."""
    from webapp.backends import embedder

    model = embedder.name()
    if model is None:
        return False
    version = queries.version()
    held = index().state()
    if held and held.version == version and not always:
        return False
    if queries.without_vector(model, 1) or queries.titles_without_vector(model):
        return False
    count = index().rebuild(queries.records(model), version=version)
    end_read()
    log.info("vector index built", records=count, version=version)
    return True


def drop_unused() -> int:
    """Delete vectors no passage and no title needs any more, of any embedder; returns how many."""
    needed = select(PASSAGE.c.digest)
    titles = {title.digest for title in queries.titles()}
    with transaction():
        held = db.session.scalars(select(VECTOR.c.digest).where(VECTOR.c.digest.not_in(needed)))
        unused = sorted(set(held) - titles)
        dropped = 0
        for start in range(0, len(unused), queries.BATCH):
            part = VECTOR.c.digest.in_(unused[start : start + queries.BATCH])
            gone = db.session.execute(delete(VECTOR).where(part).returning(VECTOR.c.digest))
            dropped += len(gone.all())
        return dropped


def _text_of(row: queries.ToEmbed) -> str:
    return embedded_text(series=row.series, title=row.title, heading=row.heading, text=row.text)


def _batches(texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    source = iter(texts.items())
    while batch := dict(islice(source, BATCH)):
        yield batch


def _make(model: str, texts: Mapping[str, str]) -> None:
    """Embed and keep texts, by digest."""
    from webapp.backends import embedder

    end_read()  # none stays open while the model works
    made = embedder.embed_passages(list(texts.values()))
    vectors = (np.asarray(vector, dtype="<f4").tobytes() for vector in made)
    _keep(model, dict(zip(texts, vectors, strict=True)))


def _keep(model: str, made: dict[str, bytes]) -> None:
    rows: list[dict[str, object]] = [
        {"digest": digest, "model": model, "vector": made[digest]} for digest in made
    ]
    try:
        with transaction():
            db.session.execute(insert(VECTOR), rows)
    except IntegrityError:
        # Another machine was faster with some; the next round takes up the rest.
        for values in rows:
            _keep_one(values)


def _keep_one(values: dict[str, object]) -> None:
    with suppress(IntegrityError), transaction():
        db.session.execute(insert(VECTOR).values(values))


__all__ = ["VectorsError", "build_vectors", "drop_unused", "embed_missing", "index"]
