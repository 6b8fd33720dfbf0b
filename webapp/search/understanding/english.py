"""Questions in English, word by word in Chinese: read by everything that reads Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from webapp.search.understanding.tables import rows

EITHER: Final = "|"
_LATIN: Final = re.compile("[A-Za-z]+")
_YES_NO: Final = re.compile("(?:does|do|is|are|has|have|did)[^a-z]", re.IGNORECASE)
_HAN: Final = re.compile("[\u3400-\u9fff]")


def in_chinese(text: str, names: Mapping[str, str]) -> str:
    """The text with its English words in Chinese; itself where it holds Chinese already, or none
    of its words is known. Figures and names stay; `names` has those that are written by their
    sound: han for 汉."""
    if _HAN.search(text):
        return text
    words, pattern = _dictionary()
    text = _LATIN.sub(lambda m: names.get(m[0].lower(), m[0]), text)
    glossed = " ".join(pattern.sub(lambda m: f" {words[m[0].lower()]} ", text).split())
    if not _HAN.search(glossed):
        return text
    return f"{glossed.rstrip(' ?')}吗？" if _YES_NO.match(text) else glossed


@cache
def _dictionary() -> tuple[dict[str, str], re.Pattern[str]]:
    """The table, and a pattern for its words, the longest first."""
    words = {
        word: row["chinese"] for row in rows("english.csv") for word in row["words"].split(EITHER)
    }
    longest = sorted(words, key=len, reverse=True)
    either = EITHER.join(re.escape(word) for word in longest)
    return words, re.compile(rf"(?<![a-z])(?:{either})(?![a-z])", re.IGNORECASE)
