"""What a message tells of others and of the car there is: no wish for the next one.

“销售说秦PLUS能当油车开，家里已经有一台油车” wants neither that car nor that fuel.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webapp.search.understanding.reading import Parse

_ENDS: Final = frozenset("，,。；;！!？?\n")
_WANTED: Final = ("要", "想", "喜欢", "必须", "预算")
"""What somebody says they want is a wish of the household."""


def without_background(parse: Parse) -> str:
    """The text with such clauses blanked, every other character in its place; the same text where
    all of it would go."""
    text = parse.text
    blanked = list(text)
    for start, end in _clauses(text):
        inside = [cue for cue in parse.cues if start <= cue.start < end]
        told = any(cue.has("reported") for cue in inside)
        wanted = any(word in text[start:end] for word in _WANTED)
        if any(cue.has("owned") for cue in inside) or (told and not wanted):
            blanked[start:end] = " " * (end - start)
    left = "".join(blanked)
    return left if any(char.isalnum() for char in left) else text


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for at, char in enumerate(text):
        if char in _ENDS:
            yield start, at
            start = at + 1
    yield start, len(text)
