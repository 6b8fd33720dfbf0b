"""Energy, range, charging and the sum over the years, against sums made another way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.costs.books import TODAY, book, car, figure
from webapp.costs import (
    Charge,
    Deal,
    Line,
    Missing,
    OutOfBounds,
    Plan,
    Use,
    charging,
    energy,
    five_years,
    reach,
)
from webapp.costs.car import Charging

RULES = book()


def use(**figures: Any) -> Use:
    return Use(**{name: Decimal(str(value)) for name, value in figures.items()})


@pytest.mark.parametrize(
    ("km", "home", "need", "at_home", "away", "due"),
    [
        (10_000, 100, "13", 0.5, 1.5, 650),
        (12_000, 70, "15", 0.5, 1.4, 1386),
        (15_000, 0, "15", 0.35, 1.3, 2925),
        (15_000, 100, "15", 0.35, 1.3, 787.5),
        (20_000, 50, "18.4", 0.55, 1.25, 3312),
    ],
)
def test_power_is_paid_by_where_it_is_charged(
    km: int, home: int, need: str, at_home: float, away: float, due: float
) -> None:
    driven = use(km=km, home=home, home_price=at_home, public_price=away)
    (found,) = energy(car("BEV", power_use=figure(need)), driven, RULES, TODAY)
    assert isinstance(found, Line)
    assert found.low_fen == found.high_fen == round(due * 100)


@pytest.mark.parametrize(
    ("km", "need", "price", "due"),
    [(12_000, "7", 8, 6720), (20_000, "5.87", 7.35, 8628.9), (100, "6.2", 7.5, 46.5)],
)
def test_fuel_is_distance_by_consumption_by_price(
    km: int, need: str, price: float, due: float
) -> None:
    bought = car("ICE", fuel_use=figure(need))
    (found,) = energy(bought, use(km=km, fuel_price=price), RULES, TODAY)
    assert isinstance(found, Line)
    assert found.low_fen == round(due * 100)


def test_a_plug_in_drives_a_share_on_power_and_the_rest_on_fuel() -> None:
    bought = car("PHEV", power_use=figure(14), fuel_use=figure(5))
    driven = use(
        km=10_000, electric=60, home=100, home_price="0.5", public_price=2, fuel_price=8, over=10
    )
    power, fuel = energy(bought, driven, RULES, TODAY)
    assert isinstance(power, Line)
    assert isinstance(fuel, Line)
    assert power.low_fen == 46_200  # 6,000 ÷ 100 × 14 × 1.1 × 0.5
    assert fuel.low_fen == 176_000  # 4,000 ÷ 100 × 5 × 1.1 × 8
    assert [line.key for line in energy(bought, use(electric=100), RULES, TODAY)] == ["power"]


def test_a_price_is_the_regions_own_with_its_month_or_else_assumed() -> None:
    bought = car("ICE", fuel_use=figure(7))
    (there,) = energy(bought, use(km=10_000), RULES, TODAY, "CN-31")
    (elsewhere,) = energy(bought, use(km=10_000), RULES, TODAY, "CN-44")
    assert isinstance(there, Line)
    assert isinstance(elsewhere, Line)
    assert there.low_fen == 497_700
    assert "7.11 元/升 · 上海 · 2026 年 11 月" in there.sources[-1].text
    assert there.sources[-1].url == "https://example.org/oil"
    assert elsewhere.sources[-1].kind == "assumption"


@pytest.mark.parametrize(
    ("bought", "word"),
    [
        (car("BEV"), "电耗"),
        (car("PHEV", power_use=figure(14)), "亏电油耗"),
        (car("ICE", fuel_use=figure(7), fuel="petrol-98"), "98 号汽油"),
        (car("FCEV"), "氢价"),
    ],
)
def test_a_figure_that_is_missing_is_asked_for(bought: Any, word: str) -> None:
    found = energy(bought, Use(), RULES, TODAY)[-1]
    assert isinstance(found, Missing)
    assert word in found.reason


def test_own_consumption_stands_as_it_is() -> None:
    bought = car("BEV", power_use=figure(13))
    driven = use(km=10_000, home=100, home_price=1, power_use=20, over=50)
    (found,) = energy(bought, driven, RULES, TODAY)
    assert isinstance(found, Line)
    assert found.low_fen == 200_000


@pytest.mark.parametrize(
    ("season", "km"), [("mild", 448), ("hot", 387), ("cold", 293), ("freezing", 253)]
)
def test_a_charge_lasts_by_season(season: str, km: int) -> None:
    found = reach(car("BEV", range_km=figure(605), cycle="CLTC"))
    assert {one.key: one.km for one in found}[season] == km


def test_a_range_of_another_cycle_is_not_measured_by_these_tests() -> None:
    (found,) = reach(car("BEV", range_km=figure(500), cycle="WLTC"))
    assert (found.km, "没有" in found.formula) == (500, True)


def test_a_tank_lasts_by_its_consumption() -> None:
    (found,) = reach(car("ICE", tank=figure(50), fuel_use=figure("6.25")))
    assert found.km == 800


@pytest.mark.parametrize(
    ("kwh", "start", "end", "kw", "minutes"),
    [("60", 20, 100, 7, 457), ("60", 0, 100, 7, 571), ("100", 10, 80, 120, 39)],
)
def test_charging_takes_what_the_battery_needs_at_nine_tenths(
    kwh: str, start: int, end: int, kw: int, minutes: int
) -> None:
    charge = Charge(*(Decimal(value) for value in (start, end, kw)))
    (found,) = charging(car("BEV", battery=figure(kwh)), charge)
    assert found.minutes == minutes


def test_charging_times_of_the_catalogue_come_first() -> None:
    bought = car(battery=figure(60), fast=Charging(figure("0.5"), "30-80"))
    fast, home = charging(bought, Charge())
    assert (fast.said, fast.label) == ("30 分钟", "快充，30-80%")
    assert home.said == "7 小时 37 分钟"


def test_five_years_add_up() -> None:
    bought = car("BEV", 129_800, power_use=figure(13))
    deal = Deal(TODAY, insurance=Decimal(4000), plate=Decimal(125))
    driven = use(km=10_000, home=100, home_price="0.5", upkeep=800, keeps=40)
    total = five_years(bought, deal, driven, RULES)
    expected = {
        "on-road": 129_800 + 5_743.36 + 950 + 4_000 + 125,
        "power": 650 * 5,
        "compulsory-again": 950 * 4,
        "commercial-again": 4_000 * 4,
        "upkeep": 800 * 5,
        "worth": -129_800 * 0.4,
    }
    assert {line.key: line.low_fen for line in total.lines} == {
        key: round(amount * 100) for key, amount in expected.items()
    }
    assert total.low_fen == total.high_fen == round(sum(expected.values()) * 100)
    assert total.label == "五年总花费"
    assert total.missing == ()


def test_interest_and_the_tax_on_engines_count_over_the_years() -> None:
    bought = car("ICE", 100_000, displacement_ml=1498.0, fuel_use=figure(7))
    loan = Plan("equal", *(Decimal(value) for value in (0, 36, 4)))
    total = five_years(bought, Deal(TODAY, vessel=Decimal(420)), use(km=10_000), RULES, loan)
    interest, tax = total.line("interest"), total.line("vessel-again")
    assert interest is not None
    assert tax is not None
    assert interest.low_fen == 628_635
    assert tax.low_fen == 42_000 * 59 // 12


def test_what_is_missing_of_the_purchase_is_missing_of_the_years() -> None:
    bought = car("ICE", 100_000, fuel_use=figure(7))
    total = five_years(bought, Deal(TODAY), Use(), book("vat", "vessel-tax"))
    assert [missing.label for missing in total.missing] == ["购置税", "车船税"]
    assert "没有登记" in total.missing[0].reason


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        ({"km": 10_000_000}, "km"),
        ({"km": 0}, "km"),
        ({"home": 101}, "home"),
        ({"keeps": 120}, "keeps"),
        ({"years": 0}, "years"),
        ({"fuel_price": 0}, "fuel_price"),
    ],
)
def test_a_use_that_cannot_be_is_refused_at_its_field(
    figures: dict[str, float], field: str
) -> None:
    with pytest.raises(OutOfBounds) as caught:
        use(**figures)
    assert caught.value.field == field


def test_a_battery_is_charged_upwards() -> None:
    with pytest.raises(OutOfBounds, match="高于起始电量") as caught:
        Charge(Decimal(80), Decimal(20))
    assert caught.value.field == "charge_to"
