"""Dialogue words: which are found, where, and what they count."""

from __future__ import annotations

import pytest

from webapp.search.understanding.dialogue import Cue, cues_in
from webapp.search.understanding.normalise import normalise


def _cues(text: str) -> tuple[Cue, ...]:
    return cues_in(normalise(text), (), text)


@pytest.mark.parametrize(
    ("text", "word", "cue", "numbers"),
    [
        ("第二个多少钱", "第二个", "nth", (2,)),
        ("第 3 款多少钱", "第 3 款", "nth", (3,)),
        ("倒数第一款怎么样", "倒数第一款", "nth_last", (1,)),
        ("头两款比比", "头两款", "first_n", (2,)),
        ("1和2哪个好", "1和2", "places", (1, 2)),
        ("一跟三对比", "一跟三", "places", (1, 3)),
        ("它俩怎么选", "它俩", "they", (2,)),
        ("这三款车哪个好", "这三款车", "they", (3,)),
    ],
)
def test_words_that_point_say_how_many_or_which(
    text: str, word: str, cue: str, numbers: tuple[int, ...]
) -> None:
    found = next(one for one in _cues(text) if one.has(cue))
    meaning = found.meaning(cue)
    assert found.text == word
    assert text[found.start : found.end] == word
    assert meaning is not None
    assert meaning.numbers == numbers


@pytest.mark.parametrize(
    "text", ["15和20万哪个好", "第二排空间大吗", "这个价位还有什么", "销量第一的车", "那七座的呢"]
)
def test_what_only_looks_like_a_place_points_at_nothing(text: str) -> None:
    pointing = ("nth", "places", "this", "that", "they")
    assert not [one.text for one in _cues(text) if any(map(one.has, pointing))]


def test_the_longest_word_counts() -> None:
    assert [one.text for one in _cues("不要了") if one.has("takes_out")] == ["不要了"]
    assert not [one for one in _cues("其他") if one.has("it")]
