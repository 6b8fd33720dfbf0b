"""How figures read in Chinese; used as Jinja filters and in sentences."""

from __future__ import annotations

from datetime import datetime

from webapp.clock import CHINA

UNKNOWN = "未知"
NOT_APPLICABLE = "–"
"""Of what cannot exist: the engine of an electric car."""


def number(value: float | None, digits: int = 2) -> str:
    """12.5 -> "12.5", 605.0 -> "605", None -> "未知"; at most `digits` decimals, none trailing."""
    if value is None:
        return UNKNOWN
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float, most: float = 1.0) -> str:
    """A length in a drawing: 0.125 -> "12.5%"; kept between none and `most`."""
    return f"{min(max(share, 0), most) * 100:.1f}%"


def thousands(value: int | None) -> str:
    """12345 -> "12,345"."""
    return UNKNOWN if value is None else f"{value:,}"


def wan(fen: int | None) -> str:
    """Fen to 万元 as a figure: 12980000 -> "12.98"; 万 is 1,000,000 fen."""
    if fen is None:
        return UNKNOWN
    text = f"{fen / 1_000_000:.4f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"


def wan_span(low_fen: int | None, high_fen: int | None) -> str:
    """A price span: "12.98–15.98万", "12.98万", or "暂无报价"."""
    if low_fen is None or high_fen is None:
        return "暂无报价"
    if low_fen == high_fen:
        return f"{wan(low_fen)}万"
    return f"{wan(low_fen)}–{wan(high_fen)}万"


def month(period: str | None) -> str:
    """ "2025-11" -> "2025 年 11 月"."""
    if not period:
        return UNKNOWN
    year, _, number_ = period.partition("-")
    return f"{year} 年 {int(number_)} 月" if number_ else f"{year} 年"


def day(moment: datetime) -> str:
    """2026 年 11 月 25 日, in China's time."""
    local = moment.astimezone(CHINA)
    return f"{local.year} 年 {local.month} 月 {local.day} 日"


def clock(moment: datetime) -> str:
    """2026 年 11 月 25 日 09:30, in China's time."""
    return f"{day(moment)} {moment.astimezone(CHINA):%H:%M}"
