"""Passages quoted word for word, each sentence with its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from webapp.assistant.answering.extracting import Candidate
from webapp.assistant.answering.parts import DraftBlock, Part, Ref, bound, paragraph, say, words
from webapp.knowledge.found import FoundPassage

_REVIEWS: Final = re.compile("review|koubei|口碑|评价|点评", re.IGNORECASE)


def ref_of(passage: FoundPassage) -> Ref:
    month = passage.date[:7] if passage.date else None
    return Ref(
        0,
        passage.title,
        passage.source,
        month,
        passage_id=passage.id,
        documents=passage.documents,
    )


def source(passage: FoundPassage) -> str:
    return f"passage:{passage.id}"


def paragraphs(chosen: Sequence[Candidate], passages: Sequence[FoundPassage]) -> list[DraftBlock]:
    """The sentences chosen, a paragraph for each passage."""
    return [
        paragraph(*_attributed(group[0][0]), *(verbatim(*pair) for pair in group))
        for group in _grouped(chosen, passages)
    ]


def _grouped(
    chosen: Sequence[Candidate], passages: Sequence[FoundPassage]
) -> list[list[tuple[FoundPassage, str]]]:
    """Sentences by passage, the passage of the best one first, in the order they stand."""
    groups: dict[int, list[Candidate]] = {}
    for candidate in chosen:
        groups.setdefault(candidate.place, []).append(candidate)
    return [
        [(passages[place], c.text) for c in sorted(group, key=lambda c: c.at)]
        for place, group in groups.items()
    ]


def verbatim(passage: FoundPassage, text: str) -> Part:
    ended = text if text[-1] in "。！？!?”’」』）)" else f"{text}。"
    return bound(ended, source(passage), ref_of(passage))


def _attributed(passage: FoundPassage) -> list[Part]:
    """Whose words they are, where they are one person's experience."""
    if not _REVIEWS.search(f"{passage.collection} {passage.source}"):
        return []
    if passage.series:
        name = bound(passage.series, source(passage), ref_of(passage))
        return [say("有{name}车主说：", name=name)]
    return [words("有车主说：")]
