"""Sums of figures a visitor states, of no car; numerals as they are said; whether a car fits."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.assistant.answering.conftest import Garage, Talk
from tests.assistant.answering.test_answers import assert_bound
from tests.catalogue import catalogue
from webapp.assistant.answering.figures_said import (
    amounts,
    consumption,
    model_years,
    price_of_energy,
    trip,
)
from webapp.assistant.answering.lengths import lengths


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18万8的车", 188_000),
        ("3千5", 3_500),
        ("一万二", 12_000),
        ("两万二公里", 22_000),
        ("12万5座", 120_000),
        ("50升能跑600 百公里几个油", 50),
        ("20万3年", 200_000),
    ],
)
def test_a_numeral_is_read_as_it_is_said(text: str, value: int) -> None:
    assert amounts(text)[0] == value


@pytest.mark.parametrize(
    ("text", "what", "price"),
    [
        ("家充5毛", "电", "0.5"),
        ("外面充一块二", "电", "1.2"),
        ("油按7块5", "油", "7.5"),
        ("8块2一升", "油", "8.2"),
        ("油8块一升", "油", "8"),
        ("电6毛一度", "电", "0.6"),
        ("家充三毛五", "电", "0.35"),
        ("油费花了500元", "油", None),
    ],
)
def test_the_price_of_energy_is_read_beside_what_it_is_of(
    text: str, what: str, price: str | None
) -> None:
    assert price_of_energy(text, what) == (None if price is None else Decimal(price))


def test_what_is_taken_for_a_hundred_kilometres_may_stand_before_them() -> None:
    assert consumption("16度电一百公里") == ("电", 16)
    assert trip("跑两万公里，续航600公里") == 20_000


def test_a_sum_of_stated_figures_is_put_right_turn_by_turn(talk: Talk) -> None:
    assert (
        "约用 720 升油，按每升 7.5 元约 5400 元" in talk.ask("算下油费，百公里8升，一年九千").text
    )
    assert "约用 1040 升油" in talk.ask("说错了，一万三").text
    assert "按每升 8 元约 8320 元" in talk.ask("油价8块").text
    done = talk.ask("换电车，百公里15度，外面充1块2")
    assert "电车比油车少花 5980 元" in done.text
    assert_bound(done)
    assert "2 年跑 26000 公里，电车比油车少花 11960 元" in talk.ask("那两年省多少").text
    assert "一个月跑 1083 公里" in talk.ask("一个月呢").text


def test_a_list_is_no_other_figure_of_the_sum(talk: Talk) -> None:
    talk.ask("算下油费，百公里8升，一年九千")

    assert talk.ask("30万以内的SUV").intent == "search"


def test_what_a_car_took_is_worked_out_from_a_tank(talk: Talk) -> None:
    done = talk.ask("加了45升油跑了500公里，百公里多少升")

    assert "百公里约 9 升油" in done.text
    assert_bound(done)


def test_a_stated_range_is_held_against_the_distance_of_a_day(talk: Talk) -> None:
    done = talk.ask("续航400公里够不够，单程30公里")

    assert done.text.startswith("按每天 60 公里算，够")
    assert_bound(done)


@pytest.mark.parametrize(
    ("text", "mm"), [("2米", 2000), ("1米9", 1900), ("5.3米", 5300), ("190厘米", 1900)]
)
def test_a_length_is_read_in_millimetres(text: str, mm: int) -> None:
    assert [length.mm for length in lengths(text)] == [mm]


@pytest.mark.parametrize(
    ("limit", "says"), [("2米1", "进得去"), ("1米8", "只剩 60 mm"), ("1.7米", "进不去")]
)
def test_a_place_is_held_against_the_car(talk: Talk, garage: Garage, limit: str, says: str) -> None:
    height = catalogue.parameter("height_mm", "高度", unit="mm")
    trim = catalogue.db.session.get(catalogue.Trim, garage.family)
    assert trim is not None
    trim.height_mm = 1740
    catalogue.value(trim, height, number=1740)
    catalogue.publish()
    done = talk.ask(f"天舟能进{limit}高的地库吗")

    assert says in done.text
    assert_bound(done)


def test_years_of_a_model_are_those_of_the_car_not_of_the_talk() -> None:
    assert model_years("2018款的思域") == [2018]
    assert model_years("一五年的捷达") == [2015]
    assert model_years("用了五年") == []


def test_insurance_of_a_car_is_a_span_with_its_lines(talk: Talk, garage: Garage) -> None:
    done = talk.ask("天舟保险一年多少")

    assert "没有保险报价" in done.text
    assert "交强险 1,100 元" in done.text
    assert_bound(done)
