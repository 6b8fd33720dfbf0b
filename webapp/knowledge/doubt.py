"""Whether what was found is about what was asked, or only the least strange of everything.

Two measures and two checks. How much of the question's words, by how telling they are, the best
passage holds; how near in meaning the nearest one is; and whether a model or a little-known
brand the question names stands in what was found at all. The figures are in docs/knowledge.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from webapp.cars.reading import reference
from webapp.knowledge import terms
from webapp.knowledge.lexicon import Lexicon

ENOUGH: Final = 0.35
"""Least share of the words, corrected by meaning."""
ENOUGH_WORDS: Final = 0.30
"""Least share where meaning is not compared."""
USUAL_COSINE: Final = 0.9
COSINE_WEIGHT: Final = 8.0
"""The model in the package puts all cosines between 0.80 and 0.93; what is about the question
lies above 0.9. Of another model the cosines say nothing here."""
RARE: Final = 1000
"""A brand that fewer than one passage in so many names is one the texts are not about."""

_MODEL: Final = re.compile("[a-z]+[0-9][a-z0-9]*")


def share_of_words(lexicon: Lexicon, question: str, best_score: float) -> float:
    """The best word score as a share of the question's telling terms; 0 without any."""
    total = sum(lexicon.rarity(term) for term in set(terms.terms(question)))
    return best_score / total if total else 0.0


def is_answerable(
    lexicon: Lexicon, question: str, *, share: float, cosine: float | None, found: Iterable[str]
) -> bool:
    """`cosine` is that of the nearest passage by the package's model, None where it did not
    look; `found` are the best passages with their heads."""
    if cosine is None:
        enough = share >= ENOUGH_WORDS
    else:
        enough = share + COSINE_WEIGHT * (cosine - USUAL_COSINE) >= ENOUGH
    return enough and not _missed(lexicon, question, "\n".join(found))


def _missed(lexicon: Lexicon, question: str, found: str) -> bool:
    """Whether the question names something that what was found does not."""
    held = _folded(found)
    models = [run for run in terms.latin_runs(question) if _MODEL.fullmatch(run)]
    named = [*models, *(brand for brand in _brands_in(question) if _is_rare(lexicon, brand))]
    return any(_folded(name) not in held for name in named)


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
