"""Sentences that go on with a list or a comparison in ways of their own."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Talk, conditions_of


def test_an_amount_is_added_to_both_ends_of_the_price(talk: Talk) -> None:
    talk.ask("15万左右的SUV")
    done = talk.ask("再加5万")

    assert {c for c in conditions_of(done) if c[0] == "price_wan"} == {
        ("price_wan", ">=", "18.5"),
        ("price_wan", "<=", "21.5"),
    }


def test_what_was_ruled_out_and_may_stay_is_no_condition_any_more(talk: Talk) -> None:
    talk.ask("30万以内的车")
    before = conditions_of(talk.ask("纯电的不要"))
    assert conditions_of(talk.ask("不对，纯电可以留着")) == {
        one for one in before if one[0] != "energy"
    }


def test_a_value_that_will_do_as_well_joins_the_one_asked_for(talk: Talk, garage: Garage) -> None:
    talk.ask("5座SUV")

    assert ("seats", "in", "[5, 7]") in conditions_of(talk.ask("7座也行"))
    # Nothing was asked of the energy, so that this one is none of the conditions.
    assert not {c for c in conditions_of(talk.ask("纯电也行")) if c[0] == "energy"}


def test_a_range_falls_where_cars_that_have_none_are_asked_for(talk: Talk) -> None:
    talk.ask("续航500以上的SUV")

    assert conditions_of(talk.ask("换成油车")) == {("body", "==", "SUV"), ("energy", "==", "ICE")}


def test_a_recommendation_is_of_the_list_before(talk: Talk) -> None:
    talk.ask("20万以内的插混SUV")
    before = conditions_of(talk.ask("五座的"))

    assert conditions_of(talk.ask("推荐一个")) == before


def test_one_car_of_a_comparison_is_exchanged_for_another(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗和天舟对比")

    assert set(talk.ask("不要天舟，换织女").trims) == {garage.plain, garage.hybrid}


def test_two_versions_asked_about_are_the_ones_that_differ(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗多少钱")
    talk.ask("顶配多少钱")
    talk.ask("低配呢")
    done = talk.ask("差多少")

    assert done.intent == "compare"
    assert set(done.trims) == {garage.plain, garage.far}
    assert "便宜 5 万元" in done.text


def test_versions_picked_after_a_comparison_are_compared(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗和天舟对比")

    assert talk.ask("四驱版的呢").trims == (garage.far, garage.family)


@pytest.mark.parametrize("text", ["唐呢", "那唐呢？"])
def test_another_car_nobody_knows_is_said_to_be_missing(talk: Talk, text: str) -> None:
    talk.ask("北斗多少钱")

    assert talk.ask(text).text.startswith("车库里没有找到“唐”。")
