"""One spelling for every character, and the way back to what was typed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from webapp.search.understanding.tables import rows


@dataclass(frozen=True)
class Normal:
    """`text` is lower-case, half-width and simplified; every separator is one space or mark.

    `offsets[i]` is where the original of character i begins; the last entry is the original's
    length.
    """

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that became text[start:end]."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + self._width(end - 1)

    def _width(self, index: int) -> int:
        begin = self.offsets[index]
        return next(offset - begin for offset in self.offsets[index + 1 :] if offset > begin)


def normalise(original: str) -> Normal:
    """Fold width, case, traditional characters and odd spaces of a sentence."""
    table = _spellings()
    pieces: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(original):
        folded = char if char.isascii() else unicodedata.normalize("NFKC", char)
        for piece in folded.lower():
            pieces.append(_one(piece, table))
            offsets.append(index)
    return Normal("".join(pieces), (*offsets, len(original)))


def _one(char: str, table: dict[str, str]) -> str:
    if char in table:
        return table[char]
    category = unicodedata.category(char)
    # Control, private and invisible characters separate words like a space does.
    return " " if category[0] in "CZ" else char


@cache
def _spellings() -> dict[str, str]:
    """Other spelling of a character to the one the tables use."""
    return {other: row["character"] for row in rows("spellings.csv") for other in row["spellings"]}
