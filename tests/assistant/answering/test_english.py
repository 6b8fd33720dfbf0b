"""Questions in English: what is read of them is answered, the rest is said not to be."""

from __future__ import annotations

from tests.assistant.answering.conftest import Garage, Talk


def test_a_value_and_a_comparison_asked_in_english_are_answered(talk: Talk, garage: Garage) -> None:
    assert "29.8" in talk.ask("天舟 price").text
    assert "705" in talk.ask("beidou range").text
    done = talk.ask("compare 天舟 vs 织女")
    assert done.intent == "compare"
    assert set(done.trims) == {garage.family, garage.hybrid}


def test_english_that_is_not_understood_is_said_to_be_so(talk: Talk) -> None:
    done = talk.ask("What is the meaning of life?")
    assert "这一句没看懂" in done.text
    assert not done.trims
