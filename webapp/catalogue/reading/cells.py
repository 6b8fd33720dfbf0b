"""One cell of an import file: its text read as a value. The grammar is in docs/import.md."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from webapp.catalogue.reading.spellings import UNSAID_PRICE, is_unsaid, split_sign, state_of
from webapp.catalogue.reading.units import UnitError, convert, is_money
from webapp.catalogue.vocabulary import unit_word

MAX_TEXT: Final = 2000

_NUMBER = re.compile(
    r"¥?\s*(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"\s*(?P<unit>[^\s\d(○,.~+-][^\s(○~-]*)?\s*(?P<note>[(○].*)?"
)
_GARBLED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffd\ue000-\uf8ff]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
# With its semicolon only: an address may well contain “&copy=”.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?(?:br|p|div|span|b|i|em|strong|font|a|li|ul|td)(?:\s[^<>]*)?/?>", re.I)
_SPAN = re.compile(r"[\d.,]+[^\d\s(○]*\s*(?:-|~|–|—|至|到)\s*[\d.,]+.*")

# Sanity bounds of the fields people filter by, in the parameter's unit: a figure outside them
# is a slip of unit or column.
BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "price_wan": (0.5, 5000),
    "dealer_price_wan": (0.5, 5000),
    "seats": (1, 20),
    "length_mm": (2000, 7000),
    "width_mm": (1000, 2600),
    "height_mm": (800, 3500),
    "wheelbase_mm": (1200, 5000),
    "curb_weight_kg": (300, 8000),
    "power_kw": (5, 2500),
    "torque_nm": (10, 20000),
    "accel_0_100_s": (1, 60),
    "top_speed_kmh": (20, 500),
    "range_cltc_km": (10, 2500),
    "range_wltc_km": (10, 2500),
    "range_nedc_km": (10, 2500),
    "range_epa_km": (10, 2500),
    "battery_kwh": (0.3, 400),
    "fuel_wltc_l_100km": (0, 40),
    "fuel_nedc_l_100km": (0, 40),
    "fuel_depleted_l_100km": (0, 40),
    "fuel_l_100km": (0, 40),
    "displacement_ml": (50, 10000),
    "lidar_count": (0, 10),
    "v2l_kw": (0, 100),
    "fast_charge_kw": (0, 2000),
}
_FIRST_SERIAL: Final = date(1899, 12, 30)
"""Day 0 of the serial numbers that spreadsheets keep dates in."""
_ANY_FIGURE: Final = (0.0, 1e9)
_WHOLE: Final = frozenset({"seats", "lidar_count"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says: a `number` in the parameter's unit, a `text`, or whether it is `fitted`.

    `text` beside `number` is the whole cell where it says more than the figure (`5 ○ 7`);
    beside `fitted` it is the detail behind the sign.
    """

    number: float | None = None
    text: str | None = None
    fitted: str | None = None


class CellError(ValueError):
    """A cell that cannot be read; the text tells a Chinese reader why."""


class FlagError(CellError):
    """A flag's cell that is in no table of spellings: nothing is known, the row still holds."""


def clean(text: str) -> str:
    """The text on one line with single spaces, marks of web pages (`&nbsp;`, `<br>`) taken out.

    Raises `CellError` for garbled characters.
    """
    if "&" in text:  # “&amp;nbsp;” was escaped twice
        text = _ENTITY.sub(_character, _ENTITY.sub(_character, text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    if _GARBLED.search(text):
        raise CellError("含有乱码或控制字符，请检查文件的编码")
    return " ".join(_INVISIBLE.sub("", text).split())


def _character(match: re.Match[str]) -> str:
    return html.unescape(match[0])


@lru_cache(maxsize=16384)  # the same few thousand cells make up most of any file
def read_cell(
    text: str, *, key: str, type: str, unit: str | None, written: str = ""
) -> Cell | None:
    """Read one cell of the parameter `key`; None where the cell says nothing.

    `type` is `number`, `text` or `flag` and `unit` the unit of the result, both as in
    `parameters.csv`; `written` is the unit its column's heading gives to bare numbers. Raises
    `CellError`, and `FlagError` for a flag that is in no table of spellings.
    """
    said = clean(text)
    flag = type == "flag"
    if is_unsaid(said, flag=flag):
        return None
    if len(said) > MAX_TEXT:
        raise CellError(f"文字超过 {MAX_TEXT} 个字符，请缩短")
    state = state_of(said, flag=flag)
    if is_money(unit) and (state == "absent" or said in UNSAID_PRICE):
        return None
    if state:
        return Cell(fitted=state)
    if sign := split_sign(said, flag=flag):
        state, detail = sign
        if state == "standard" and detail and type == "number":
            return _read_number(detail, key=key, unit=unit, written=written)
        return Cell(fitted=state, text=detail or None)
    if flag:
        raise FlagError(
            "看不出是标配、选装还是没有，按未知处理；请写“标配”“选装”或“无”，说明可写在后面，"
            "如“标配 前排”"
        )
    if type == "number":
        return _read_number(said, key=key, unit=unit, written=written)
    return Cell(text=said)


def _read_number(said: str, *, key: str, unit: str | None, written: str) -> Cell:
    plain = unicodedata.normalize("NFKC", said)
    if _SPAN.fullmatch(plain):
        raise CellError("是一个区间，不是一个数：一行一款车，请只写这一款的值")
    match = _NUMBER.fullmatch(plain)
    if match is None:
        allowed = f"（单位 {unit_word(unit)}）" if unit else ""
        raise CellError(f"不是数字{allowed}：请只写数字，可带单位；不知道就留空")
    stated_unit = match["unit"] or written
    if is_money(unit):
        stated_unit = stated_unit.removesuffix("起")
    try:
        number = convert(Decimal(match["number"].replace(",", "")), stated_unit, unit)
    except UnitError as error:
        raise CellError(str(error)) from None
    low, high = BOUNDS.get(key, _ANY_FIGURE)
    if not low <= number <= high:
        word = unit_word(unit) or ""
        read = f"{number.normalize():f}{word}"
        raise CellError(f"{read} 超出合理范围 {low:g} 至 {high:g}{word}，请核对数值和单位")
    if key in _WHOLE and number != int(number):
        raise CellError(f"{number:f} 不是整数")
    return Cell(number=float(number), text=said if match["note"] else None)


def read_month(text: str) -> str:
    """`2025.07`, `2025-7`, `2025/07`, `2025年7月`, with or without a day, as `2025-07`.

    Raises `CellError`; a year alone is refused because no month may be made up.
    """
    match = re.fullmatch(
        r"((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})(?:月|\s*[-./月]\s*\d{1,2}日?(?:[ T][\d:.]+)?)?",
        unicodedata.normalize("NFKC", text),
    )
    if match is None:
        raise CellError(_no_month(text))
    if not 1 <= int(match[2]) <= 12:
        raise CellError(f"没有 {match[2]} 月")
    return f"{match[1]}-{int(match[2]):02d}"


def _no_month(text: str) -> str:
    if re.fullmatch(r"[2-6]\d{4}(?:\.\d+)?", text):
        day = _FIRST_SERIAL + timedelta(days=int(float(text)))
        return (
            f"像是表格软件的日期序号（多半是 {day:%Y-%m-%d}），不能确定；"
            "请把这一列设为日期或文本格式再导出，写作 2025-07"
        )
    return "不是年月，应写作 2025-07"
