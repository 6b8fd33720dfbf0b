"""A sum goes on: what is stated next takes the place of what it was worked out with."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.assistant.answering.conftest import Garage, Talk, conditions_of
from tests.assistant.answering.test_money import monthly
from webapp.assistant.answering.figures_said import price
from webapp.assistant.answering.stated import changes, of_facts, over, stated, told
from webapp.assistant.dialogue import situation

USED = {"km": Decimal(14_000), "years": Decimal(5), "power_price": Decimal("0.6")}


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("汽油价格高，油价按九块", {"fuel_price": 9}),
        ("油价7块6", {"fuel_price": 7.6}),
        ("电价0.8", {"power_price": 0.8}),
        ("电费一块二一度", {"power_price": 1.2}),
        ("一天跑90公里", {"km": 32850}),
        ("每月跑1200公里", {"km": 14400}),
        ("一年两万四公里", {"km": 24000}),
        ("都在外面充", {"home": 0}),
        ("平时在家充", {"home": 100}),
        ("首付五万", {"down_yuan": 50000}),
        ("首付四成", {"down_share": 40}),
        ("年化5个点", {"rate": 5}),
        ("分48期", {"months": 48}),
        ("没有利息", {"free": 1}),
    ],
)
def test_a_figure_is_read_as_people_say_it(text: str, figures: dict[str, float]) -> None:
    assert figures.items() <= {name: float(value) for name, value in stated(text).items()}.items()


@pytest.mark.parametrize("text", ["电费一个月多少", "油价会涨吗", "92号汽油和95号哪个好"])
def test_no_price_of_energy_is_read_where_none_is_said(text: str) -> None:
    assert not {"power_price", "fuel_price"} & stated(text).keys()


def test_an_amount_in_words_is_a_price() -> None:
    assert price("十六万的车") == 160_000


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("不是一万四，是两万六", {"km": Decimal(26_000)}),
        ("那两万二呢", {"km": Decimal(22_000)}),
        ("一年跑九千公里", {"km": Decimal(9_000)}),
        ("一年才跑七千", {"km": Decimal(7_000)}),
        ("改成七年", {"years": Decimal(7)}),
        ("首付三万", {}),
        ("25万以内的SUV", {}),
        ("这样啊", {}),
    ],
)
def test_only_what_the_sum_takes_changes_it(text: str, now: dict[str, Decimal]) -> None:
    assert changes(text, "years", USED, opens=text.startswith("那")) == now


def test_what_is_said_last_of_two_ways_counts_alone() -> None:
    before = {"down_share": Decimal(30), "rate": Decimal(4), "months": Decimal(36)}
    now = {"down_yuan": Decimal(20_000), "free": Decimal(1)}
    assert over(now, before) == {"months": Decimal(36)} | now


def test_a_day_of_the_situation_counts_for_a_year_and_no_charger_for_public_power() -> None:
    facts = {"use.km_day": "40", "place.home_charging": "no"}
    assert of_facts(facts.get) == {"km": 14_600, "home": 0}


def test_a_loan_is_worked_out_anew_turn_by_turn(talk: Talk) -> None:
    talk.ask("北斗远航版首付三成 分36期 年化4个点")
    assert monthly(239_800 - 60_000, 4, 48) in talk.ask("首付六万，改成48期").text
    assert monthly(239_800 - 60_000, 0, 48) in talk.ask("按免息算").text
    assert monthly(125_000 - 60_000, 0, 48) in talk.ask("换成织女呢").text


def test_what_is_borrowed_is_put_right(talk: Talk) -> None:
    assert monthly(70_000, 4, 36) in talk.ask("贷款7万三年年化4个点月供多少").text
    assert monthly(90_000, 4, 36) in talk.ask("不是7万，是9万").text


def test_a_question_that_only_mentions_a_figure_leaves_the_sum(talk: Talk) -> None:
    talk.ask("北斗五年养车花多少钱")
    assert "五年总花费" not in talk.ask("没有充电桩怎么办").text


def test_a_payment_buys_more_without_interest(talk: Talk) -> None:
    assert "万元" in talk.ask("想月供两千左右，首付3万").text
    # 2,000 * 24 and what is paid down.
    assert "7.8 万元" in talk.ask("按两年没有利息算").text


def test_the_price_a_payment_buys_bounds_a_list(talk: Talk) -> None:
    talk.ask("想月供两千左右，首付3万，两年免息")
    assert conditions_of(talk.ask("那这个价有什么SUV")) == {
        ("price_wan", "<=", "7.8"),
        ("body", "==", "SUV"),
    }


def test_a_list_ends_the_sum(talk: Talk) -> None:
    talk.ask("北斗贷款月供多少")
    assert talk.ask("30万以内的SUV").intent == "search"
    assert "月供" not in talk.ask("改成五年").text


def test_the_situation_keeps_the_sum(talk: Talk) -> None:
    talk.ask("织女首付两成，分36期，月供多少")
    kept = situation.before(talk.history).sum
    assert kept is not None
    assert kept.kind == "loan"
    assert dict(kept.figures)["down_share"].startswith("20")


def test_the_version_named_is_the_one_reckoned_with(talk: Talk, garage: Garage) -> None:
    assert set(talk.ask("北斗远航版落地多少钱").trims) == {garage.far}
    assert "没有找到这个版本" in talk.ask("北斗880km版落地多少钱").text
    assert "没有找到这个版本" in talk.ask("北斗插混版五年养车花多少钱").text


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("落地三十万能买北斗吗", "够"),
        ("落地十五万能买北斗吗", "不够"),
        ("落地十五万能买什么车", "购置税、保险和上牌"),
    ],
)
def test_what_there_is_for_everything_is_held_against_the_sum_on_the_road(
    talk: Talk, question: str, says: str
) -> None:
    assert says in talk.ask(question).text


def test_what_is_known_of_the_distance_counts_in_a_sum(talk: Talk) -> None:
    talk.ask("我一天跑60公里，家里没有充电桩")
    talk.ask("一年保养3000元贵吗")
    talk.ask("北斗五年养车花多少钱")
    kept = situation.before(talk.history).sum
    assert kept is not None
    assert {name: float(value) for name, value in kept.figures} == {
        "km": 21_900,
        "home": 0,
        "years": 5,
        "months": 60,
    }


def test_what_a_sum_was_told_is_said_back() -> None:
    figures = {"home": Decimal(0), "km": Decimal("21900.0"), "months": Decimal(36)}
    assert told(figures) == "一年 21,900 公里；电都在外面充"
