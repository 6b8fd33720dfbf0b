"""Which passages answer a question best, and whether any does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from webapp.knowledge import terms
from webapp.knowledge.lexicon import Lexicon

CANDIDATES: Final = 60
ENOUGH: Final = 0.35
"""Share of what a question asks about, by how telling its words are, that a passage must hold."""


@dataclass(frozen=True)
class Ranked:
    """Passage ids with scores, one for each document, best first."""

    passages: tuple[tuple[int, float], ...]


def rank(
    lexicon: Lexicon,
    question: str,
    *,
    limit: int,
    series: Sequence[str] = (),
    collections: Sequence[str] = (),
) -> Ranked:
    scores = lexicon.scores(terms.terms(question))
    scores[~lexicon.mask(series=series, collections=collections)] = 0
    best: dict[int, tuple[int, float]] = {}
    for row in np.argsort(-scores, kind="stable")[: max(CANDIDATES, 10 * limit)]:
        if scores[row] <= 0:
            break
        found = (int(lexicon.passages[row]), float(scores[row]))
        best.setdefault(int(lexicon.documents[row]), found)
    return Ranked(tuple(best.values())[:limit])


def coverage(lexicon: Lexicon, question: str, texts: Iterable[str]) -> float:
    """The largest share of the question's telling terms that one of the texts holds, 0 to 1."""
    asked = {t: lexicon.rarity(t) for word in terms.words(question) for t in terms.terms(word)}
    total = sum(asked.values())
    if not total:
        return 0.0
    return max(
        (sum(asked[t] for t in asked.keys() & set(terms.terms(text))) / total for text in texts),
        default=0.0,
    )
