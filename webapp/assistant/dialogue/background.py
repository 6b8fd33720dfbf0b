"""What a message tells of others and of the car there is: no wish for the next one.

“销售说秦PLUS能当油车开，家里已经有一台油车” wants neither that car nor that fuel.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webapp.search.understanding.reading import Parse

_ENDS: Final = frozenset("，,。；;！!？?\n")
_PAUSES: Final = frozenset("，,")
_AGAIN: Final = ("我", "可", "但", "不过", "所以", "想", "就", "预算", "推荐", "帮", "有", "求")
"""A clause that begins so is the visitor's own again."""
_WANTED: Final = ("要", "想", "喜欢", "必须", "预算")
"""What somebody says they want is a wish of the household."""


def without_background(parse: Parse) -> str:
    """The text with that blanked, every other character in its place; the same text where all of
    it would go. What others say goes on to the end of the sentence, or to where the visitor
    speaks again."""
    text = parse.text
    blanked = list(text)
    reported = False
    for start, end in _clauses(text):
        reported = reported and text[start - 1] in _PAUSES and not text.startswith(_AGAIN, start)
        inside = [cue for cue in parse.cues if start <= cue.start < end]
        told = next((cue.start for cue in inside if cue.has("reported")), None)
        if any(word in text[start:end] for word in _WANTED):
            told, reported = None, False
        if reported or any(cue.has("owned") for cue in inside):
            told = start
        if told is not None:
            blanked[told:end] = " " * (end - told)
            reported = reported or any(cue.has("reported") for cue in inside)
    left = "".join(blanked)
    return left if any(char.isalnum() for char in left) else text


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for at, char in enumerate(text):
        if char in _ENDS:
            yield start, at
            start = at + 1
    yield start, len(text)
