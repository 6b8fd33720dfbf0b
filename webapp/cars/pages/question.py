"""The sentence above the chips: which words became which condition, and which none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from webapp.catalogue import addresses
from webapp.catalogue.filters import Condition, Selection
from webapp.search.explicit import explicit, honoured
from webapp.search.understanding.result import (
    ReadCondition,
    Span,
    Understanding,
    UnreadWord,
    Unsupported,
)

MAX_UNREAD: Final = 6
"""Unread words shown as chips; where there are more, the sentence itself shows them."""
SKIP_ALL: Final = "*"
UNMET: Final = ("wish", "nearest", "no_brand")
"""Kinds of what the list does not do, or only nearly."""


@dataclass(frozen=True)
class Origin:
    """The words a condition came from; `exact` where it still is what they said."""

    spans: tuple[Span, ...]
    exact: bool
    inferred: bool


@dataclass(frozen=True)
class Piece:
    """A stretch of the sentence and the chips it belongs to, by their places."""

    text: str
    of: tuple[int, ...] = ()
    unread: bool = False


@dataclass(frozen=True)
class UnreadChip:
    """A word nothing was made of: it can be looked for as text, or left aside."""

    place: int
    word: str
    as_text: Selection
    skipped: Selection


@dataclass(frozen=True)
class Question:
    """`again` is the address that reads the sentence anew, where the chips are no longer what
    it says; `skip_all` leaves all unread words aside, where there are several. `unsupported` are
    wishes the list cannot filter by, or only nearly; `background` is what was told besides."""

    sentence: str
    pieces: tuple[Piece, ...]
    unread: tuple[UnreadChip, ...]
    more_unread: int
    skip_all: Selection | None
    again: str | None
    unsupported: tuple[Unsupported, ...] = ()
    background: tuple[Unsupported, ...] = ()


def origins(selection: Selection, understood: Understanding) -> dict[Condition, Origin]:
    """Where in the sentence each condition of the selection comes from, where it does."""
    read = [(one, item) for item in understood.conditions for one in honoured(item.condition)]
    found = {}
    for condition in selection.conditions:
        origin = _as_read(condition, read) or _changed(condition, read)
        found[condition] = origin or _named(condition, selection.asked)
    return {condition: origin for condition, origin in found.items() if origin}


def question(
    selection: Selection,
    understood: Understanding,
    known: Mapping[Condition, Origin],
    places: Mapping[Condition, int],
) -> Question:
    """What the page shows of `selection.asked`, which must not be empty; `places` are those of
    the chips that say the conditions."""
    sentence = selection.asked
    unread = [word for word in understood.unread if _is_open(word, selection)]
    marks = [
        (span, places[condition], False)
        for condition in selection.conditions
        if condition in known
        for span in known[condition].spans
    ]
    texts = list(dict.fromkeys(word.text for word in unread))
    further = {text: len(selection.conditions) + n for n, text in enumerate(texts)}
    marks += [((word.start, word.end), further[word.text], True) for word in unread]
    chips = [
        UnreadChip(further[text], text, selection.adding_text(text), selection.skipping(text))
        for text in texts[:MAX_UNREAD]
    ]
    again = explicit(sentence, understood, Selection())
    changed = set(again.conditions) != set(selection.conditions) or again.text != selection.text
    return Question(
        sentence=sentence,
        pieces=tuple(_pieces(sentence, marks)),
        unread=tuple(chips),
        more_unread=len(texts) - len(chips),
        skip_all=selection.skipping(SKIP_ALL) if len(texts) > 1 else None,
        again=addresses.listing(q=sentence) if changed else None,
        unsupported=tuple(
            u for u in understood.unsupported if u.kind in ("wish", "nearest", "no_brand")
        ),
        background=tuple(u for u in understood.unsupported if u.kind == "background"),
    )


def _as_read(
    condition: Condition, read: Iterable[tuple[Condition, ReadCondition]]
) -> Origin | None:
    for one, item in read:
        same = (one.field, one.operator) == (condition.field, condition.operator)
        if same and set(one.values) == set(condition.values):
            return Origin(item.spans, True, item.inferred)
    return None


def _changed(
    condition: Condition, read: Iterable[tuple[Condition, ReadCondition]]
) -> Origin | None:
    """What the visitor has changed since still comes from the words about the same bound."""
    for one, item in read:
        if one.field == condition.field != "features" and _side(one) == _side(condition):
            return Origin(item.spans, False, False)
    return None


def _side(condition: Condition) -> str:
    return condition.operator if condition.operator in (">=", "<=") else ""


def _named(condition: Condition, sentence: str) -> Origin | None:
    """A car that is only asked about, not searched for, is found by its name."""
    if condition.field not in ("brand", "series"):
        return None
    starts = [(sentence.find(str(value)), len(str(value))) for value in condition.values]
    spans = tuple((start, start + length) for start, length in starts if start >= 0)
    return Origin(spans, True, False) if spans else None


def _is_open(word: UnreadWord, selection: Selection) -> bool:
    left_aside = SKIP_ALL in selection.skip or word.text in selection.skip
    return not left_aside and word.text.casefold() not in selection.text.casefold()


def _pieces(sentence: str, marks: list[tuple[Span, int, bool]]) -> Iterable[Piece]:
    """The sentence cut wherever a mark begins or ends; spans may overlap."""
    ends = {0, len(sentence), *(edge for span, _, _ in marks for edge in span)}
    cuts = sorted(edge for edge in ends if 0 <= edge <= len(sentence))
    for start, end in pairwise(cuts):
        over = [mark for mark in marks if mark[0][0] <= start and end <= mark[0][1]]
        places = tuple(dict.fromkeys(place for _, place, _ in over))
        yield Piece(sentence[start:end], places, any(unread for _, _, unread in over))
