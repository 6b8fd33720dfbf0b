"""Which cars a buyer is shown: picks, hints that bound nothing, cars that are not there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.assistant.answering.conftest import Garage, Talk, cards_of, conditions_of
from tests.assistant.answering.test_answers import assert_bound
from webapp.assistant.answering.figures_said import consumption


def test_a_missing_car_is_answered_with_what_is_asked_of_those_of_its_maker(talk: Talk) -> None:
    done = talk.ask("Galaxy X9续航多少")

    assert done.refused
    assert done.text.startswith("车库里没有找到“Galaxy X9”。")
    assert "星河在车库里有 3 个车系" in done.text
    assert "北斗" in done.text
    assert "纯电续航 510 公里" in done.text
    assert_bound(done)


def test_a_missing_car_of_a_maker_that_is_not_there_gets_no_other_car(talk: Talk) -> None:
    done = talk.ask("有没有法拉利")

    assert "这里没有别的车" in done.text
    assert "北斗" not in done.text


def test_the_name_of_a_missing_car_is_said_whole(talk: Talk) -> None:
    assert talk.ask("Galaxy X9Z怎么样").text.startswith("车库里没有找到“Galaxy X9Z”。")


def test_of_two_cars_the_one_that_is_there_is_told_what_was_asked(talk: Talk) -> None:
    done = talk.ask("天舟和玄武哪个省油")

    assert "天舟 2025款 家庭 版的综合油耗 6.2 升/百公里" in done.text.split("\n\n")[0]
    assert_bound(done)


def test_who_asks_which_to_buy_gets_picks_with_reasons(talk: Talk) -> None:
    done = talk.ask("30万以内的SUV买什么好")

    assert done.text.startswith("先看这 3 款：")
    assert "怎么选：" in done.text
    assert len(cards_of(done).trim_ids) == 3


def test_who_asks_what_there_is_gets_the_list(talk: Talk) -> None:
    assert talk.ask("30万以内的SUV有哪些").text.startswith("符合“")


def test_an_energy_that_is_chosen_is_not_overruled_by_where_one_charges(
    talk: Talk, garage: Garage
) -> None:
    done = talk.ask("想买纯电SUV，家里没法装桩，推荐一下")

    assert done.text.startswith("先看这 1 款：北斗")
    assert "没有家充" in done.text
    assert cards_of(done).trim_ids[0] in (garage.plain, garage.far)


def test_a_hint_that_next_to_nothing_meets_is_no_condition_and_said(talk: Talk) -> None:
    done = talk.ask("15万以上的SUV，动力够用")

    assert ("accel_0_100_s", "<=", "10") not in conditions_of(done)
    assert "没有当硬条件" in done.text


def test_seats_that_are_needed_stay_a_condition(talk: Talk, garage: Garage) -> None:
    done = talk.ask("三个孩子，祖孙三代一起坐，买什么SUV")

    assert cards_of(done).trim_ids == (garage.family,)


@pytest.mark.parametrize("text", ["15万以内的SUV，离老家200公里远", "15万以内，回300公里外老家"])
def test_how_far_away_a_place_is_says_nothing_of_the_range(talk: Talk, text: str) -> None:
    assert not any(field == "range_km" for field, _, _ in conditions_of(talk.ask(text)))


def test_what_was_not_used_is_said_before_the_list(talk: Talk) -> None:
    done = talk.ask("30万以内带琥珀灯的SUV有哪些")

    first = done.text.split("\n\n")[0]
    assert "没有用作条件的：“琥珀灯”" in first


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("油车百公里8个油", ("油", Decimal(8))),
        ("油耗7.5，一年跑两万公里", ("油", Decimal("7.5"))),
        ("每百公里15度电", ("电", Decimal(15))),
        ("电耗13度，一度电6毛", ("电", Decimal(13))),
        ("一度电6毛，一天50公里", None),
        ("排量2.0升", None),
    ],
)
def test_what_a_car_takes_is_read_with_what_it_takes(
    text: str, used: tuple[str, Decimal] | None
) -> None:
    assert consumption(text) == used


def test_a_year_of_fuel_is_worked_out_from_what_is_said_of_the_car(talk: Talk) -> None:
    done = talk.ask("每天跑50公里，百公里6个油，油价8块，一年油钱多少")

    assert "一年跑 18250 公里约用 1095 升油，按每升 8 元约 8760 元" in done.text
    assert_bound(done)


def test_what_the_tables_lack_is_said_before_the_list_that_does_without_it(talk: Talk) -> None:
    done = talk.ask("有没有后排能装三个安全座椅的SUV，30万以内")

    assert done.text.startswith("车库里的参数表没有列出ISOFIX")
    assert ("price_wan", "<=", "30") in conditions_of(done)


@pytest.mark.parametrize("text", ["Galaxy谛听多少钱，有没有自动挡", "Galaxy谛听怎么样"])
def test_a_model_behind_its_maker_is_missing_whatever_else_is_asked(talk: Talk, text: str) -> None:
    assert "没有找到“Galaxy谛听”" in talk.ask(text).text


def test_a_missing_car_comes_before_the_sum_it_is_part_of(talk: Talk) -> None:
    done = talk.ask("天舟和Galaxy X9一年两万公里哪个省油钱")

    assert done.intent == "compare"
    assert done.text.startswith("车库里没有找到“Galaxy X9”")
