"""Words of the staff's own, read as the words they stand for."""

from __future__ import annotations

from webapp.search.understanding.lexicon import Lexicon
from webapp.search.understanding.normalise import Normal
from webapp.search.understanding.tokens import tokenise


def substituted(normal: Normal, lexicon: Lexicon) -> Normal:
    """The text with every synonym replaced by what it means.

    Each character of a replacement lies where the synonym was typed, so what is read from it
    has the synonym for its span. Spaces keep it apart from what stands beside it.
    """
    if not lexicon.synonyms:
        return normal
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for token in tokenise(normal.text, lexicon):
        if token.word is None or not token.has("synonym"):
            continue
        meant = f" {lexicon.synonyms[token.word.text]} "
        pieces += [normal.text[at : token.start], meant]
        offsets += normal.offsets[at : token.start]
        offsets += [normal.offsets[token.start]] * len(meant)
        at = token.end
    pieces.append(normal.text[at:])
    return Normal("".join(pieces), (*offsets, *normal.offsets[at:]))
