"""Words by which one sentence goes on with another: 它, 第二个, 再便宜点, 换成.

They lie over the words that conditions are read from and change nothing about those: 再便宜点 is a
wish for a search and a move for a conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, product
from typing import Final, NamedTuple

from webapp.search.understanding.normalise import Normal
from webapp.search.understanding.tables import rows, words_of
from webapp.search.understanding.tokens import Token
from webapp.search.understanding.trie import Trie

_COUNTERS: Final = ("个", "款", "辆", "台", "部", "种", "位", "名", "个车", "款车", "辆车", "台车")
_CHOICE: Final = re.compile(r"[\[\]]")
_NUMBERS: Final = (*"一二三四五六七八九十", "十一", "十二")
_PAIRED: Final = 6
"""Rows that are named by two bare figures: 1和2."""
_LINKS: Final = ("和", "跟", "与", "对", "、", "vs", "pk", "同")


class Meaning(NamedTuple):
    """What a dialogue word does, `of` what, and the `numbers` in it."""

    cue: str
    of: str
    numbers: tuple[int, ...] = ()


class Cue(NamedTuple):
    """A dialogue word where it stands in the sentence as it was typed."""

    text: str
    start: int
    end: int
    meanings: tuple[Meaning, ...]

    def has(self, cue: str) -> bool:
        return any(meaning.cue == cue for meaning in self.meanings)

    def meaning(self, cue: str) -> Meaning | None:
        return next((meaning for meaning in self.meanings if meaning.cue == cue), None)


def cues_in(normal: Normal, tokens: Sequence[Token], original: str) -> tuple[Cue, ...]:
    """Dialogue words of a sentence, the longest first match from left to right; none is cut out
    of the name of a car."""
    names = [(t.start, t.end) for t in tokens if t.kind == "name"]
    found = []
    for start, end, meanings in _matches(normal.text, names):
        begin, stop = normal.original(start, end)
        found.append(Cue(original[begin:stop], begin, stop, meanings))
    return tuple(found)


def _matches(
    text: str, names: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, tuple[Meaning, ...]]]:
    words, at = dialogue_words(), 0
    while at < len(text):
        inside = next((end for start, end in names if start <= at < end), None)
        if inside is not None:
            at = inside
            continue
        following = min((start for start, _ in names if start > at), default=len(text))
        ends = [
            m for m in words.matches(text, at) if m.end <= following and _whole(text, at, m.end)
        ]
        if text[at] == " " or not ends:
            at += 1
            continue
        best = ends[-1]
        yield at, best.end, best.payload
        at = best.end


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no figure or run of letters is cut in two: no 1 in 15万, no 1和2 in 1和20万."""
    for at in (start, end):
        if 0 < at < len(text):
            pair = text[at - 1], text[at]
            if all(c.isascii() and c.isalnum() for c in pair):
                return False
    return not (text[end - 1].isdigit() and text[end : end + 1] in _UNITS)


_UNITS: Final = frozenset("万.千百kw")


@cache
def dialogue_words() -> Trie[tuple[Meaning, ...]]:
    """The table, compiled: `{c}` is a counter, `{n}` a place, `{m}` more than one, `[a|b]` one of
    these."""
    found: dict[str, list[Meaning]] = {}
    for row in rows("dialogue.csv"):
        for template in chain.from_iterable(map(_alternatives, words_of(row))):
            for text, number in _spelled(template):
                counted = row["of"].isdigit() or number
                numbers = (number or int(row["of"]),) if counted else ()
                of = "" if row["of"] in ("n", "") or row["of"].isdigit() else row["of"]
                found.setdefault(text, []).append(Meaning(row["cue"], of, numbers))
    for text, pair in _pairs():
        found.setdefault(text, []).append(Meaning("places", "", pair))
    trie: Trie[tuple[Meaning, ...]] = Trie()
    for text, meanings in found.items():
        trie.put(text, tuple(dict.fromkeys(meanings)))
    return trie


def _alternatives(template: str) -> Iterator[str]:
    """“[哪个|哪款]版本[好|]”: every word that a template stands for."""
    pieces = [piece.split("|") for piece in _CHOICE.split(template)]
    return map("".join, product(*pieces))


def _spelled(template: str) -> Iterator[tuple[str, int]]:
    """A word of the table in all its spellings, with the number in it or 0."""
    counters = _COUNTERS if "{c}" in template else ("",)
    for counter in counters:
        text = template.replace("{c}", counter)
        mark = next((mark for mark in ("{n}", "{m}") if mark in text), None)
        if mark is None:
            yield text, 0
            continue
        for number in range(1 if mark == "{n}" else 2, len(_NUMBERS) + 1):
            for said in _numerals(number):
                yield text.replace(mark, said), number


def _numerals(number: int) -> tuple[str, ...]:
    words = (str(number), _NUMBERS[number - 1])
    return (*words, "两") if number == 2 else words


def _pairs() -> Iterator[tuple[str, tuple[int, int]]]:
    """1和2, 一和三, 2跟4: rows of a list by two bare figures."""
    for first in range(1, _PAIRED + 1):
        for second in range(1, _PAIRED + 1):
            if first == second:
                continue
            for link in _LINKS:
                for spelled in (str, lambda n: _NUMBERS[n - 1]):
                    yield f"{spelled(first)}{link}{spelled(second)}", (first, second)
