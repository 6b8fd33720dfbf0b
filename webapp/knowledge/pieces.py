"""Texts cut to passages: on sentence borders, about equal, at most LONGEST characters."""

from __future__ import annotations

import math
import re
from typing import Final

LONGEST: Final = 200
"""Of a passage, in characters: a vector says less of a longer text and takes longer to make."""
USUAL: Final = 180

_SENTENCE: Final = re.compile(r"[□■●•]?[^。！？!?；;…\n□■●•]*(?:[。！？!?；;…\n]+[”’」』）)]*\s*)?")
_CLAUSE: Final = re.compile(r"(?:\{[^{}\s]*\}|[^，,、：:\s{]|\{)*[，,、：:\s]*")
"""A value in braces stays whole."""


def split(text: str) -> list[str]:
    """Pieces of at most LONGEST characters that join to `text` again.

    A text of several pieces is cut where they come out about equal: a short rest at the end
    would be found for its brevity instead of for what it says.
    """
    sentences = _sentences(text)
    count = max(1, math.ceil(len(text) / USUAL))
    pieces: list[str] = []
    current, left = "", len(text)
    for sentence in sentences:
        target = (left + len(current)) / max(1, count - len(pieces))
        overshoot = len(current) + len(sentence) - target
        too_long = len(current) + len(sentence) > LONGEST
        if current and (too_long or overshoot > target - len(current)):
            pieces.append(current)
            current = ""
        current += sentence
        left -= len(sentence)
    return [*pieces, current] if current else pieces


def _sentences(text: str) -> list[str]:
    """Sentences; one that is longer than LONGEST in clauses, a longer clause in lengths."""
    parts: list[str] = []
    for sentence in _cut(_SENTENCE, text):
        if len(sentence) <= LONGEST:
            parts.append(sentence)
            continue
        for clause in _cut(_CLAUSE, sentence):
            parts += [clause[at : at + LONGEST] for at in range(0, len(clause), LONGEST)]
    return parts


def _cut(border: re.Pattern[str], text: str) -> list[str]:
    return [part for part in (match[0] for match in border.finditer(text)) if part]
