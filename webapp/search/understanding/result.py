"""What a sentence was understood to mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from webapp.catalogue.filters import Condition

Intent = Literal["search", "compare", "lookup", "consult", "other"]
INTENTS: Final[tuple[Intent, ...]] = ("search", "compare", "lookup", "consult", "other")

Span = tuple[int, int]
"""Start and end in the sentence as it was typed, in characters."""


class UnreadWord(NamedTuple):
    """Words that mean nothing to the rules, and where they stand."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class ReadCondition:
    """A condition and the words it comes from; `inferred` where they only hint at it."""

    condition: Condition
    inferred: bool
    spans: tuple[Span, ...]

    def as_dict(self) -> dict[str, Any]:
        said = self.condition.as_dict()
        return said | {"inferred": True} if self.inferred else said


@dataclass(frozen=True)
class Understanding:
    """One sentence read.

    `sort` is a key of `filters.SORTS` or None (relevance); `entities` are canonical names in
    the order of mention; `field` is what a lookup asks for: a field of the vocabulary, else
    the label of a catalogue parameter, else None. `asked` is all that a lookup or a comparison
    asks for, in the order of mention: what each word means, 尺寸 four fields.
    """

    intent: Intent
    conditions: tuple[ReadCondition, ...] = ()
    sort: str | None = None
    entities: tuple[str, ...] = ()
    field: str | None = None
    asked: tuple[tuple[str, ...], ...] = ()
    unread: tuple[UnreadWord, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The answer line of `search understand`; `field` only in a lookup."""
        answer: dict[str, Any] = {
            "intent": self.intent,
            "conditions": [read.as_dict() for read in self.conditions],
            "sort": self.sort,
            "entities": list(self.entities),
            "unread": [word.text for word in self.unread],
        }
        return answer | ({"field": self.field} if self.intent == "lookup" else {})
