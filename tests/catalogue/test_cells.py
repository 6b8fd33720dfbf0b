"""The cell grammar of docs/import.md."""

from __future__ import annotations

import pytest

from webapp.catalogue.reading.cells import Cell, CellError, read_cell, read_month


def price(text: str) -> Cell | None:
    return read_cell(text, key="price_wan", type="number", unit="万元")


def number(text: str, unit: str | None = None, key: str = "gears_total") -> Cell | None:
    return read_cell(text, key=key, type="number", unit=unit)


def words(text: str) -> Cell | None:
    return read_cell(text, key="engine", type="text", unit=None)


def flag(text: str) -> Cell | None:
    return read_cell(text, key="fridge", type="flag", unit=None)


@pytest.mark.parametrize(
    "text",
    [
        "12.98",
        "12.98万",
        "12.98 万元",
        "129800元",
        "129,800元",
        "￥12.98万",
        "１２．９８万",
        "12.98万起",
    ],
)
def test_a_price_is_read_in_wan_however_it_is_written(text: str) -> None:
    assert price(text) == Cell(number=12.98)


@pytest.mark.parametrize("text", ["", "  ", "未知", "暂无", "暂无报价", "待查", "\u3000"])
def test_an_empty_or_unknown_cell_says_nothing(text: str) -> None:
    assert price(text) is None
    assert words(text) is None
    assert flag(text) is None


def test_a_price_not_yet_told_says_nothing_rather_than_no_price() -> None:
    assert price("预售") is None
    assert price("-") is None


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("4.915m", "mm", 4915),
        ("491.5cm", "mm", 4915),
        ("4915", "mm", 4915),
        ("200马力", "kW", 147.1),
        ("200Ps", "kW", 147.1),
        ("147千瓦", "kW", 147),
        ("60度", "kWh", 60),
        ("60 kWh", "kWh", 60),
        ("520公里", "km", 520),
        ("7.9秒", "s", 7.9),
        ("2.0L", "mL", 2000),
        ("30分钟", "h", 0.5),
        ("310牛·米", "N·m", 310),
        ("310Nm", "N·m", 310),
        ("4.2L/100km", "L/100km", 4.2),
        ("1.5吨", "kg", 1500),
        ("80%", "%", 80),
        ("1个", "个", 1),
        ("12喇叭", "个", 12),
        ("15.6英寸", "英寸", 15.6),
        ("5座", "个", 5),
    ],
)
def test_a_number_comes_in_the_unit_of_its_column(text: str, unit: str, expected: float) -> None:
    assert number(text, unit) == Cell(number=expected)


def test_a_unit_of_another_kind_is_refused_and_both_are_named() -> None:
    with pytest.raises(CellError, match=r"“kW”是功率.*扭矩（N·m）"):
        number("120kW", "N·m")


def test_an_unknown_unit_is_refused_and_the_wanted_one_is_named() -> None:
    with pytest.raises(CellError, match=r"“光年”.*mm"):
        number("3光年", "mm")


@pytest.mark.parametrize("text", ["inf", "-5", "1e5", "30-80", "约12", "1.2.3", "加热"])
def test_what_is_not_one_plain_number_is_refused_in_a_number_column(text: str) -> None:
    with pytest.raises(CellError):
        number(text, "kW")


@pytest.mark.parametrize(
    ("key", "text", "unit"),
    [
        ("price_wan", "179800", "万元"),
        ("price_wan", "0", "万元"),
        ("length_mm", "4.915", "mm"),
        ("range_cltc_km", "0", "km"),
        ("seats", "0", "个"),
        ("accel_0_100_s", "0.5", "s"),
    ],
)
def test_a_figure_no_car_has_is_refused_with_its_bounds(key: str, text: str, unit: str) -> None:
    with pytest.raises(CellError, match="超出合理范围"):
        number(text, unit, key)


def test_half_a_seat_is_refused() -> None:
    with pytest.raises(CellError, match="不是整数"):
        number("4.5", "个", "seats")


def test_a_number_with_an_option_keeps_the_whole_text() -> None:
    assert number("5 ○ 7", "个", "seats") == Cell(number=5, text="5 ○ 7")
    assert number("3个 ○ 5个", "个") == Cell(number=3, text="3个 ○ 5个")


def test_an_optional_number_is_optional_not_a_number() -> None:
    assert number("○ 1个", "个", "lidar_count") == Cell(fitted="optional", text="1个")


def test_a_standard_sign_before_a_number_changes_nothing() -> None:
    assert number("● 2个", "个", "lidar_count") == Cell(number=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("●", Cell(fitted="standard")),
        ("标配", Cell(fitted="standard")),
        ("有", Cell(fitted="standard")),
        ("支持", Cell(fitted="standard")),
        ("● 前排", Cell(fitted="standard", text="前排")),
        ("○", Cell(fitted="optional")),
        ("选装", Cell(fitted="optional")),
        ("○ (8500元)", Cell(fitted="optional", text="(8500元)")),
        ("-", Cell(fitted="absent")),
        ("–", Cell(fitted="absent")),
        ("无", Cell(fitted="absent")),
        ("不支持", Cell(fitted="absent")),
    ],
)
def test_signs_and_words_tell_whether_equipment_is_there(text: str, expected: Cell) -> None:
    assert flag(text) == expected


def test_a_word_that_only_begins_like_a_sign_is_text() -> None:
    assert words("有线CarPlay") == Cell(text="有线CarPlay")
    assert words("无钥匙进入") == Cell(text="无钥匙进入")


def test_text_comes_on_one_line_with_single_spaces() -> None:
    assert words(" 加热\n 通风\u3000按摩\u200b ") == Cell(text="加热 通风 按摩")


def test_text_of_more_than_two_thousand_characters_is_refused() -> None:
    assert words("长" * 2000) == Cell(text="长" * 2000)
    with pytest.raises(CellError, match="2000"):
        words("长" * 2001)


@pytest.mark.parametrize("text", ["\ufffdj驰", "a\x07b", "\ue5e5"])
def test_garbled_text_is_refused(text: str) -> None:
    with pytest.raises(CellError, match="乱码"):
        words(text)


@pytest.mark.parametrize("text", ["2025-07", "2025.07", "2025/7", "2025年7月", "2025-07-15"])
def test_a_month_is_read_however_it_is_written(text: str) -> None:
    assert read_month(text) == "2025-07"


@pytest.mark.parametrize("text", ["2025", "2025-13", "25-07", "去年七月", "202507"])
def test_what_names_no_month_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        read_month(text)
