"""Questions in English, word by word in Chinese: read by everything that reads Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from webapp.search.understanding.tables import rows

EITHER: Final = "|"
_YES_NO: Final = re.compile("(?:does|do|is|are|has|have|did)[^a-z]", re.IGNORECASE)
_HAN: Final = re.compile("[\u3400-\u9fff]")


def in_chinese(text: str, names: Mapping[str, str]) -> str:
    """The text with its English words in Chinese; itself where it holds Chinese already, or none
    of its words is known. Figures and names stay; `names` has those that are written by their
    sound: han for 汉."""
    if _HAN.search(text):
        return text
    words, pattern = _dictionary()
    text = text.replace("-seat", " seat")
    text = _by_sound(text, names)
    glossed = " ".join(pattern.sub(lambda m: f" {words[m[0].lower()]} ", text).split())
    if not _HAN.search(glossed):
        return text
    return f"{glossed.rstrip(' ?')}吗？" if _YES_NO.match(text) else glossed


def _by_sound(text: str, names: Mapping[str, str]) -> str:
    """With names in the place of one word or of two that sound like them: Qin PLUS."""
    words, found, at = text.split(" "), list[str](), 0
    while at < len(words):
        for length in (2, 1):
            piece = " ".join(words[at : at + length])
            bare = piece.rstrip(",.?!")
            name = names.get(bare.replace(" ", "").lower())
            if name is not None or length == 1:
                break
        found.append(piece if name is None else name + piece[len(bare) :])
        at += length
    return " ".join(found)


@cache
def _dictionary() -> tuple[dict[str, str], re.Pattern[str]]:
    """The table, and a pattern for its words, the longest first."""
    words = {
        word: row["chinese"] for row in rows("english.csv") for word in row["words"].split(EITHER)
    }
    longest = sorted(words, key=len, reverse=True)
    either = EITHER.join(re.escape(word) for word in longest)
    return words, re.compile(rf"(?<![a-z0-9])(?:{either})(?![a-z0-9])", re.IGNORECASE)
