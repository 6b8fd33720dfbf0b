"""Values read into the columns that filters use."""

from __future__ import annotations

import statistics
from typing import Any

import pytest

from webapp.catalogue.projection import class_figures, project_series, project_trim
from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.reading.choices import CHOICES, ChoiceError
from webapp.catalogue.vocabulary import FEATURES


def text(**values: str) -> dict[str, Cell]:
    return {key: Cell(text=value) for key, value in values.items()}


def test_a_figure_of_the_system_stands_in_where_the_car_has_none() -> None:
    columns = project_trim(numbers(system_power_kw=270, system_torque_nm=500, torque_nm=480))
    assert (columns["power_kw"], columns["torque_nm"]) == (270, 480)


def numbers(**values: float) -> dict[str, Cell]:
    return {key: Cell(number=value) for key, value in values.items()}


@pytest.mark.parametrize(
    ("field", "said", "word"),
    [
        ("energy", "纯电动", "BEV"),
        ("energy", "增程式", "EREV"),
        ("energy", "插电式混合动力", "PHEV"),
        ("energy", "油电混合", "HEV"),
        ("energy", "汽油", "ICE"),
        ("energy", "柴油", "ICE"),
        ("energy", "汽油+48V轻混系统", "ICE"),
        ("energy", "MHEV", "ICE"),
        ("energy", "FCEV", "FCEV"),
        ("energy", "氢燃料电池", "FCEV"),
        ("energy", "phev", "PHEV"),
        ("energy", "汽油电驱", "HEV"),
        ("energy", "汽油+CNG", "ICE"),
        ("body", "4门5座三厢车", "轿车"),
        ("body", "5门5座掀背车", "轿车"),
        ("body", "5门5座两厢车", "两厢车"),
        ("body", "5门5座SUV跨界车", "SUV"),
        ("body", "5门5座旅行跨界车", "旅行车"),
        ("body", "2门2座软顶敞篷车", None),
        ("body", "2门2座硬顶敞篷跑车", "跑车"),
        ("body", "4门5座轿跑车", "轿车"),
        ("body", "5门7座MPV", "MPV"),
        ("body", "皮卡", "皮卡"),
        ("size", "中型SUV", "中型"),
        ("size", "中大型车", "中大型"),
        ("size", "中型", "中型"),
        ("size", "紧凑型MPV", "紧凑型"),
        ("size", "微面", "微型"),
        ("size", "A0级", "小型"),
        ("size", "B级", "中型"),
        ("size", "跑车", None),
        ("drive", "前置前驱", "前驱"),
        ("drive", "双电机四驱", "四驱"),
        ("drive", "中置后驱", "后驱"),
        ("drive", "前置前驱 ○ 前置四驱", "前驱"),
        ("drive", "AWD", "四驱"),
        ("gearbox", "5挡手动", "手动"),
        ("gearbox", "手动变速箱(MT)", "手动"),
        ("gearbox", "8挡手自一体", "自动"),
        ("gearbox", "7挡湿式双离合", "自动"),
        ("gearbox", "E-CVT无级变速", "自动"),
        ("gearbox", "1挡DHT", "自动"),
        ("gearbox", "电动车单速变速箱", "自动"),
        ("gearbox", "AMT", "自动"),
    ],
)
def test_words_of_the_trade_become_words_of_the_vocabulary(
    field: str, said: str, word: str | None
) -> None:
    assert CHOICES[field](said) == word


@pytest.mark.parametrize("field", ["energy", "body", "size", "drive", "gearbox"])
def test_a_text_that_is_no_choice_is_refused_with_the_allowed_words(field: str) -> None:
    with pytest.raises(ChoiceError, match="应为以下之一"):
        CHOICES[field]("二手")


def test_a_price_becomes_fen_exactly() -> None:
    # 2.3 万元 times a million as floats is 2299999.9999999995.
    assert project_trim(numbers(price_wan=2.3))["price_fen"] == 2_300_000
    assert project_trim(numbers(price_wan=12.985))["price_fen"] == 12_985_000


def test_the_range_is_that_of_the_first_known_cycle() -> None:
    both = project_trim(numbers(range_nedc_km=600, range_wltc_km=520))
    assert (both["range_km"], both["range_cycle"]) == (520, "WLTC")
    none = project_trim({})
    assert (none["range_km"], none["range_cycle"]) == (None, None)


def test_a_plug_in_drinks_what_it_drinks_with_an_empty_battery() -> None:
    fuel = numbers(fuel_wltc_l_100km=1.2, fuel_depleted_l_100km=5.1, fuel_l_100km=6.0)
    assert project_trim(text(energy="插电式混合动力") | fuel)["fuel_l_100km"] == 5.1
    assert project_trim(text(energy="汽油") | fuel)["fuel_l_100km"] == 1.2
    assert project_trim(text(energy="纯电动") | fuel)["fuel_l_100km"] is None


def test_a_stated_consumption_of_nought_is_unknown() -> None:
    assert project_trim(text(energy="汽油") | numbers(fuel_l_100km=0))["fuel_l_100km"] is None


def test_what_no_value_says_stays_unknown() -> None:
    columns = project_trim({})
    assert {name for name, value in columns.items() if value not in (None, 0)} == set()
    assert columns["features"] == columns["features_known"] == 0


