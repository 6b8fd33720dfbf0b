"""Questions in English: read word by word in Chinese, the rest is said not to be understood."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Talk, conditions_of
from webapp.search.understanding.english import in_chinese


def test_a_value_and_a_comparison_asked_in_english_are_answered(talk: Talk, garage: Garage) -> None:
    assert "29.8" in talk.ask("天舟 price").text
    assert "510 公里" in talk.ask("beidou range").text
    done = talk.ask("compare 天舟 vs 织女")
    assert done.intent == "compare"
    assert set(done.trims) == {garage.family, garage.hybrid}


def test_cars_written_by_their_sound_are_compared(talk: Talk, garage: Garage) -> None:
    done = talk.ask("Which is better, Tianzhou or Zhinv?")

    assert done.intent == "compare"
    assert set(done.trims) == {garage.family, garage.hybrid}


def test_wishes_in_english_are_conditions(talk: Talk) -> None:
    done = talk.ask("I am looking for a 7 seater plug-in hybrid under 300k")

    assert {("seats", "==", "7"), ("energy", "==", "PHEV"), ("price_wan", "<=", "30")} <= (
        conditions_of(done)
    )


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("How much does it cost to charge a Model 3?", "充满电要多少钱 Model 3?"),
        ("Does the Seagull have fast charging?", "Seagull 有 快充吗？"),
        ("cheapest electric SUV", "最便宜 纯电 SUV"),
        ("What is the meaning of life?", "What is the meaning of life?"),
        ("Model 3 价格 about 20万", "Model 3 价格 about 20万"),
        ("a Boxer", "a Boxer"),
    ],
)
def test_whole_words_are_exchanged_and_names_stay(english: str, chinese: str) -> None:
    assert in_chinese(english, {}) == chinese


def test_english_that_is_not_understood_is_said_to_be_so(talk: Talk) -> None:
    done = talk.ask("What is the meaning of life?")
    assert "这一句没看懂" in done.text
    assert not done.trims
