"""Superlatives, averages and counts: what no list is ordered by, computed from the rows."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Talk, cards_of, conditions_of
from tests.assistant.answering.test_answers import assert_bound, sentences
from tests.catalogue import catalogue
from webapp.assistant.answering.numerals import numerals
from webapp.assistant.answering.ranking import ranking_of, wished
from webapp.assistant.answering.task import Ranking
from webapp.assistant.events import Answer


@pytest.fixture
def lengths(garage: Garage) -> None:
    """天舟 is the longest between its axles and the heaviest, 织女 neither."""
    weight = catalogue.parameter("curb_weight_kg", "整备质量", unit="kg")
    for trim_id, wheelbase, kilograms in (
        (garage.plain, 2840, 1900),
        (garage.far, 2840, 1980),
        (garage.family, 3050, 2300),
        (garage.hybrid, 2700, None),
    ):
        trim = catalogue.db.session.get(catalogue.Trim, trim_id)
        assert trim is not None
        trim.wheelbase_mm = wheelbase
        if kilograms:
            catalogue.value(trim, weight, number=kilograms)
    catalogue.publish()


def assert_list_bound(done: Answer) -> None:
    """Every numeral has a source, the marks of the list aside."""
    written = {numeral.text for line in sentences(done) for numeral in numerals(line.text)}
    assert written <= {number.text for number in done.numbers}


@pytest.mark.parametrize(
    ("text", "ranking"),
    [
        ("轴距最长的SUV", Ranking("wheelbase_mm")),
        ("最大的后备箱", Ranking("trunk_l")),
        ("哪款车后备厢最大", Ranking("trunk_l")),
        ("充电最快的", Ranking("fast_charge_h", most=False)),
        ("最轻的车", Ranking("curb_weight_kg", most=False)),
        ("七座车平均多少钱", Ranking("price_wan", average=True)),
        ("为什么冬天充电最慢", None),
        ("续航最长的纯电", None),
        ("最重要的配置", None),
    ],
)
def test_a_superlative_is_of_the_figure_it_names(text: str, ranking: Ranking | None) -> None:
    assert ranking_of(text) == ranking


def test_the_first_by_a_column_is_named_with_its_figure(
    talk: Talk, garage: Garage, lengths: None
) -> None:
    done = talk.ask("轴距最长的SUV")

    assert done.text.startswith("按轴距从大到小排，最前面的是天舟 2025款 家庭 版，3050 mm。")
    # One trim of each series: the second version of 北斗 is no car of its own.
    assert cards_of(done).trim_ids == (garage.family, garage.plain, garage.hybrid)
    assert conditions_of(done) == {("body", "==", "SUV")}
    assert_list_bound(done)


def test_the_first_by_a_parameter_counts_only_cars_that_have_it(
    talk: Talk, garage: Garage, lengths: None
) -> None:
    done = talk.ask("最轻的车")

    assert "最前面的是北斗 2025款 入门 版，1900 kg" in done.text
    assert "有 3 款车写明了整备质量" in done.text
    assert cards_of(done).trim_ids == (garage.plain, garage.family)


def test_cars_that_tie_are_said_to_tie(talk: Talk, lengths: None, garage: Garage) -> None:
    trim = catalogue.db.session.get(catalogue.Trim, garage.hybrid)
    assert trim is not None
    trim.wheelbase_mm = 3050
    catalogue.publish()

    assert "2 个车系并列，都是 3050 mm" in talk.ask("轴距最长的SUV").text


def test_a_follow_up_keeps_to_the_figure(talk: Talk, garage: Garage, lengths: None) -> None:
    talk.ask("轴距最长的SUV")
    done = talk.ask("20万以内的呢")

    assert done.text.startswith("按轴距从大到小排，最前面的是北斗 2025款 入门 版，2840 mm。")
    assert cards_of(done).trim_ids == (garage.plain, garage.hybrid)


def test_a_superlative_after_a_list_is_of_that_list(
    talk: Talk, garage: Garage, lengths: None
) -> None:
    talk.ask("20万以内的SUV")
    done = talk.ask("轴距最长的是哪个")

    assert "最前面的是北斗" in done.text
    assert ("price_wan", "<=", "20") in conditions_of(done)


def test_an_average_is_over_the_cars_that_match(talk: Talk, garage: Garage) -> None:
    done = talk.ask("纯电SUV的平均价格是多少")

    assert "有 2 款写明了指导价" in done.text
    assert "指导价平均 21.48 万元，中位数 21.48 万元，从 18.98 万元到 23.98 万元" in done.text
    sources = {number.source for number in done.numbers if number.text == "21.48"}
    assert sources == {"computed:mean of price_wan", "computed:median of price_wan"}
    assert_bound(done)


def test_how_much_there_is_in_all_is_counted(talk: Talk) -> None:
    done = talk.ask("车库里一共几个品牌")

    assert "1 个品牌、3 个车系、4 款车型" in done.text
    assert {number.source for number in done.numbers} == {"count"}


def test_an_order_of_the_list_says_who_leads_it(talk: Talk, garage: Garage) -> None:
    done = talk.ask("最便宜的SUV")

    first = sentences(done)[1]
    assert first.text == "按价格从低到高排，最前面的是织女 2025款 轻快 版，12.50 万元。"
    assert_list_bound(done)


def test_a_narrow_car_is_wished_by_order_of_its_width() -> None:
    assert wished("想买个窄一点的电车，30万以内") == Ranking("width_mm", most=False)
