"""Passages for a question."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from flask import current_app
from structlog import get_logger

from webapp.backends.threads import beside_the_hub
from webapp.backends.vectors.port import Filters, Hit, VectorsError
from webapp.knowledge import doubt, queries, ranking, terms
from webapp.knowledge.found import Examined, ExaminedPassage, FoundPassage, Retrieval
from webapp.knowledge.lexicon import Lexicon
from webapp.knowledge.service import embedding
from webapp.knowledge.service.indexing import words
from webapp.knowledge.titles import document_of

log = get_logger(__name__)

QUESTION_CHARACTERS: Final = 500
"""Of a longer question the rest is not read."""
LOOKED_AT: Final = 5
"""Passages in which what the question names must stand."""
AROUND: Final = 12
"""Passages each way of those that are looked through for what the question asks about."""
OPEN_SECONDS: Final = 10.0
"""After a failure meaning is not asked for so long: each visitor would wait for it."""


@dataclass
class _Breaker:
    closed_until: float = float("-inf")


def retrieve(
    question: str,
    *,
    limit: int = 10,
    series: Sequence[str] = (),
    collections: Sequence[str] = (),
) -> Retrieval:
    """The best passage of each document, at most `limit`, of these series and collections only
    where any are named. Nothing is found while there is no index yet."""
    looked = _look(question, limit=limit, series=series, collections=collections)
    if looked is None:
        return Retrieval((), answerable=False, mode="lexical")
    return Retrieval(
        tuple(_found(row, score) for row, score in looked.rows),
        answerable=looked.judgement.is_answerable,
        mode="hybrid" if looked.hits else "lexical",
    )


def examine(question: str, *, limit: int = 10) -> Examined | None:
    """What `retrieve` finds, with the measures behind it; None where it finds nothing."""
    looked = _look(question, limit=limit)
    if looked is None or not looked.rows:
        return None
    lexicon, cosines = looked.lexicon, {hit.id: hit.score for hit in looked.hits}
    scores = lexicon.scores(terms.terms(looked.question))
    passages = []
    for row, score in looked.rows:
        place = lexicon.row_of(row.id)
        own = 0.0 if place is None else float(scores[place])
        share = doubt.share_of_score(lexicon, looked.question, own)
        passages.append(ExaminedPassage(_found(row, score), share, cosines.get(row.id)))
    nearest = looked.hits[0].score if looked.hits else None
    return Examined(tuple(passages), nearest, looked.judgement)


class _Looked(NamedTuple):
    """What was found for a question: passages with their scores, the best first."""

    lexicon: Lexicon
    question: str
    hits: list[Hit]
    rows: list[tuple[queries.PassageRow, float]]
    judgement: doubt.Judgement


def _look(
    question: str,
    *,
    limit: int,
    series: Sequence[str] = (),
    collections: Sequence[str] = (),
) -> _Looked | None:
    lexicon = words()
    question = question[:QUESTION_CHARACTERS]
    if lexicon is None or not question.strip():
        return None
    hits, titles = _nearest(question, series=series, collections=collections)
    ranked = ranking.rank(
        lexicon, question, hits, titles, limit=limit, series=series, collections=collections
    )
    scores = dict(ranked.passages)
    rows = queries.passages(list(scores))
    judgement = doubt.judge(
        lexicon,
        question,
        best_score=ranked.best_words,
        cosine=hits[0].score if hits and embedding.by_package() else None,
        found=_evidence(rows[:LOOKED_AT]),
    )
    return _Looked(lexicon, question, hits, [(row, scores[row.id]) for row in rows], judgement)


def _evidence(rows: Sequence[queries.PassageRow]) -> list[doubt.Evidence]:
    around = queries.texts_around(rows, AROUND)
    found = []
    for row in rows:
        head = f"{row.document.title} {row.document.also} {row.document.series or ''} "
        found.append(doubt.Evidence(f"{head}{row.heading} {row.text}", head + around[row.id]))
    return found


class _Near(NamedTuple):
    """Hits of passages by the passage's id, and of titles by the document's, nearest first."""

    passages: list[Hit]
    titles: list[Hit]


def _nearest(question: str, *, series: Sequence[str], collections: Sequence[str]) -> _Near:
    """The nearest passages and titles by meaning; none where that cannot be had now."""
    from webapp.backends import embedder

    if embedder.name() is None:
        return _Near([], [])
    index = embedding.index()
    breaker: _Breaker = current_app.extensions.setdefault("knowledge_breaker", _Breaker())
    if time.monotonic() < breaker.closed_until:
        return _Near([], [])
    try:
        if index.state() is None or embedder.why_not() is not None:
            return _Near([], [])
        vector = embedder.embed_question(question)
        look = partial(index.search, vector, limit=ranking.NEAREST)
        wanted = {"series": series, "collections": collections}
        passages = beside_the_hub(
            partial(look, filters=_filters(kinds=[queries.PASSAGES], **wanted))
        )
        if series:  # titles are of documents that are not about one
            return _Near(passages, [])
        titles = beside_the_hub(partial(look, filters=_filters(kinds=[queries.TITLES], **wanted)))
        return _Near(passages, [Hit(document_of(hit.id), hit.score) for hit in titles])
    except (VectorsError, embedder.EmbedderError) as error:
        breaker.closed_until = time.monotonic() + OPEN_SECONDS
        log.warning("retrieving by words only", reason=str(error))
        return _Near([], [])


def _filters(**wanted: Sequence[str]) -> Filters:
    names = {"kinds": "meta.kind", "series": "meta.series", "collections": "meta.collection"}
    conditions = [
        {"field": names[name], "operator": "in", "value": list(values)}
        for name, values in wanted.items()
        if values
    ]
    return {"operator": "AND", "conditions": conditions}


def shares_told(question: str, passages: Sequence[FoundPassage]) -> list[float] | None:
    """How much of the telling words of a question the documents of these passages hold, each by
    itself; None where the question has none, or there is no index yet."""
    lexicon = words()
    if lexicon is None:
        return None
    rows = queries.passages([passage.id for passage in passages])
    texts = {row.id: one.document for row, one in zip(rows, _evidence(rows), strict=True)}
    return doubt.shares_told(lexicon, question, [texts.get(p.id, p.text) for p in passages])


def passages_by_id(ids: Sequence[int]) -> tuple[FoundPassage, ...]:
    """Those of the passages that still exist, in the order asked for, with score 0."""
    return tuple(_found(row, 0.0) for row in queries.passages(ids))


def _found(row: queries.PassageRow, score: float) -> FoundPassage:
    document = row.document
    return FoundPassage(
        id=row.id,
        document=document.external_id,
        collection=document.collection,
        title=document.title,
        also=document.also,
        text=row.text.strip(),
        series=document.series,
        source=document.source,
        date=document.date,
        score=round(score, 4),
        documents=row.documents,
    )
