"""Yes or no to what a car is: the truth of its rows, however the question is put."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Talk

ENERGIES = {"北斗": {"纯电"}, "天舟": {"插混", "混动"}, "织女": {"插混", "混动"}}
ASKS = ("{car}有{energy}吗", "{car}不是有{energy}吗", "{car}没有{energy}吗",
        "{car}有没有{energy}的", "{car}是{energy}吗", "{car}不是{energy}的吗")  # fmt: skip


@pytest.mark.parametrize("car", ENERGIES)
@pytest.mark.parametrize("energy", ["纯电", "插混", "混动", "燃油"])
def test_a_question_for_an_energy_is_answered_by_the_rows_however_it_is_put(
    talk: Talk, garage: Garage, car: str, energy: str
) -> None:
    for asks in ASKS:
        said = Talk().ask(asks.format(car=car, energy=energy)).text
        assert said.startswith("没有") is (energy not in ENERGIES[car]), (asks, said)


def test_of_a_word_for_several_energies_the_one_there_is_is_named(talk: Talk) -> None:
    assert talk.ask("天舟有混动吗").text.startswith("有，都是插混。")
