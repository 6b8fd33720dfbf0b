"""What a sentence was understood to mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from webapp.catalogue.filters import Condition
from webapp.catalogue.filters.words import phrase
from webapp.search.understanding.fields import IN_VOCABULARY

Intent = Literal["search", "compare", "lookup", "consult", "other"]
INTENTS: Final[tuple[Intent, ...]] = ("search", "compare", "lookup", "consult", "other")

Span = tuple[int, int]
"""Start and end in the sentence as it was typed, in characters."""


class UnreadWord(NamedTuple):
    """Words that mean nothing to the rules, and where they stand."""

    text: str
    start: int
    end: int


UnsupportedKind = Literal["wish", "background", "nearest", "absent", "no_brand"]
"""wish: a car can have it, the list cannot filter by it; background: who, where, what for, or left
open; nearest: a condition was made that is wider or narrower; absent: a car that is not there;
no_brand: a brand of which there is no car."""


class Unsupported(NamedTuple):
    """Words that were understood and are no condition, why, and where they stand."""

    text: str
    why: str
    kind: UnsupportedKind
    start: int
    end: int
    near: tuple[str, ...] = ()
    """Of a car that is not there: the series called most alike."""


@dataclass(frozen=True)
class ReadCondition:
    """A condition and the words it comes from; `inferred` where they only hint at it."""

    condition: Condition
    inferred: bool
    spans: tuple[Span, ...]
    words: str = ""
    """What stands at the spans."""

    @property
    def in_vocabulary(self) -> bool:
        """Whether it is on a field of the vocabulary; the others are further parameters."""
        return self.condition.field in IN_VOCABULARY

    def as_dict(self) -> dict[str, Any]:
        said = self.condition.as_dict()
        return said | {"inferred": True} if self.inferred else said


@dataclass(frozen=True)
class Understanding:
    """One sentence read.

    `sort` is a key of `filters.SORTS` or None (relevance); `entities` are canonical names in
    the order of mention; `field` is what a lookup asks for: a field of the vocabulary, else
    the label of a catalogue parameter, else None. `asked` is all that a lookup or a comparison
    asks for, in the order of mention: what each word means, 尺寸 four fields. `absent` are cars
    named that the catalogue does not have, as they were typed.
    """

    intent: Intent
    conditions: tuple[ReadCondition, ...] = ()
    sort: str | None = None
    entities: tuple[str, ...] = ()
    field: str | None = None
    asked: tuple[tuple[str, ...], ...] = ()
    unread: tuple[UnreadWord, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    absent: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The answer line of `search understand`; `field` only in a lookup. Conditions on fields
        that the vocabulary does not have stand apart, in `parameters`, so that who knows the
        vocabulary knows every field in `conditions`."""
        answer: dict[str, Any] = {
            "intent": self.intent,
            "conditions": [one.as_dict() for one in self.conditions if one.in_vocabulary],
            "sort": self.sort,
            "entities": list(self.entities),
            "unread": [word.text for word in self.unread],
            "unsupported": [
                *({"text": one.text, "why": one.why} for one in self.unsupported),
                *self._beyond_vocabulary(),
            ],
        }
        if parameters := [one.as_dict() for one in self.conditions if not one.in_vocabulary]:
            answer["parameters"] = parameters
        return answer | ({"field": self.field} if self.intent == "lookup" else {})

    def _beyond_vocabulary(self) -> list[dict[str, str]]:
        """Wishes that are no condition of the vocabulary and one of a parameter."""
        said: dict[str, list[str]] = {}
        for one in self.conditions:
            if not one.in_vocabulary:
                said.setdefault(one.words, []).append(phrase(one.condition))
        return [
            {"text": words, "why": f"按参数筛选：{'，'.join(parts)}"}
            for words, parts in said.items()
        ]
