"""Passages for a question."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.knowledge import queries, ranking
from webapp.knowledge.found import FoundPassage, Retrieval
from webapp.knowledge.service.indexing import words

QUESTION_CHARACTERS = 500
"""Of a longer question the rest is not read."""


def retrieve(
    question: str,
    *,
    limit: int = 10,
    series: Sequence[str] = (),
    collections: Sequence[str] = (),
) -> Retrieval:
    """The best passage of each document, at most `limit`, of these series and collections only
    where any are named. Nothing is found while there is no index yet."""
    lexicon = words()
    question = question[:QUESTION_CHARACTERS]
    if lexicon is None or not question.strip():
        return Retrieval((), answerable=False, mode="lexical")
    ranked = ranking.rank(lexicon, question, limit=limit, series=series, collections=collections)
    scores = dict(ranked.passages)
    rows = queries.passages(list(scores))
    texts = [" ".join((row.document.title, row.document.series or "", row.text)) for row in rows]
    return Retrieval(
        tuple(_found(row, scores[row.id]) for row in rows),
        answerable=ranking.coverage(lexicon, question, texts[:3]) >= ranking.ENOUGH,
        mode="lexical",
    )


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
        text=row.text.strip(),
        series=document.series,
        source=document.source,
        date=document.date,
        score=round(score, 4),
    )
