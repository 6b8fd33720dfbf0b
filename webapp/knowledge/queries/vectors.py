"""Titles and passages with their vectors, and those without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import func, select

from webapp.backends.vectors.port import Record
from webapp.extensions import db
from webapp.knowledge.models import KnowledgeDocument, KnowledgePassage, KnowledgeVector
from webapp.knowledge.queries.documents import BATCH
from webapp.knowledge.titles import MOST, Title, titles_of

PASSAGES: Final = "passage"
TITLES: Final = "title"
"""What a record of the vector index is of."""


def embedded(model: str) -> int:
    """How many passages have a vector of this model."""
    return (
        db.session.scalar(
            select(func.count(KnowledgePassage.id))
            .join(KnowledgeVector, KnowledgeVector.digest == KnowledgePassage.digest)
            .where(KnowledgeVector.model == model)
        )
        or 0
    )


class ToEmbed(NamedTuple):
    digest: str
    series: str | None
    title: str
    heading: str
    text: str


def without_vector(model: str, limit: int) -> list[ToEmbed]:
    """Passages that have no vector of this model, the oldest first;
    texts that stand twice, once."""
    made = select(KnowledgeVector.digest).where(KnowledgeVector.model == model)
    statement = (
        select(
            KnowledgePassage.digest,
            KnowledgeDocument.series,
            KnowledgeDocument.title,
            KnowledgePassage.heading,
            KnowledgePassage.text,
        )
        .join(KnowledgeDocument, KnowledgeDocument.id == KnowledgePassage.document_id)
        .where(KnowledgePassage.digest.not_in(made))
        .order_by(KnowledgePassage.id)
        .limit(limit)
    )
    rows = [ToEmbed._make(row) for row in db.session.execute(statement)]
    return list({row.digest: row for row in rows}.values())


def titles() -> Iterator[Title]:
    """The titles that are compared, by document; read in batches."""
    last = 0
    while True:
        statement = (
            select(
                KnowledgeDocument.id,
                KnowledgeDocument.title,
                KnowledgeDocument.also,
                KnowledgeDocument.collection,
            )
            .where(KnowledgeDocument.series.is_(None), KnowledgeDocument.id > last)
            .order_by(KnowledgeDocument.id)
            .limit(BATCH)
        )
        rows = db.session.execute(statement).all()
        if not rows:
            return
        for id_, title, also, collection in rows:
            for number, text in enumerate(titles_of(title, also)[:MOST]):
                yield Title(id_, number, text, collection)
        last = rows[-1][0]


def titles_without_vector(model: str) -> dict[str, str]:
    """Digest to title, of those that have no vector of this model."""
    texts = {title.digest: title.text for title in titles()}
    made = vectors_of(model, list(texts))
    return {digest: text for digest, text in texts.items() if digest not in made}


def lacking(model: str, digests: Sequence[str]) -> set[str]:
    """Those of the digests that passages or titles have, and that have no vector of this model."""
    wanted = titles_without_vector(model).keys() & set(digests)
    made = select(KnowledgeVector.digest).where(KnowledgeVector.model == model)
    for start in range(0, len(digests), BATCH):
        statement = select(KnowledgePassage.digest).where(
            KnowledgePassage.digest.in_(digests[start : start + BATCH]),
            KnowledgePassage.digest.not_in(made),
        )
        wanted.update(db.session.scalars(statement))
    return wanted


def vectors_of(model: str, digests: Sequence[str]) -> dict[str, bytes]:
    """The vectors of this model that there are for these digests."""
    found: dict[str, bytes] = {}
    for start in range(0, len(digests), BATCH):
        statement = select(KnowledgeVector.digest, KnowledgeVector.vector).where(
            KnowledgeVector.model == model,
            KnowledgeVector.digest.in_(digests[start : start + BATCH]),
        )
        found.update((digest, vector) for digest, vector in db.session.execute(statement))
    return found


def records(model: str) -> Iterator[Record]:
    """Every passage, then every title with its vector of this model, by id; read in batches."""
    yield from _passage_records(model)
    yield from _title_records(model)


def _passage_records(model: str) -> Iterator[Record]:
    last = 0
    while True:
        statement = (
            select(
                KnowledgePassage.id,
                KnowledgeVector.vector,
                KnowledgeDocument.collection,
                KnowledgeDocument.series,
            )
            .join(KnowledgeVector, KnowledgeVector.digest == KnowledgePassage.digest)
            .join(KnowledgeDocument, KnowledgeDocument.id == KnowledgePassage.document_id)
            .where(KnowledgeVector.model == model, KnowledgePassage.id > last)
            .order_by(KnowledgePassage.id)
            .limit(BATCH)
        )
        rows = db.session.execute(statement).all()
        if not rows:
            return
        for id_, vector, collection, series in rows:
            yield _record(id_, vector, kind=PASSAGES, collection=collection, series=series or "")
        last = rows[-1][0]


def _title_records(model: str) -> Iterator[Record]:
    source = titles()
    while batch := list(islice(source, BATCH)):
        made = vectors_of(model, [title.digest for title in batch])
        for title in batch:
            if vector := made.get(title.digest):
                yield _record(
                    title.record, vector, kind=TITLES, collection=title.collection, series=""
                )


def _record(id_: int, vector: bytes, **meta: str) -> Record:
    return Record(id_, np.frombuffer(vector, "<f4").tolist(), meta)
