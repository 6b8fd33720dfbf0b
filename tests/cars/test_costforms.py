"""What is typed into the forms about money, and what is said of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from webapp.cars.costforms import read_budget, read_costs
from webapp.cars.forms import UnreadableIds
from webapp.costs import Deal

TODAY = date(2026, 12, 1)


def test_nothing_typed_is_todays_purchase_with_every_assumption() -> None:
    form = read_costs(MultiDict(), TODAY, one=True)
    assert form.errors == {}
    assert form.inputs is not None
    assert form.inputs.deal == Deal(TODAY)
    assert form.inputs.plan is not None


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("12.98", 129_800),
        ("１２．９８ 万", 129_800),
        ("15万元", 150_000),
        (" 1,000 ", 10_000_000),
        ("129，800元", 129_800),
    ],
)
def test_a_price_is_read_as_people_write_it(typed: str, yuan: int) -> None:
    form = read_costs(MultiDict({"price": typed}), TODAY, one=True)
    assert form.inputs is not None
    assert form.inputs.deal.price == Decimal(yuan)


@pytest.mark.parametrize(
    ("typed", "km"), [("1.2万", 12_000), ("2 万公里", 20_000), ("8000公里", 8_000), ("9000", 9_000)]
)
def test_ten_thousands_count_where_the_field_is_not_in_them(typed: str, km: int) -> None:
    form = read_costs(MultiDict({"km": typed}), TODAY, one=True)
    assert form.inputs is not None
    assert form.inputs.use.km == km


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("price", "0", "开票价请填 0.5 到 5,000 万元，现在是 0 万元"),
        ("price", "100000", "现在是 100,000 万元"),
        ("price", "很多", "开票价要填数字，“很多”不是"),
        ("rate", "100", "年利率请填 0 到 36 %，现在是 100 %"),
        ("months", "0", "期数请填 1 到 120 个月"),
        ("months", "36.5", "期数请填整数"),
        ("km", "2万元", "一年里程要填数字，“2万元”不是"),
        ("km", "10000000", "一年里程请填 100 到 200,000 公里"),
        ("region", "CN-99", "没有“CN-99”这个省份"),
        ("day", "1989-12-31", "日期请填 1990 到 2100 年之间的一天"),
        ("day", "2101-01-01", "日期请填 1990 到 2100 年之间的一天"),
        ("day", "明天", "“明天”不是日期，请按 2026-12-01 这样填"),
        ("trade", "steal", "旧车没有“steal”这一项"),
        ("eligible", "maybe", "请从列表里选"),
        ("charge_to", "10", "充到的电量（10%）要高于起始电量（20%）"),
        ("way", "magic", "没有“magic”这种还款方式"),
    ],
)
def test_a_figure_that_cannot_be_is_named_at_its_field(field: str, typed: str, words: str) -> None:
    form = read_costs(MultiDict({field: typed, "down": "25"}), TODAY, one=True)
    assert list(form.errors) == [field]
    assert words in form.errors[field]
    assert form.inputs is None
    assert form.text("down") == "25"


def test_several_cars_have_no_field_of_one_car_alone() -> None:
    assert read_costs(MultiDict({"ids": "1,2", "km": "9000"}), TODAY, one=False).inputs is not None
    with pytest.raises(UnreadableIds, match="不认识参数 price"):
        read_costs(MultiDict({"price": "10"}), TODAY, one=False)


def test_a_budget_needs_a_loan_and_money_that_can_be() -> None:
    assert read_budget(MultiDict({"payment": "3000", "cash": "5"})).cash_fen == 5_000_000
    assert "全款没有月供" in read_budget(MultiDict({"way": "cash"})).errors["way"]
    assert "100 到 1,000,000" in read_budget(MultiDict({"payment": "1"})).errors["payment"]
