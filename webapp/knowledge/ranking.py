"""Which passages answer a question best.

What was measured to choose this is in docs/knowledge.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from webapp.backends.vectors.port import Hit
from webapp.knowledge import asking
from webapp.knowledge.lexicon import Floats, Lexicon

NEIGHBOUR: Final = 0.2
"""Share of a passage's word score that its neighbours in the document get."""
NEAREST: Final = 100
"""How many passages by meaning count."""
MEANING: Final = 0.2
"""Weight of the nearest passage by meaning against the best one by words."""
TITLED: Final = 1.0
"""Weight of the document whose title is nearest by meaning against the same."""


@dataclass(frozen=True)
class Ranked:
    """Passage ids with scores, one for each document, best first.

    `best_words` is the highest word score of any passage, without its neighbours.
    """

    passages: tuple[tuple[int, float], ...]
    best_words: float


def rank(
    lexicon: Lexicon,
    question: str,
    hits: Sequence[Hit],
    titles: Sequence[Hit] = (),
    *,
    limit: int,
    series: Sequence[str] = (),
    collections: Sequence[str] = (),
) -> Ranked:
    """By words and, where there are `hits` or `titles`, by meaning too: those of passages by the
    passage's id, those of titles by the document's, each nearest first."""
    own = lexicon.scores(asking.content_terms(question))
    own[~lexicon.mask(series=series, collections=collections)] = 0
    by_words = _with_neighbours(lexicon, own)
    scores = by_words / max(float(by_words.max(initial=0.0)), 1e-6)
    rows, shares = _by_meaning(lexicon, hits)
    scores[rows] += MEANING * shares
    for document, share in _by_title(titles).items():
        _raise_best(lexicon, scores, document, TITLED * share)
    best: dict[int, tuple[int, float]] = {}
    for row in np.argsort(-scores, kind="stable"):
        if scores[row] <= 0 or len(best) == limit:
            break
        found = (int(lexicon.passages[row]), float(scores[row]))
        best.setdefault(int(lexicon.documents[row]), found)
    return Ranked(tuple(best.values()), float(own.max(initial=0.0)))


def _with_neighbours(lexicon: Lexicon, scores: Floats) -> Floats:
    """A passage between two on the subject is on it, too."""
    raised = scores.copy()
    together = lexicon.documents[1:] == lexicon.documents[:-1]
    raised[1:] += NEIGHBOUR * np.where(together, scores[:-1], 0)
    raised[:-1] += NEIGHBOUR * np.where(together, scores[1:], 0)
    return raised


def _by_meaning(lexicon: Lexicon, hits: Sequence[Hit]) -> tuple[list[int], Floats]:
    """Rows, and where each lies between the farthest hit (about 0) and the nearest (1): cosines
    of one question lie close together, and where depends on the question."""
    known = [(row, hit.score) for hit in hits if (row := lexicon.row_of(hit.id)) is not None]
    return [row for row, _ in known], _spread([score for _, score in known])


def _by_title(titles: Sequence[Hit]) -> dict[int, float]:
    """Documents, and where the nearest title of each lies in the same way. One title alone says
    nothing: something is always the nearest."""
    found: dict[int, float] = {}
    if len({hit.score for hit in titles}) < 2:
        return found
    shares = _spread([hit.score for hit in titles])
    for hit, share in zip(titles, shares, strict=True):
        found.setdefault(hit.id, float(share))
    return found


def _spread(cosines: Sequence[float]) -> Floats:
    found = np.array(cosines, np.float32)
    if not len(found):
        return found
    low, high = float(found.min()), float(found.max())
    return np.maximum((found - low) / (high - low), 0.01) if high > low else found * 0 + 1


def _raise_best(lexicon: Lexicon, scores: Floats, document: int, by: float) -> None:
    """What a title adds is its document's: its best passage stays the best."""
    rows = np.flatnonzero(lexicon.documents == document)
    if len(rows):
        scores[rows[np.argmax(scores[rows])]] += by
