"""Whether what was found is about what was asked, or only the least strange of everything.

How much of the question's telling words stands in the best document, and how near in meaning the
nearest passage is, must together reach a bar; it is higher among more passages, and where the
question names a car or asks how things stand today. What the question names as a car or a year
has to stand in what was found. The figures are in
docs/adr/0009.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from webapp.catalogue.reading import reference
from webapp.knowledge import asking, terms
from webapp.knowledge.lexicon import Lexicon

ENOUGH: Final = 0.48
"""What the share of telling words must reach among MEASURED passages, once corrected by all that
follows."""
MEASURED: Final = 16_000
EACH_DOUBLING: Final = 0.05
LEAST_DOUBLINGS, MOST_DOUBLINGS = -3, 2
"""By chance alone the best of more passages is nearer and holds more of the words."""
USUAL_COSINE: Final = 0.9
COSINE_WEIGHT: Final = 20.0
"""The model in the package puts all cosines between 0.80 and 0.95; what is about the question
lies above 0.9. Of another model the cosines say nothing here."""
ENOUGH_WORDS: Final = 0.72
SCORE_WEIGHT: Final = 0.7
"""Where meaning is not compared: the bar, and how much the share of the word score counts."""
NOTHING_TELLING: Final = 0.45
"""The share of a question of common words and single characters only."""
CAR_NAMED: Final = 0.3
"""Passages about a car are near to every question about it."""
NOW_OR_NEAR: Final = 1.0
COMPOUND: Final = 4
"""Characters of a word made of two."""
RARE: Final = 1000
"""A brand that fewer than one passage in so many names is one the texts are not about."""

_MODEL: Final = re.compile("[a-z]+[0-9][a-z0-9]*")
_WORD: Final = re.compile("[a-z]{2,}")
_YEAR: Final = re.compile("20[0-9]{2}")
_NUMBER: Final = r"\s*([0-9]{2,3})(?![0-9.]|\s*(?:万|公里|块|元|年|款|个|升|度|码|km))"
"""Of a car, behind its brand: 丰田86."""


@dataclass(frozen=True)
class Evidence:
    """A passage that was found, with its head, and as much as is looked at of its document."""

    passage: str
    document: str


def share_of_score(lexicon: Lexicon, question: str, best_score: float) -> float:
    """The best word score as a share of the question's terms; 0 without any."""
    total = sum(lexicon.rarity(term) for term in set(asking.content_terms(question)))
    return best_score / total if total else 0.0


@dataclass(frozen=True)
class Judgement:
    """What the measures come to together and what they must come to, and what the question
    names and nothing found does. `share` is that of the telling words."""

    share: float
    reached: float
    needed: float
    missed: tuple[str, ...]

    @property
    def is_answerable(self) -> bool:
        return self.reached >= self.needed and not self.missed


def judge(
    lexicon: Lexicon,
    question: str,
    *,
    best_score: float,
    cosine: float | None,
    found: Sequence[Evidence],
) -> Judgement:
    """`best_score` is the best word score of a passage, `cosine` that of the nearest passage by
    the package's model, None where it did not look; `found` are the best passages."""
    shares = shares_told(lexicon, question, [one.document for one in found])
    share = NOTHING_TELLING if shares is None else max(shares, default=0.0)
    told = share
    told -= CAR_NAMED * _names_car(lexicon, question)
    told -= NOW_OR_NEAR * asking.asks_now_or_near(question)
    if cosine is None:
        reached = told + SCORE_WEIGHT * share_of_score(lexicon, question, best_score)
        needed = _bar(ENOUGH_WORDS, len(lexicon))
    else:
        reached = told + COSINE_WEIGHT * (cosine - USUAL_COSINE)
        needed = _bar(ENOUGH, len(lexicon))
    missed = _missed(lexicon, question, "\n".join(one.passage for one in found))
    return Judgement(share, reached, needed, tuple(missed))


def _bar(measured: float, passages: int) -> float:
    doublings = math.log2(max(passages, 1) / MEASURED)
    return measured + EACH_DOUBLING * min(max(doublings, LEAST_DOUBLINGS), MOST_DOUBLINGS)


def shares_told(lexicon: Lexicon, question: str, texts: Sequence[str]) -> list[float] | None:
    """How much of the telling words, weighed by how rare they are, each of the texts holds; None
    where the question has no telling words."""
    weights = {word: lexicon.rarity(word) for word in asking.telling_words(question)}
    total = sum(weights.values())
    if not total:
        return None
    folded = [_folded(text) for text in texts]
    return [sum(w for word, w in weights.items() if _holds(text, word)) / total for text in folded]


def _holds(text: str, word: str) -> bool:
    """Whether a text has the word, or, of one of four characters (儿童座椅), both its halves."""
    if word in text:
        return True
    half = len(word) // 2
    return len(word) == COMPOUND and word[:half] in text and word[half:] in text


def _names_car(lexicon: Lexicon, question: str) -> bool:
    asked = _folded(question)
    return bool(_brands_in(question)) or any(
        len(name) > 1 and _folded(name) in asked for name in lexicon.series()
    )


def _missed(lexicon: Lexicon, question: str, found: str) -> list[str]:
    """Cars and years that the question names and what was found does not."""
    held = _folded(found)
    latin = terms.latin_runs(question)
    named = [run for run in latin if _MODEL.fullmatch(run)]
    named += [run for run in latin if _WORD.fullmatch(run) and not lexicon.spread(run)]
    named += _YEAR.findall(question)
    brands = _brands_in(question)
    named += [brand for brand in brands if _is_rare(lexicon, brand)]
    asked = terms.normal(question)
    numbers = [m[1] for brand in brands if (m := re.search(brand + _NUMBER, asked))]
    said = terms.normal(found)
    return [name for name in named if _folded(name) not in held] + [
        number for number in numbers if not re.search(rf"(?<![0-9a-z]){number}(?![0-9])", said)
    ]


def _brands_in(question: str) -> list[str]:
    asked = terms.normal(question)
    return [name for name in _brand_names() if name in asked]


@cache
def _brand_names() -> tuple[str, ...]:
    return tuple(terms.normal(name) for name in reference.brands() if len(name) > 1)


def _is_rare(lexicon: Lexicon, name: str) -> bool:
    least = min((lexicon.spread(term) for term in terms.terms(name)), default=0)
    return least * RARE < max(len(lexicon), RARE)


def _folded(text: str) -> str:
    return "".join(char for char in terms.normal(text) if char.isalnum() or char == "\n")