def test_an_electric_car_without_a_stated_gearbox_has_none() -> None:
    assert project_trim(text(energy="纯电动"))["gearbox"] is None
    assert project_trim({"gearbox": Cell(fitted="absent")})["gearbox"] is None


def features(values: dict[str, Cell]) -> tuple[set[str], set[str]]:
    """Features there, and features known not to be there."""
    columns = project_trim(values)
    there, known = columns["features"], columns["features_known"]
    return (
        {name for bit, name in enumerate(FEATURES) if there >> bit & 1},
        {name for bit, name in enumerate(FEATURES) if (known & ~there) >> bit & 1},
    )


def test_a_feature_fitted_or_optional_counts_as_there() -> None:
    there, _ = features(
        {
            "fridge": Cell(fitted="standard"),
            "hud": Cell(fitted="optional", text="(8500元)"),
            "lidar_count": Cell(fitted="optional", text="1个"),
            "parking_view": Cell(text="倒车影像 ○ 360度全景影像"),
            "front_seat_functions": Cell(fitted="optional", text="加热 ○ 通风"),
            "v2l_kw": Cell(number=3.3),
            "phone_link": Cell(text="支持CarPlay 支持CarLife"),
            "assist_roads": Cell(text="城市路段 高速路段"),
            "sunroof": Cell(text="不可开启全景天窗"),
            "variable_suspension": Cell(text="悬架软硬调节 悬架高低调节"),
        }
    )
    assert there == {
        "冰箱",
        "抬头显示",
        "激光雷达",
        "360影像",
        "座椅加热",
        "座椅通风",
        "对外放电",
        "CarPlay",
        "城市领航",
        "高速领航",
        "全景天窗",
        "空气悬架",
    }


def test_a_feature_is_absent_only_where_a_value_says_so() -> None:
    _, absent = features(
        {
            "fridge": Cell(fitted="absent"),
            "lidar_count": Cell(number=0),
            "parking_view": Cell(text="倒车影像"),
            "assist_roads": Cell(text="高速路段"),
            "ar_hud": Cell(fitted="absent"),
            "row2_seat_functions": Cell(fitted="absent"),
        }
    )
    assert absent == {"冰箱", "激光雷达", "360影像", "城市领航"}


def row(**columns: Any) -> dict[str, Any]:
    return {
        "model_year": 2025,
        "status": "在售",
        "price_fen": None,
        "energy": None,
        "body": None,
        "size": None,
    } | columns


def test_a_series_looks_like_most_of_its_newest_trims() -> None:
    columns = project_series(
        [
            row(model_year=2023, body="轿车", energy="ICE"),
            row(model_year=2023, body="轿车", energy="ICE"),
            row(body="SUV", size="中型", energy="PHEV"),
            row(body="SUV", size="中型", energy="BEV"),
            row(body="MPV", size="大型", energy="BEV"),
        ]
    )
    assert (columns["body"], columns["size"]) == ("SUV", "中型")
    assert columns["energies"] == "BEV PHEV ICE"


def test_a_series_costs_what_its_trims_on_sale_cost() -> None:
    trims = [
        row(price_fen=100, status="停售"),
        row(price_fen=200),
        row(price_fen=300),
        row(price_fen=None),
        row(price_fen=900, status="未上市"),
    ]
    columns = project_series(trims)
    assert (columns["price_min_fen"], columns["price_max_fen"]) == (200, 300)
    assert project_series(trims[:1])["price_min_fen"] == 100


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["停售", "在售", "未上市"], "在售"),
        (["停售", "未上市"], "未上市"),
        (["停售", "停售"], "停售"),
        (["停售", None], None),
        ([], None),
    ],
)
def test_a_series_is_on_sale_if_any_trim_is(statuses: list[str | None], status: str | None) -> None:
    assert project_series([row(status=one) for one in statuses])["status"] == status


def test_class_figures_are_percentiles_of_five_trims_or_more() -> None:
    fields = dict.fromkeys(
        [
            "range_km",
            "range_cycle",
            "battery_kwh",
            "fuel_l_100km",
            "power_kw",
            "accel_0_100_s",
            "length_mm",
            "wheelbase_mm",
        ]
    )
    suv = {"size": "中型", "body": "SUV", "energy": "BEV"} | fields
    prices = [10, 20, 30, 40, 100]
    trims = [suv | {"price_fen": wan * 1_000_000} for wan in prices]
    trims += [suv | {"price_fen": None, "power_kw": 150.0}] * 4
    trims += [suv | {"size": None, "price_fen": 1}] * 9
    (figure,) = class_figures(trims)
    tenths = statistics.quantiles(prices, n=10, method="inclusive")
    assert figure == {
        "size": "中型",
        "body": "SUV",
        "energy": "BEV",
        "field": "price_wan",
        "trims": 5,
        "low": tenths[0],
        "median": 30,
        "high": tenths[8],
    }


def test_words_stored_for_a_flag_under_older_rules_are_no_statement_that_it_is_there() -> None:
    columns = project_trim({"hud": Cell(text="没装"), "lidar_brand": Cell(text="禾赛")})
    assert columns["features"] == columns["features_known"] == 1 << FEATURES.index("激光雷达")
