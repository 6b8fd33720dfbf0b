"""What retrieval answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from webapp.knowledge.doubt import Judgement
from webapp.knowledge.titles import titles_of

Mode = Literal["hybrid", "lexical"]


@dataclass(frozen=True)
class FoundPassage:
    """A passage with what a citation shows of its document.

    `document` is the id the document came with; `score` is comparable within one retrieval
    only.
    """

    id: int
    document: str
    collection: str
    title: str
    text: str
    series: str | None
    source: str
    date: str | None
    score: float
    also: str = ""
    documents: tuple[tuple[str, str | None], ...] = ()
    """Number and address of the documents its rules stand in."""

    @property
    def titles(self) -> tuple[str, ...]:
        """Its title, and in what other words it is asked for."""
        return titles_of(self.title, self.also)


@dataclass(frozen=True)
class Retrieval:
    """The best passage of each document, best first.

    `answerable` is False where nothing found is about what was asked: say so instead of
    quoting. `mode` says whether the meaning was compared, or words alone.
    """

    passages: tuple[FoundPassage, ...]
    answerable: bool
    mode: Mode


@dataclass(frozen=True)
class ExaminedPassage:
    """`share` is that of the best possible word score; `cosine` is None where it is not among
    the nearest by meaning."""

    found: FoundPassage
    share: float
    cosine: float | None


@dataclass(frozen=True)
class Examined:
    """What a retrieval rests on; `nearest` is the cosine of the nearest passage."""

    passages: tuple[ExaminedPassage, ...]
    nearest: float | None
    judgement: Judgement
