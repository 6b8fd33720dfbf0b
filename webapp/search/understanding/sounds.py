"""Which characters sound alike, tones left out."""

from __future__ import annotations

from functools import cache
from typing import Final

from webapp.search.pinyin import readings
from webapp.search.understanding.tables import rows

_NONE: Final = frozenset[str]()


@cache
def _syllables() -> dict[str, frozenset[str]]:
    """Character to its readings: the usual one, and others heard in names and car words."""
    found = {char: frozenset({syllable}) for char, syllable in readings().items()}
    for row in rows("readings.csv"):
        for char in row["characters"]:
            found[char] = found.get(char, _NONE) | {row["syllable"]}
    return found


def syllables(char: str) -> frozenset[str]:
    return _syllables().get(char, _NONE)


def sound_alike(one: str, other: str) -> bool:
    return not syllables(one).isdisjoint(syllables(other))


def spelled(word: str) -> str:
    """A Chinese word in letters, by each character's usual reading; empty where one has none."""
    known = readings()
    letters = [known.get(char, char if char.isascii() else "") for char in word]
    return "".join(letters) if all(letters) else ""
