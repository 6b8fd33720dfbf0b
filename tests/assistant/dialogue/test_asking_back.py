"""What is asked back, with answers to tap."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Talk, conditions_of
from webapp.assistant import stored
from webapp.assistant.answering import asking_back
from webapp.assistant.events import Answer, Asks, Cards


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking_back, "MANY", 2)


def _back(done: Answer) -> Asks | None:
    asks = [block for block in done.blocks if isinstance(block, Asks) and block.question]
    assert len(asks) <= 1
    return asks[0] if asks else None


def test_the_money_is_asked_for_beside_a_list_and_each_answer_narrows_it(talk: Talk) -> None:
    done = talk.ask("推荐一款SUV")
    back = _back(done)
    assert back is not None
    assert any(isinstance(block, Cards) and block.trim_ids for block in done.blocks)
    listed = talk.history
    for answer in back.items:
        talk.history = listed
        wants = conditions_of(talk.ask(answer))
        assert {"body", "price_wan"} == {field for field, _, _ in wants}, answer


def test_nothing_is_asked_back_twice_or_two_turns_in_a_row(talk: Talk) -> None:
    assert _back(talk.ask("推荐一款SUV")) is not None
    assert _back(talk.ask("要四驱的")) is None
    assert _back(talk.ask("五座的")) is None


def test_charging_is_asked_for_where_energies_are_weighed_and_nobody_said(
    talk: Talk, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The cars of these tests all charge; electric ones alone count as such here.
    monkeypatch.setattr(asking_back, "CHARGES", frozenset({"BEV"}))
    back = _back(talk.ask("30万以内的SUV"))
    assert back is not None
    assert "没有充电桩" in back.items
    assert garage.plain not in talk.ask("没有充电桩").trims
    talk.history = ()
    assert _back(talk.ask("家里没有充电桩，30万以内的SUV")) is None


def test_a_list_that_says_everything_is_not_asked_about(talk: Talk) -> None:
    assert _back(talk.ask("30万以内的纯电SUV")) is None


def test_two_cars_of_several_are_offered_as_pairs(talk: Talk) -> None:
    talk.ask("30万以内的车")
    talk.ask("北斗怎么样")
    back = _back(talk.ask("它俩哪个便宜"))
    assert back is not None
    assert "北斗 和 天舟 对比" in back.items
    assert talk.ask(back.items[0]).intent == "compare"


def test_what_is_asked_back_is_kept_and_told(talk: Talk) -> None:
    done = talk.ask("推荐一款SUV")
    back = _back(done)
    assert back is not None
    assert _back(stored.load(stored.dump(done))) == back
    assert done.text.endswith(back.question)
