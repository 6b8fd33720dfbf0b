"""Chinese characters as syllables, without the sixty megabytes a full dictionary takes.

words/pinyin.csv has the 6,763 characters of GB 2312 with their most frequent reading. How a
character reads in names of cars (长安 is chang'an, not zhang'an) is learned from the
transcriptions the catalogue holds, which an import made with the full dictionary.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

Readings = Mapping[str, str]
"""Character to toneless syllable."""

_TABLE: Final = Path(__file__).resolve().parent / "words" / "pinyin.csv"
_PIECE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[0-9]+|[^0-9\u3400-\u4dbf\u4e00-\u9fff]+")


@cache
def readings() -> Readings:
    """The most frequent reading of every character of the table."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            character: line["syllable"]
            for line in csv.DictReader(file)
            for character in line["characters"]
        }


def learn_readings(names: Iterable[tuple[str, str]]) -> Readings:
    """The table, corrected by (folded name, its transcription) pairs."""
    known = readings()
    learned = dict(known)
    syllables = frozenset(known.values())
    for name, transcription in names:
        tokens = pieces(name)
        if "".join(known.get(token, token) for token in tokens) != transcription:
            found = next(_align(tokens, transcription, known, syllables), ())
            learned.update(pair for pair in zip(tokens, found, strict=False) if is_han(pair[0]))
    return learned


def pieces(text: str) -> list[str]:
    """Folded text in the parts that stay whole: 秦plus25 is 秦, plus, 25."""
    return _PIECE.findall(text)


def sounds(text: str, known: Readings) -> list[str]:
    """The pieces with every character as its syllable; one without a reading stays itself."""
    return [known.get(piece, piece) for piece in pieces(text)]


def initials(text: str, known: Readings) -> str:
    """First letters of the characters, the rest whole: 问界m9 is wjm9."""
    return "".join(
        sound[0] if is_han(piece) else sound
        for piece, sound in zip(pieces(text), sounds(text, known), strict=True)
    )


def is_han(piece: str) -> bool:
    return "\u3400" <= piece[0] <= "\u9fff"


def _align(
    tokens: list[str], rest: str, known: Readings, syllables: frozenset[str]
) -> Iterator[tuple[str, ...]]:
    """Ways to cut a transcription into one part per token, the likeliest first."""
    if not tokens:
        if not rest:
            yield ()
        return
    token = tokens[0]
    choices = [token]
    if is_han(token):
        usual = known.get(token, "")
        lengths = range(min(6, len(rest)), 0, -1)
        others = (rest[:n] for n in lengths if rest[:n] in syllables and rest[:n] != usual)
        choices = [usual, *others] if usual else [*others]
    for choice in choices:
        if rest.startswith(choice):
            for following in _align(tokens[1:], rest[len(choice) :], known, syllables):
                yield (choice, *following)
