"""What the visitor is after: a list, a comparison, one figure, advice, or something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from webapp.search.understanding.clauses import Tokens
from webapp.search.understanding.result import Intent


@dataclass(frozen=True)
class Clues:
    """What an intent is judged by."""

    tokens: Tokens
    cars: int
    """Named series, and names of cars the catalogue does not have."""
    brands: int
    parameter: bool
    """A parameter is named without a bound on it."""
    value: bool
    """A yes-no question about a value."""
    fields: frozenset[str]
    """Fields with a condition, brand and series aside."""
    likened: bool
    """A car is named only to compare with."""
    wished: bool
    """Something is wished for that is no filter."""
    superlative: bool
    """The order is a superlative's: 最便宜."""
    said: frozenset[str]
    """Those of them that were said, not only hinted at."""
    ordered: bool
    """A superlative or a vague word asks for an order."""
    alternatives: bool
    """Values with 还是 between them, and nothing that leaves them open."""
    doubted: bool
    """A vague word is asked about: 空间大吗."""
    mentions: bool
    """A word of the vocabulary stands in the sentence, even if nothing is asked of it."""

    def says(self, *cues: str) -> bool:
        return any(token.cues(cue) for token in self.tokens for cue in cues)

    def has(self, *roles: str) -> bool:
        return any(token.has(role) for token in self.tokens for role in roles)

    @property
    def topics(self) -> int:
        """Car matters talked about, but for those that an amount belongs to: 首付5万."""
        return sum(t.cues("topic") and not t.has("context_before") for t in self.tokens)

    @property
    def priced(self) -> bool:
        return "price_wan" in self.fields


def intent_of(clues: Clues) -> Intent:
    if _is_other(clues):
        return "other"
    if clues.cars > 1:
        return _of_several(clues)
    if clues.cars == 1:
        return _of_one(clues)
    return _of_none(clues)


def _is_other(clues: Clues) -> bool:
    if clues.says("unsafe", "attack", "abuse"):
        return True
    named = clues.cars or clues.brands or clues.likened
    wishes = clues.fields or clues.ordered or clues.wished
    about_cars = bool(named or wishes or clues.mentions or clues.parameter)
    if clues.says("outside") and not (named or clues.fields - {"price_wan"} or clues.topics):
        return True
    if about_cars or clues.says("domain", "topic", "usage"):
        return False
    return not clues.says("list", "wish") or clues.says("smalltalk")


def _of_several(clues: Clues) -> Intent:
    if clues.says("compare") or clues.has("versus", "versus_link"):
        return "compare"
    if clues.says("topic", "advice"):
        return "consult"
    if clues.says("worth"):
        return "compare"
    return "search" if clues.fields or clues.says("list") else "compare"


def _of_one(clues: Clues) -> Intent:
    if clues.says("topic", "advice"):
        return "consult"
    if clues.priced and clues.says("list"):
        return "search"
    if "model_year" in clues.fields and clues.value and not clues.parameter:
        return "search"
    if clues.parameter and not clues.says("worth"):
        return "lookup"
    if clues.doubted and not clues.priced:
        return "consult"
    if clues.alternatives and not clues.says("compare", "worth", "advice", "wish"):
        return "lookup"
    if clues.value and not clues.priced:
        return "lookup"
    if clues.says("compare", "worth"):
        return "consult"
    if clues.says("question") and not clues.fields and not clues.says("list", "wish"):
        return "consult"
    return "search"


_WHICH: Final = frozenset(
    {
        "哪",
        "哪个",
        "哪个车",
        "哪款",
        "哪款车",
        "哪辆",
        "哪台",
        "哪一款",
        "哪一个",
        "哪一台",
        "哪家",
        "谁",
        "是谁",
        "是啥",
        "是什么",
        "什么车",
        "啥车",
    }
)


def _names_the_first(clues: Clues) -> bool:
    """七座里最便宜的是哪个: which one leads an order is a list."""
    which = any(token.word is not None and token.word.text in _WHICH for token in clues.tokens)
    return clues.superlative and (which or clues.says("list"))


def _of_none(clues: Clues) -> Intent:
    wishes = bool(clues.fields or clues.ordered or clues.brands)
    if clues.wished and not clues.says("advice", "worth", "compare", "question", "topic"):
        wishes = True
    weighs = clues.alternatives or (clues.has("versus") and not wishes)
    if _names_the_first(clues):
        return "search"
    if clues.says("advice") or clues.doubted or weighs:
        return "consult"
    if clues.likened:
        return "search"
    asks = clues.says("question", "worth")
    several = len(clues.fields) > (2 if clues.topics else 1) and not asks
    if clues.priced and (several or (clues.says("wish", "list") and not clues.says("worth"))):
        return "search"
    if clues.says("list") and (wishes or not clues.says("topic")):
        return "search"
    if clues.priced and not asks and not clues.topics:
        return "search"
    if clues.says("topic"):
        return "consult"
    if clues.says("worth", "compare"):
        return "search" if clues.priced or len(clues.said) > 1 else "consult"
    asks_a_matter = clues.says("domain") and clues.says("question") and not clues.priced
    if asks_a_matter and (not clues.fields if clues.brands else clues.parameter):
        return "consult"
    if wishes:
        doubts = clues.says("question") and not clues.has("wish") and not clues.priced
        return "consult" if doubts and not clues.ordered else "search"
    if clues.says("wish", "usage") or clues.has("unneeded", "indifferent", "not", "concede"):
        return "consult" if clues.says("question") else "search"
    return "consult"
