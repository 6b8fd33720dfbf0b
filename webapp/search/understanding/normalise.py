"""One spelling for every character, and the way back to what was typed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

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
    """Fold width, case, traditional characters, formal numerals and odd spaces."""
    pieces: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(original):
        for piece in _folded(char):
            pieces.append(piece)
            offsets.append(index)
    text = _FORMAL.sub(lambda run: run[0].translate(_formal()), "".join(pieces))
    return Normal(text, (*offsets, len(original)))


def _folded(char: str) -> str:
    table = _spellings("")
    if char in table:
        return table[char]
    folded = char if char.isascii() else unicodedata.normalize("NFKC", char)
    # Control, private and invisible characters separate words like a space does.
    return "".join(
        " " if unicodedata.category(piece)[0] in "CZ" else table.get(piece, piece)
        for piece in folded.lower()
    )


@cache
def _spellings(only_in_numbers: str) -> dict[str, str]:
    """Other spelling of a character to the one the tables use."""
    return {
        other: row["character"]
        for row in rows("spellings.csv")
        for other in row["spellings"]
        if row["only_in_numbers"] == only_in_numbers
    }


@cache
def _formal() -> dict[int, str]:
    return str.maketrans(_spellings("yes"))


_FORMAL: Final = re.compile(
    f"[{''.join(_spellings('yes'))}零一二两三四五六七八九十百千万]+(?<=[十百千万拾佰仟])"
    f"|[{''.join(_spellings('yes'))}]+(?=座)"
)
"""Formal numerals with a power of ten or seats behind: 陆 is 6 in 陆万, but not in 探陆四驱."""
