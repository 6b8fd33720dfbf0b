"""What a text is made of for word search.

Chinese is taken as words of rjieba's dictionary and as pairs of neighbouring characters, so
that a name the dictionary does not know is found as well. Latin words and model names are kept
whole and by their parts: `cs75plus` is also `cs`, `75` and `plus`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

RULES: Final = 1
"""Raise it with any change here that an existing index must follow."""

_HAN: Final = "\u3400-\u9fff"
_RUN: Final = re.compile(f"[{_HAN}]+|[a-z0-9]+(?:[-.·+&][a-z0-9]+)*")
_JOINT: Final = re.compile("[-.·+&]")
_PART: Final = re.compile("[a-z]+|[0-9]+")


def normal(text: str) -> str:
    """Without differences of width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms(text: str) -> list[str]:
    """Every term of a text, repeated as often as it stands there."""
    return [term for run in runs(text) for term in _terms_of(run)]


def runs(text: str) -> list[str]:
    """The longest pieces that are Chinese throughout or Latin letters and digits throughout."""
    return _RUN.findall(normal(text))


def latin_runs(text: str) -> list[str]:
    """Latin words, numbers and model names, without what joins their parts: ID.3 is id3."""
    return [joined(run) for run in runs(text) if not is_han(run)]


def joined(run: str) -> str:
    """A Latin run without what joins its parts."""
    return _JOINT.sub("", run)


def is_han(run: str) -> bool:
    return run[0] >= "\u3400"


def tagged(run: str) -> list[tuple[str, str]]:
    """The dictionary's words of a Chinese run, nothing guessed, with their classes (n, v ...)."""
    import rjieba

    return [(str(word), str(kind)) for word, kind in rjieba.tag(run, False)]


def _terms_of(run: str) -> Iterator[str]:
    if not is_han(run):
        yield from _latin(run)
        return
    for place in range(len(run) - 1):
        yield run[place : place + 2]
    for word in _words_of(run):
        if len(word) > 2:
            yield word
    if len(run) == 1:
        yield run


def _latin(run: str) -> Iterator[str]:
    whole = joined(run)
    yield whole
    parts = _PART.findall(run)
    if len(parts) > 1:
        yield from parts


def _words_of(run: str) -> list[str]:
    import rjieba  # 30 MB of dictionary, which only processes that retrieve should carry

    return [str(word) for word in rjieba.cut(run)]
