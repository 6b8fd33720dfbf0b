"""Words in the list: the search engine says which trims hold them and why one comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.backends.search.port import Explanation, Matched
from webapp.catalogue.filters import Selection
from webapp.catalogue.filters.selection import Ranked
from webapp.catalogue.queries import counts_without
from webapp.search.finding import explain_matches, ranked_by_words
from webapp.search.index import BOOST_LABELS, TEXT_LABELS


@dataclass(frozen=True)
class Why:
    """Why a result stands where it stands: what gave how many points, which add up to `total`.
    `share` of a part is 0..1 of the largest."""

    parts: tuple[Part, ...]
    total: str


@dataclass(frozen=True)
class Part:
    text: str
    points: str
    share: float


def with_words_found(selection: Selection) -> tuple[Selection, bool]:
    """The selection with the trims that hold its words, and whether these were looked for in
    names only, because the engine is away."""
    if not selection.text:
        return selection, False
    ids = ranked_by_words(selection.text)
    if ids is None:
        return selection, True
    return replace(selection, ranked=Ranked(selection.text, ids)), False


def how_many(selection: Selection) -> int:
    """Trims that match, words and all."""
    selection, _ = with_words_found(selection)
    return counts_without(selection, [()])[0]


def whys(selection: Selection, trim_ids: Sequence[int]) -> dict[int, Why]:
    """By trim, where the order is that of the words; else empty."""
    if selection.ranked is None or selection.sort is not None:
        return {}
    explained = explain_matches(selection.text, trim_ids)
    return {trim_id: _why(explanation) for trim_id, explanation in explained.items()}


def _why(explanation: Explanation) -> Why:
    parts = [(_said(word), word.score) for word in explanation.words]
    parts += [(BOOST_LABELS[name], points) for name, points in explanation.boosts.items()]
    most = max(points for _, points in parts) or 1
    return Why(
        parts=tuple(Part(text, f"{points:.3f}", points / most) for text, points in parts),
        total=f"{explanation.score:.3f}",
    )


def _said(word: Matched) -> str:
    field = TEXT_LABELS[word.field]
    return f"{field}正是“{word.word}”" if word.whole else f"{field}里有“{word.word}”"
