"""Sales: of cars that are named, by period, with their place; and the first places of a ranking."""

from __future__ import annotations

from datetime import date

import pytest

from tests.assistant.answering.conftest import Garage, Talk
from tests.catalogue import catalogue
from tests.clocks import StoppedClock
from webapp import clock as product_clock
from webapp.assistant.answering.sold_words import period_in, places_in, slices_of, without_sales
from webapp.assistant.dialogue.tools import Grounds, Unfit, call_from
from webapp.catalogue.filters import Condition
from webapp.rankings import service

TODAY = date(2026, 11, 25)


@pytest.fixture
def sold(talk: Talk, garage: Garage, clock: StoppedClock) -> Talk:
    """Three series with two months of sales, published."""
    for name, may, june in (("北斗", 5_000, 4_000), ("天舟", 4_000, 4_100), ("织女", 6_000, 6_300)):
        row = catalogue.series(name)
        for month, units in (("2026-05", may), ("2026-06", june)):
            catalogue.sales(row, month, units)
    catalogue.publish()
    service.publish_due(product_clock.now())
    return talk


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("上个月卖了多少", "2026-10"),
        ("上上个月的销量", "2026-09"),
        ("6月销量", "2026-06"),
        ("十二月的销量", "2025-12"),
        ("2024年3月销量前五", "2024-03"),
        ("去年6月卖了多少", "2025-06"),
        ("二季度销量", "2026-Q2"),
        ("2025年第4季度销量", "2025-Q4"),
        ("去年销量前十", "2025"),
        ("2023年销量", "2023"),
        ("2026款的销量", ""),
        ("销量怎么样", ""),
    ],
)
def test_a_period_is_read_as_rankings_call_it(text: str, period: str) -> None:
    assert period_in(text, TODAY)[0] == period


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("销量前五", 5),
        ("卖得最好的前10款车", 10),
        ("销量榜前三名", 3),
        ("销量前99", 20),
        ("空间排前五", 0),
        ("销量好的车", 0),
    ],
)
def test_places_are_read_where_sales_are_asked_for(text: str, places: int) -> None:
    assert places_in(text) == places


def test_what_is_left_is_what_cars_it_is_about() -> None:
    assert without_sales("6月中型SUV销量榜前五名", "6月").split() == ["中型SUV"]


@pytest.mark.parametrize(
    ("conditions", "slices"),
    [
        ([Condition("body", "==", "SUV")], {"body": "SUV"}),
        ([Condition("body", "in", ("轿车", "两厢车"))], {"body": "轿车|两厢车"}),
        (
            [Condition("price_wan", ">=", 15), Condition("price_wan", "<=", 30)],
            {"price": "15-20|20-30"},
        ),
        ([Condition("price_wan", "<=", 18)], None),
        ([Condition("seats", "==", 7)], None),
        ([Condition("energy", "!=", "ICE")], None),
    ],
)
def test_a_ranking_has_parts_by_what_its_rows_are_told_by(
    conditions: list[Condition], slices: dict[str, str] | None
) -> None:
    assert slices_of(conditions) == slices


def test_a_car_is_told_with_its_figure_source_and_place(sold: Talk) -> None:
    text = sold.ask("北斗6月卖了多少").text
    assert "2026 年 6 月卖出 4,000 辆，在收录的 3 个车系里排第 3（销量 -20 %，上月第 2）" in text
    assert "（星河官网）" in text
    assert "不是全市场排名" in text


def test_a_month_without_figures_is_said_to_be_one(sold: Talk) -> None:
    text = sold.ask("北斗上个月卖了多少").text
    assert "北斗 2026 年 10 月的销量：未知，最近有数的是：2026 年 6 月卖出 4,000 辆" in text


def test_of_two_cars_the_one_that_sells_more_comes_first(sold: Talk) -> None:
    assert sold.ask("天舟和织女谁卖得好").text.startswith("2026 年 6 月织女卖得多。")


def test_the_first_places_are_listed_and_can_be_pointed_at(sold: Talk) -> None:
    done = sold.ask("6月销量前二")
    assert "织女：6,300 辆，销量 +5 %，上月第 1" in done.text
    assert "天舟：4,100 辆" in done.text
    assert "北斗" not in done.text
    assert len(done.trims) == 2
    assert sold.ask("第二个多少钱").text.startswith("天舟")


def test_a_part_of_a_ranking_that_is_empty_is_said_to_be(sold: Talk) -> None:
    assert "榜里没有符合的车系" in sold.ask("6月皮卡销量前五").text


def test_a_period_without_a_ranking_gets_the_newest(sold: Talk) -> None:
    text = sold.ask("去年销量前三").text
    assert text.startswith("2025 年没有零售销量榜")
    assert "2026 年 6 月零售销量" in text


def test_without_any_ranking_the_list_of_cars_answers(talk: Talk, garage: Garage) -> None:
    assert talk.ask("6月销量前五").text


def test_good_sellers_stay_a_list_of_cars(sold: Talk) -> None:
    assert sold.ask("销量高的SUV").sort == "-sales"


GROUNDS = Grounds(frozenset({"北斗"}), frozenset(), frozenset(), "北斗6月的销量", ())


@pytest.mark.parametrize(
    "arguments",
    [{}, {"cars": ["唐"]}, {"cars": ["北斗"], "period": "June"}, {"top": 99}, {"top": "5"}],
)
def test_a_model_asks_for_sales_of_known_cars_and_periods_only(
    arguments: dict[str, object],
) -> None:
    with pytest.raises(Unfit):
        call_from("sales", arguments, GROUNDS)
    assert call_from("sales", {"cars": ["北斗"], "period": "2026-06"}, GROUNDS)
