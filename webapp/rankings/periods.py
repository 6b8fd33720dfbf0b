"""Periods of rankings: a month `2026-06`, a quarter `2026-Q2`, a year `2026`. Text throughout."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, Literal

from webapp.formatting import month

Kind = Literal["month", "quarter", "year"]
KIND_LABELS: Final[dict[Kind, str]] = {"month": "月榜", "quarter": "季榜", "year": "年榜"}
_BEFORE: Final[dict[Kind, str]] = {"month": "上月", "quarter": "上季", "year": "上年"}
_FORM: Final = re.compile(r"20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?")


def is_period(text: str) -> bool:
    return _FORM.fullmatch(text) is not None


def kind_of(period: str) -> Kind:
    if len(period) == len("2026"):
        return "year"
    return "quarter" if "Q" in period else "month"


def months_of(period: str) -> list[str]:
    """The months of a period, oldest first."""
    year = period[:4]
    match kind_of(period):
        case "month":
            return [period]
        case "quarter":
            last = int(period[-1]) * 3
            return [f"{year}-{n:02d}" for n in range(last - 2, last + 1)]
        case "year":
            return [f"{year}-{n:02d}" for n in range(1, 13)]


def before(period: str) -> str:
    """The period of the same length right before."""
    match kind_of(period):
        case "month":
            return back(period, 1)
        case "quarter":
            year, quarter = int(period[:4]), int(period[-1])
            return f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4"
        case "year":
            return str(int(period) - 1)


def back(month_: str, months: int) -> str:
    """The month so many months earlier."""
    count = int(month_[:4]) * 12 + int(month_[5:]) - 1 - months
    return f"{count // 12}-{count % 12 + 1:02d}"


def window(month_: str, months: int = 12) -> list[str]:
    """So many months up to this one, oldest first."""
    return [back(month_, n) for n in reversed(range(months))]


def before_word(period: str) -> str:
    return _BEFORE[kind_of(period)]


def label(period: str) -> str:
    """ "2026 年 6 月", "2026 年第 2 季度", "2026 年"."""
    if kind_of(period) == "quarter":
        return f"{period[:4]} 年第 {period[-1]} 季度"
    return month(period)


def full_periods(months: Collection[str]) -> list[str]:
    """All periods whose every month is among these, the newest first of each kind: months, then
    quarters, then years."""
    years = sorted({text[:4] for text in months}, reverse=True)
    quarters = (f"{year}-Q{n}" for year in years for n in (4, 3, 2, 1))
    return [*sorted(months, reverse=True), *_full(quarters, months), *_full(years, months)]


def _full(periods: Iterable[str], months: Collection[str]) -> list[str]:
    return [period for period in periods if set(months_of(period)) <= set(months)]
