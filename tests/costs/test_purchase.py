"""Taxes, insurance and subsidies of a purchase, against sums made another way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.costs.books import TODAY, book, car, figure
from webapp.costs import Deal, Line, Missing, OutOfBounds, on_road, purchase_tax, subsidy
from webapp.costs.parts import Entry
from webapp.costs.tax import Trade
from webapp.rules import Vehicle

RULES = book()


def cents(amount: Fraction) -> int:
    """Yuan in fen, half up, without decimals."""
    return int((amount * 200 + 1) // 2)


def line(entry: Entry) -> Line:
    assert isinstance(entry, Line), entry
    return entry


@pytest.mark.parametrize("price", [7_980, 98_800, 129_800, 265_500, 339_000, 339_001, 799_800])
@pytest.mark.parametrize(
    ("energy", "year", "share", "most"),
    [
        ("ICE", 2026, 0, 0),
        ("HEV", 2024, 0, 0),
        ("BEV", 2024, 1, 30_000),
        ("BEV", 2025, 1, 30_000),
        ("BEV", 2026, Fraction(1, 2), 15_000),
        ("FCEV", 2027, Fraction(1, 2), 15_000),
    ],
)
def test_the_tax_of_a_price_is_exact_to_the_cent(
    price: int, energy: str, year: int, share: Fraction, most: int
) -> None:
    full = Fraction(price * 100, 113) / 10
    due = cents(full - min(full * share, most))
    found = line(purchase_tax(car(energy), figure(price), RULES, date(year, 6, 1)))
    assert (found.low_fen, found.high_fen) == (due, due)


def test_the_tax_names_its_formula_and_the_documents_it_follows() -> None:
    found = line(purchase_tax(car("BEV"), figure(150_000), RULES, TODAY))
    assert found.formula == "150,000 ÷ 1.13 × 10%，减 50%（最多 15,000 元）"
    assert found.low_fen == 663_717
    assert [source.ref for source in found.sources[1:]] == [
        "rule:purchase-tax/2019",
        "rule:vat/2019",
        "rule:purchase-tax-relief-nev/26",
    ]
    assert found.sources[3].url == "https://example.org/purchase-tax-relief-nev"


@pytest.mark.parametrize(
    ("ranges", "eligible", "low", "high"),
    [
        ({"WLTC": 101.0}, None, 442_478, 442_478),
        ({"WLTC": 80.0, "CLTC": 105.0}, None, 442_478, 884_956),
        ({"CLTC": 60.0}, None, 442_478, 884_956),
        ({"CLTC": 120.0}, None, 442_478, 884_956),
        ({}, None, 442_478, 884_956),
        ({"CLTC": 120.0}, True, 442_478, 442_478),
        ({"WLTC": 101.0}, False, 884_956, 884_956),
        ({"WLTC": 80.0}, True, 442_478, 442_478),
    ],
)
def test_below_the_line_only_the_list_tells_whether_a_plug_in_pays_half(
    ranges: dict[str, float], eligible: bool | None, low: int, high: int
) -> None:
    plug_in = car("PHEV", ranges=ranges)
    found = line(purchase_tax(plug_in, figure(100_000), RULES, TODAY, eligible))
    assert (found.low_fen, found.high_fen) == (low, high)
    assert ("要查目录" in found.note) == (eligible is not False)


def test_a_car_of_unknown_energy_shows_both_sums() -> None:
    unknown = replace(car(), energy=None, vehicle=Vehicle())
    found = line(purchase_tax(unknown, figure(100_000), RULES, TODAY))
    assert (found.low_fen, found.high_fen) == (442_478, 884_956)


@pytest.mark.parametrize(("energy", "day"), [("BEV", date(2028, 1, 1)), ("ICE", date(2019, 6, 30))])
def test_where_no_rule_is_registered_no_tax_is_computed(energy: str, day: date) -> None:
    found = purchase_tax(car(energy), figure(129_800), RULES, day)
    assert isinstance(found, Missing)
    assert str(day.year) in found.reason or "从" in found.reason
    total = on_road(car(energy), Deal(day), RULES)
    assert total.line("tax") is None
    assert "购置税" in [missing.label for missing in total.missing]
    assert total.low_fen == sum(line.low_fen for line in total.lines) > 12_980_000


@pytest.mark.parametrize(
    ("seats", "low", "high"),
    [(2, 95_000, 95_000), (5, 95_000, 95_000), (6, 110_000, 110_000), (None, 95_000, 110_000)],
)
def test_compulsory_insurance_goes_by_seats(seats: int | None, low: int, high: int) -> None:
    found = on_road(car(seats=seats), Deal(TODAY), RULES).line("compulsory")
    assert found is not None
    assert (found.low_fen, found.high_fen) == (low, high)


@pytest.mark.parametrize(
    ("energy", "trade", "price", "due"),
    [
        ("BEV", "scrap", 100_000, 12_000),
        ("BEV", "scrap", 166_667, 20_000),
        ("BEV", "scrap-nev", 150_000, 18_000),
        ("BEV", "swap", 100_000, 8_000),
        ("BEV", "swap", 300_000, 15_000),
        ("ICE", "scrap", 80_000, 8_000),
        ("ICE", "swap", 250_000, 13_000),
    ],
)
def test_the_subsidy_is_a_share_of_the_price_up_to_its_cap(
    energy: str, trade: Trade, price: int, due: int
) -> None:
    bought = car(energy, displacement_ml=1498.0)
    found = line(subsidy(bought, figure(price), RULES, TODAY, trade))
    assert (found.low_fen, found.high_fen) == (-due * 100, -due * 100)


def test_a_plug_in_that_is_not_in_the_list_has_no_subsidy_of_a_new_energy_car() -> None:
    plug_in = car("PHEV", ranges={"WLTC": 55.0})
    open_ = line(subsidy(plug_in, figure(150_000), RULES, TODAY, "scrap"))
    assert (open_.low_fen, open_.high_fen) == (-1_800_000, 0)
    found = subsidy(plug_in, figure(150_000), RULES, TODAY, "scrap", False)
    assert isinstance(found, Missing)
    assert "不在减免税目录" in found.reason


@pytest.mark.parametrize(
    ("bought", "trade", "day", "why"),
    [
        (car("ICE", displacement_ml=1498.0), "scrap-nev", TODAY, "要买新能源车"),
        (car("ICE", displacement_ml=2998.0), "scrap", TODAY, "不适用于这款车"),
        (car("BEV"), "swap", date(2027, 1, 1), "还没有登记"),
    ],
)
def test_where_there_is_no_subsidy_it_says_why(
    bought: object, trade: Trade, day: date, why: str
) -> None:
    found = subsidy(bought, figure(150_000), RULES, day, trade)  # type: ignore[arg-type]
    assert isinstance(found, Missing)
    assert why in found.reason


def test_a_plug_in_that_may_be_in_the_list_has_the_subsidy_or_nothing() -> None:
    doubtful = car("EREV", ranges={"CLTC": 150.0})
    found = line(subsidy(doubtful, figure(150_000), RULES, TODAY, "scrap"))
    assert (found.low_fen, found.high_fen) == (-1_800_000, 0)


def test_the_sum_on_the_road_adds_its_lines_and_takes_off_the_subsidy() -> None:
    deal = Deal(TODAY, insurance=Decimal(4000), plate=Decimal(500), trade="scrap")
    total = on_road(car("BEV", 129_800), deal, RULES)
    # 129,800 + 5,743.36 + 950 + 4,000 + 0 + 500 − 15,576
    assert (total.low_fen, total.high_fen) == (12_541_736, 12_541_736)
    assert total.assumed == ()


def test_what_nobody_said_is_a_span_that_calls_itself_assumed() -> None:
    total = on_road(car("ICE", 100_000, displacement_ml=1498.0), Deal(TODAY), RULES)
    commercial = total.line("commercial")
    assert commercial is not None
    assert (commercial.low_fen, commercial.high_fen) == (270_000, 430_000)
    assert "假设" in commercial.sources[0].text
    assert total.assumed == ("商业险", "上牌")
    assert total.high_fen - total.low_fen == 160_000 + 2_000


def test_the_tax_on_engines_counts_the_months_left_of_the_first_year() -> None:
    bought = car("ICE", displacement_ml=1498.0)
    found = on_road(bought, Deal(date(2026, 10, 8)), RULES).line("vessel")
    assert found is not None
    assert (found.low_fen, found.high_fen) == (7_500, 13_500)


@pytest.mark.parametrize(
    ("energy", "region", "words"),
    [("BEV", "CN-31", "不用拍牌"), ("PHEV", "CN-31", "：要拍牌"), ("PHEV", "CN-32", "")],
)
def test_where_plates_are_limited_it_is_said(energy: str, region: str, words: str) -> None:
    plate = on_road(car(energy), Deal(TODAY, region=region), RULES).line("plate")
    assert plate is not None
    assert words in plate.note
    assert bool(plate.note) == bool(words)
    assert len(plate.sources) == (2 if words else 1)


def test_a_car_without_a_price_asks_for_one() -> None:
    total = on_road(car(price=None), Deal(TODAY), RULES)
    assert [missing.key for missing in total.missing] == ["price"]
    own = on_road(car(price=None), Deal(TODAY, price=Decimal(98_000)), RULES)
    assert own.line("tax") is not None


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"day": date(1989, 12, 31)}, "day", "1990 到 2100"),
        ({"day": date(2101, 1, 1)}, "day", "1990 到 2100"),
        ({"price": Decimal(0)}, "price", "0.5 到 5,000 万元"),
        ({"price": Decimal(1_000_000_000)}, "price", "现在是 100,000 万元"),
        ({"region": "CN-99"}, "region", "没有“CN-99”这个省份"),
        ({"trade": "steal"}, "trade", "请从列表里选"),
        ({"insurance": Decimal(-1)}, "insurance", "0 到 200,000 元"),
        ({"price": Decimal("NaN")}, "price", "现在是 NaN"),
    ],
)
def test_nothing_is_computed_from_a_purchase_that_cannot_be(
    wrong: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(OutOfBounds, match=words) as caught:
        Deal(**({"day": TODAY} | wrong))  # type: ignore[arg-type]
    assert caught.value.field == field
