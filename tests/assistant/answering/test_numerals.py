"""Numerals: what counts as one, and what it is worth."""

from __future__ import annotations

import pytest

from webapp.assistant.answering.numerals import numerals, value_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("续航 605 公里", ["605"]),
        ("百公里加速 7.9 秒", ["7.9"]),
        ("问界M9 2025款 1.5T", ["9", "2025", "1.5"]),
        ("预算二十万以内", ["二十万"]),
        ("打八折，充到百分之八十", ["八折", "百分之八十"]),
        ("十分钟充满", ["十分钟"]),
        ("续航６０５公里", ["６０５"]),
        ("三元锂电池十分安静，四驱，一般够用", []),
        ("百公里油耗", []),
    ],
)
def test_amounts_are_found_and_words_that_only_look_like_them_are_not(
    text: str, found: list[str]
) -> None:
    assert [numeral.text for numeral in numerals(text)] == found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("二十万", 200_000),
        ("三百五十", 350),
        ("两千", 2000),
        ("三点五", 3.5),
        ("八折", 8),
        ("一", 1),
        ("多少", None),
        ("9" * 15, 10**15 - 1),
        ("百万" * 500, None),
        ("一" + "万" * 1000, None),
        ("9" * 400, None),
        ("一" + "亿" * 50, None),
    ],
)
def test_chinese_and_plain_numerals_are_worth_the_same(text: str, value: float | None) -> None:
    assert value_of(text) == value
