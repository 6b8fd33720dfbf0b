"""One cell of an import file: its text read as a value. The grammar is in docs/import.md."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from webapp.catalogue.reading.units import UnitError, convert, is_money
from webapp.catalogue.vocabulary import unit_word

MAX_TEXT: Final = 2000

UNSAID: Final = frozenset(
    {"未知", "暂无", "暂无报价", "暂无价格", "暂无数据", "待查", "待定", "未公布", "未公开"}
)
_ABSENT: Final = frozenset({"-", "–", "—", "−", "－", "--", "无"})
# No car is without a price: a dash there is a price not told.
_UNSAID_PRICE: Final = _ABSENT | {"预售", "即将上市", "未上市", "询价"}
_FLAG_WORDS: Final = {"支持": "standard", "是": "standard", "不支持": "absent", "否": "absent"}
_FITTED: Final = {
    "●": "standard", "标配": "standard", "有": "standard",
    "○": "optional", "选装": "optional", "选配": "optional",
}  # fmt: skip

# A word counts as a sign only where it stands alone: “有线CarPlay” is text.
_SIGN = re.compile(r"(?P<sign>●|○|(?:标配|选装|选配|有)(?=$|[\s:：(（]))[\s:：]*(?P<detail>.*)")
_NUMBER = re.compile(
    r"¥?\s*(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"\s*(?P<unit>[^\s\d(○,.~+-][^\s(○~-]*)?\s*(?P<note>[(○].*)?"
)
_GARBLED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffd\ue000-\uf8ff]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")

# Sanity bounds of the fields people filter by, in the parameter's unit: a figure outside them
# is a slip of unit or column.
BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "price_wan": (0.5, 5000), "dealer_price_wan": (0.5, 5000), "seats": (1, 20),
    "length_mm": (2000, 7000), "width_mm": (1000, 2600), "height_mm": (800, 3500),
    "wheelbase_mm": (1200, 5000), "curb_weight_kg": (300, 8000), "power_kw": (5, 2500),
    "torque_nm": (10, 20000), "accel_0_100_s": (1, 60), "top_speed_kmh": (20, 500),
    "range_cltc_km": (10, 2500), "range_wltc_km": (10, 2500), "range_nedc_km": (10, 2500),
    "range_epa_km": (10, 2500), "battery_kwh": (0.3, 400), "fuel_wltc_l_100km": (0, 40),
    "fuel_nedc_l_100km": (0, 40), "fuel_depleted_l_100km": (0, 40), "fuel_l_100km": (0, 40),
    "displacement_ml": (50, 10000), "lidar_count": (0, 10), "v2l_kw": (0, 100),
    "fast_charge_kw": (0, 2000),
}  # fmt: skip
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


def clean(text: str) -> str:
    """The text on one line with single spaces. Raises `CellError` for garbled characters."""
    if _GARBLED.search(text):
        raise CellError("含有乱码或控制字符，请检查文件的编码")
    return " ".join(_INVISIBLE.sub("", text).split())


@lru_cache(maxsize=16384)  # the same few thousand cells make up most of any file
def read_cell(text: str, *, key: str, type: str, unit: str | None) -> Cell | None:
    """Read one cell of the parameter `key`; None where the cell says nothing.

    `type` is `number`, `text` or `flag` and `unit` the unit of the result, both as in
    `parameters.csv`. Raises `CellError`.
    """
    said = clean(text)
    if not said or said in UNSAID:
        return None
    if len(said) > MAX_TEXT:
        raise CellError(f"文字超过 {MAX_TEXT} 个字符")
    if type == "number" and is_money(unit) and said in _UNSAID_PRICE:
        return None
    if said in _ABSENT:
        return Cell(fitted="absent")
    if type == "flag" and said in _FLAG_WORDS:
        return Cell(fitted=_FLAG_WORDS[said])
    if sign := _SIGN.fullmatch(said):
        return _read_fitted(sign["sign"], sign["detail"], key=key, type=type, unit=unit)
    if type == "number":
        return _read_number(said, key=key, unit=unit)
    return Cell(text=said)


def _read_fitted(sign: str, detail: str, *, key: str, type: str, unit: str | None) -> Cell:
    fitted = _FITTED[sign]
    if fitted == "standard" and detail and type == "number":
        return _read_number(detail, key=key, unit=unit)
    return Cell(fitted=fitted, text=detail or None)


def _read_number(said: str, *, key: str, unit: str | None) -> Cell:
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", said))
    if match is None:
        raise CellError("不是数字" if unit is None else f"不是数字（单位 {unit_word(unit)}）")
    stated_unit = match["unit"] or ""
    if is_money(unit):
        stated_unit = stated_unit.removesuffix("起")
    try:
        number = convert(Decimal(match["number"].replace(",", "")), stated_unit, unit)
    except UnitError as error:
        raise CellError(str(error)) from None
    low, high = BOUNDS.get(key, _ANY_FIGURE)
    if not low <= number <= high:
        word = unit_word(unit) or ""
        raise CellError(f"{number:f}{word} 超出合理范围 {low:g} 至 {high:g}{word}")
    if key in _WHOLE and number != int(number):
        raise CellError(f"{number:f} 不是整数")
    return Cell(number=float(number), text=said if match["note"] else None)


def read_month(text: str) -> str:
    """`2025.07`, `2025-7`, `2025/07`, `2025年7月`, with or without a day, as `2025-07`.

    Raises `CellError`; a year alone is refused because no month may be made up.
    """
    match = re.fullmatch(
        r"((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})(?:月|\s*[-./月]\s*\d{1,2}日?(?: [\d:.]+)?)?",
        unicodedata.normalize("NFKC", text),
    )
    if match is None:
        raise CellError("不是年月，应写作 2025-07")
    if not 1 <= int(match[2]) <= 12:
        raise CellError(f"没有 {match[2]} 月")
    return f"{match[1]}-{int(match[2]):02d}"
