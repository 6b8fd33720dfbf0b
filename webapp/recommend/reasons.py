"""Why a car is recommended, in words that are true of it and of the one it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webapp.catalogue.queries import TrimRow
from webapp.catalogue.wording import class_name
from webapp.formatting import month, wan

SAME_PRICE: Final = 0.1
"""Prices that differ by no more of the lower one are called the same band."""
MOST: Final = 2
"""Differences that one reason names."""
LEAST_KM: Final = 30
LEAST_MM: Final = 50


def compared(trim: TrimRow, other: TrimRow) -> str:
    """How a car stands to another, such as “同价位，续航多 85 公里”; what they share where nothing
    else can be said."""
    said = [*_differences(trim, other)][:MOST]
    return "，".join(said) or _shared(trim, other)


def beside_series(trim: TrimRow, low_fen: int | None, high_fen: int | None) -> str:
    """How a car's price stands to that of a whole series."""
    if trim.price_fen is None or low_fen is None or high_fen is None:
        return class_name(trim)
    if low_fen <= trim.price_fen <= high_fen:
        return f"同价位，{class_name(trim)}"
    return class_name(trim)


def sold(units: int, period: str) -> str:
    return f"{month(period)}卖出 {units:,} 辆"


def _differences(trim: TrimRow, other: TrimRow) -> Iterator[str]:
    if trim.price_fen and other.price_fen:
        apart = trim.price_fen - other.price_fen
        if abs(apart) <= SAME_PRICE * min(trim.price_fen, other.price_fen):
            yield "同价位"
        else:
            yield f"{'便宜' if apart < 0 else '贵'} {wan(abs(apart))} 万"
    if trim.range_km and other.range_km and trim.range_cycle == other.range_cycle:
        further = trim.range_km - other.range_km
        if trim.range_cycle and further >= LEAST_KM and trim.energy == other.energy:
            yield f"续航多 {further} 公里"
    if trim.wheelbase_mm and other.wheelbase_mm:
        longer = trim.wheelbase_mm - other.wheelbase_mm
        if longer >= LEAST_MM:
            yield f"轴距长 {longer} 毫米"
    if trim.seats and other.seats and trim.seats > other.seats:
        yield f"多 {trim.seats - other.seats} 个座位"


def _shared(trim: TrimRow, other: TrimRow) -> str:
    same = trim.class_key == other.class_key and all(trim.class_key)
    return f"同为{class_name(trim)}" if same else class_name(trim)
