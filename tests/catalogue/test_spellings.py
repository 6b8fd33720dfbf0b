"""Which cells say fitted, optional, not there or nothing at all; the tables are closed."""

from __future__ import annotations

import re

import pytest

from webapp.catalogue.reading import spellings
from webapp.catalogue.reading.cells import Cell, CellError, FlagError, clean, read_cell, read_month
from webapp.config import ROOT

KINDS = (
    ("number", "wheelbase_mm", "mm"),
    ("text", "engine", None),
    ("flag", "fridge", None),
)


def read(text: str, kind: str) -> Cell | None:
    key, unit = {name: (key, unit) for name, key, unit in KINDS}[kind]
    return read_cell(text, key=key, type=kind, unit=unit)


@pytest.mark.parametrize(
    ("state", "texts"),
    [
        (
            "standard",
            "● √ ✓ ✔ 有 是 标配 标准配置 已配备 支持 带 含 yes Y TRUE True 1 1.0 ● √标配 ●标配",
        ),
        ("optional", "○ ◎ 选装 选配 可选 需选装 选装包 ○选装 Optional"),
        (
            "absent",
            "× ✕ ✗ ❌ - – — － —— 无 没有 未配备 不配备 不带 不支持 否 no N n False 0 0.0 x X",
        ),
    ],
)
def test_a_flag_is_what_its_spelling_says(state: str, texts: str) -> None:
    for text in texts.split():
        assert read(text, "flag") == Cell(fitted=state), text


@pytest.mark.parametrize(
    "text",
    [
        "仅后排",
        "2",
        "待确认",
        "√×",
        "●/○",
        "● / -",
        "标配/选装",
        "有（选装）",
        "● 需选装",
        "部分车型有",
        "顶配有",
        "有 部分车型",
        "无(顶配有)",
        "×（可加装）",
        "?",
        "ok",
        "on",
        "配置",
        "S",
        "■",
        "△",
    ],
)
def test_a_flag_that_is_in_no_table_is_no_statement(text: str) -> None:
    with pytest.raises(FlagError, match="按未知处理"):
        read(text, "flag")


def test_a_sign_keeps_its_detail_unless_the_detail_says_it_again() -> None:
    assert read("● 前排", "flag") == Cell(fitted="standard", text="前排")
    assert read("√ 手动", "flag") == Cell(fitted="standard", text="手动")
    assert read("选装 (8500元)", "flag") == Cell(fitted="optional", text="(8500元)")
    assert read("○ （选装）", "flag") == Cell(fitted="optional")


@pytest.mark.parametrize("kind", ["number", "text", "flag"])
@pytest.mark.parametrize(
    "text",
    [
        "nan",
        "NaN",
        "None",
        "NULL",
        "null",
        "\\N",
        "N/A",
        "n/a",
        "#N/A",
        "undefined",
        "/",
        "--",
        "NaT",
        "<NA>",
        "&nbsp;",
        "<br>",
        " &#160; ",
        "#REF!",
        "暂无",
        "未知",
        "／",
        "\u200b",
    ],
)
def test_what_machines_write_for_nothing_is_unknown_in_every_column(text: str, kind: str) -> None:
    assert read(text, kind) is None


@pytest.mark.parametrize("text", sorted(spellings.DASHES))
def test_a_dash_denies_a_flag_and_leaves_words_and_figures_unknown(text: str) -> None:
    assert read(text, "flag") == Cell(fitted="absent")
    assert read(text, "text") is None
    assert read(text, "number") is None


def test_words_for_no_are_no_text_and_no_price() -> None:
    assert read("没有", "text") == read("没有", "number") == Cell(fitted="absent")
    for text in ("没有", "×", "无", "-", "面议"):
        assert read_cell(text, key="price_wan", type="number", unit="万元") is None


def test_a_short_sign_of_a_flag_is_text_among_words() -> None:
    assert read("N", "text") == Cell(text="N")
    assert read_cell("0", key="cylinders", type="number", unit="个") == Cell(number=0)
    assert read("标准", "text") == Cell(text="标准")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("前排&nbsp;后排", "前排 后排"),
        ("前排<br/>后排", "前排 后排"),
        ("Lynk &amp; Co", "Lynk & Co"),
        ("<p>加热</p><BR>通风", "加热 通风"),
        ("&amp;nbsp;加热", "加热"),
        ("A&#43;B", "A+B"),
        ("<3.5秒", "<3.5秒"),
        ("a=1&copy=2", "a=1&copy=2"),
        ("R&D", "R&D"),
        ("&lt;br&gt;甲", "甲"),
    ],
)
def test_marks_of_web_pages_are_taken_out(raw: str, text: str) -> None:
    assert clean(raw) == text


def test_an_escaped_control_character_is_refused_like_a_plain_one() -> None:
    with pytest.raises(CellError, match="乱码"):
        clean("甲&#0;乙")


@pytest.mark.parametrize("text", ["12.98-15.98万", "12.98万~15.98万", "4680 至 4800", "610–650km"])
def test_a_span_in_a_column_of_figures_is_told_as_one(text: str) -> None:
    with pytest.raises(CellError, match=r"区间.*只写这一款"):
        read(text, "number")


def test_a_bare_number_has_the_unit_of_its_heading_and_another_one_its_own() -> None:
    def price(text: str) -> Cell | None:
        return read_cell(text, key="price_wan", type="number", unit="万元", written="元")

    assert price("129800") == price("12.98万") == price("129,800 元") == Cell(number=12.98)
    with pytest.raises(CellError, match="核对数值和单位"):
        price("12.98")


def test_a_serial_number_of_a_spreadsheet_is_no_month_and_told_which_it_may_be() -> None:
    with pytest.raises(CellError, match=r"2025-06-01.*文本格式"):
        read_month("45809")
    assert read_month("2025/6/1") == read_month("2025-06-01T00:00:00") == "2025-06"


def test_no_spelling_says_two_things() -> None:
    tables = [*spellings.SIGNS.items(), *spellings.WORDS.items(), *spellings.FLAG_WORDS.items()]
    said = [word for _, words in tables for word in words]
    assert len(said) == len(set(said))
    assert not set(said) & spellings.UNSAID
    assert all(spellings.folded(word) == word for word in [*said, *spellings.UNSAID])


def test_the_page_about_imports_shows_the_tables_of_the_code() -> None:
    page = (ROOT / "docs" / "import.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ((?:`[^`]+` ?)+) \|$", page, re.MULTILINE)
    shown = {name.strip(): set(re.findall(r"`([^`]+)`", cells)) for name, cells in rows}
    states = {"standard": "标配", "optional": "选装", "absent": "无"}
    for state, label in states.items():
        everywhere = {*spellings.SIGNS[state], *spellings.WORDS[state]}
        assert shown[f"{label}, in any column"] == everywhere
        assert shown[f"{label}, in the column of a flag only"] == {*spellings.FLAG_WORDS[state]}
    assert shown["unknown, in any column"] == spellings.UNSAID
    assert shown["unknown, in columns of words and figures"] == spellings.DASHES
    assert shown["unknown, in columns of prices"] == spellings.UNSAID_PRICE
