"""Units of measure in import files: which belong together, and the factors between them."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Final

from webapp.catalogue.vocabulary import unit_word

# kind: {unit: factor to the kind's base unit}. Units are written as `_plain` leaves them.
_KINDS: Final[dict[str, dict[str, str]]] = {
    "金额": {"元": "1", "万": "10000", "万元": "10000", "亿": "100000000", "亿元": "100000000"},
    "长度": {
        "mm": "1",
        "毫米": "1",
        "cm": "10",
        "厘米": "10",
        "m": "1000",
        "米": "1000",
        "km": "1000000",
        "公里": "1000000",
        "千米": "1000000",
        "里程km": "1000000",
        "英寸": "25.4",
        "寸": "25.4",
        "吋": "25.4",
        "万公里": "10000000000",
    },
    "质量": {
        "g": "0.001",
        "克": "0.001",
        "kg": "1",
        "公斤": "1",
        "千克": "1",
        "t": "1000",
        "吨": "1000",
    },
    "功率": {
        "w": "0.001",
        "瓦": "0.001",
        "kw": "1",
        "千瓦": "1",
        "ps": "0.7355",
        "hp": "0.7355",
        "匹": "0.7355",
        "马力": "0.7355",
        "匹马力": "0.7355",
    },
    "扭矩": {"nm": "1", "n.m": "1", "n*m": "1", "牛米": "1", "牛顿米": "1"},
    "时间": {
        "s": "1",
        "秒": "1",
        "min": "60",
        "分钟": "60",
        "分": "60",
        "h": "3600",
        "小时": "3600",
    },
    "速度": {"km/h": "1", "公里/小时": "1", "kph": "1", "m/s": "3.6"},
    "容积": {"ml": "0.001", "毫升": "0.001", "cc": "0.001", "l": "1", "升": "1"},
    "电量": {"wh": "0.001", "kwh": "1", "度": "1", "千瓦时": "1"},
    "油耗": {
        "l/100km": "1",
        "l/百公里": "1",
        "升/百公里": "1",
        "升/100公里": "1",
        "l/100公里": "1",
    },
    "电耗": {"kwh/100km": "1", "kwh/百公里": "1", "度/百公里": "1", "度/100km": "1"},
    "能量密度": {"wh/kg": "1", "kwh/kg": "1000"},
    "电压": {"v": "1", "伏": "1", "kv": "1000"},
    "转速": {"rpm": "1", "转": "1", "转/分": "1", "r/min": "1"},
    "存储容量": {"mb": "0.0009765625", "g": "1", "gb": "1", "tb": "1024"},
    "像素": {"万像素": "1", "万": "1"},
    "比例": {"%": "1"},
    "角度": {"°": "1", "度角": "1"},
    "个数": dict.fromkeys(
        (
            "个",
            "座",
            "位",
            "门",
            "颗",
            "只",
            "台",
            "组",
            "把",
            "喇叭",
            "个喇叭",
            "扬声器",
            "个扬声器",
            "挡",
            "缸",
            "处",
            "色",
            "向",
            "路",
            "年",
            "项",
        ),
        "1",
    ),
}


class UnitError(ValueError):
    """A unit that does not fit its column; the text tells a Chinese reader why."""


def _plain(unit: str) -> str:
    """`N·m`, `Ｎ·Ｍ` and `Nm` are one unit."""
    folded = unicodedata.normalize("NFKC", unit).casefold()
    return folded.replace(" ", "").replace("·", "").replace("⋅", "").replace("・", "")


@lru_cache(maxsize=1024)
def _kinds_of(unit: str) -> tuple[str, ...]:
    return tuple(kind for kind, units in _KINDS.items() if _plain(unit) in units)


@lru_cache(maxsize=1024)
def _factor(unit: str, target: str | None) -> Decimal:
    if target is None:
        if "个数" in _kinds_of(unit):
            return Decimal(1)
        raise UnitError(f"单位“{unit}”多余，本列没有单位")
    if _plain(unit) == _plain(target):
        return Decimal(1)
    kinds, wanted = _kinds_of(unit), _kinds_of(target)
    for kind in wanted:
        if kind in kinds:
            units = _KINDS[kind]
            return Decimal(units[_plain(unit)]) / Decimal(units[_plain(target)])
    if not kinds:
        raise UnitError(f"不认识单位“{unit}”，本列的单位是 {unit_word(target)}")
    asked = f"{wanted[0]}（{unit_word(target)}）" if wanted else unit_word(target)
    raise UnitError(f"单位“{unit}”是{kinds[0]}，本列要求{asked}")


def convert(number: Decimal, unit: str, target: str | None) -> Decimal:
    """The number in `target`, the unit of its column (None: a plain count or ratio).

    No unit means the column's own. Conversions are rounded to three decimals, which is finer
    than any figure a maker publishes. Raises `UnitError`, naming both units.
    """
    if not unit:
        return number
    factor = _factor(unit, target)
    return number if factor == 1 else round(number * factor, 3)


def is_money(unit: str | None) -> bool:
    """Whether figures in this unit are prices."""
    return unit is not None and "金额" in _kinds_of(unit)
