"""Which day a question speaks of: “2025 年买”, “明年提车”, “2026年12月开票”."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_YEAR: Final = re.compile(
    "(?<![0-9])(20[0-9]{2}) *年(?!款|型|代|份?的?车型)"
    "(?: *([0-9]{1,2}) *月(?: *([0-9]{1,2}) *[日号])?)?"
)
_RELATIVE: Final = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
_RELATIVE_YEAR: Final = re.compile("|".join(_RELATIVE))


@dataclass(frozen=True)
class DayAsked:
    """`written` is what the question says of it, empty where no day is named."""

    day: date
    written: str = ""


def day_asked(text: str, today: date) -> DayAsked:
    """The day a question names, or today. Of a year gone by its last day stands for it, of one
    to come and of a month its first; a day that there is not counts as its year."""
    found = _YEAR.search(text)
    if found is None:
        relative = _RELATIVE_YEAR.search(text)
        if relative is None:
            return DayAsked(today)
        year = today.year + _RELATIVE[relative[0]]
        return DayAsked(_within(year, None, None, today), relative[0])
    written, month, day = (int(part) if part else None for part in found.groups())
    parts = ((written, "年"), (month, "月"), (day, "日"))
    said = " ".join(f"{part} {unit}" for part, unit in parts if part)
    return DayAsked(_within(written or today.year, month, day, today), said)


def _within(year: int, month: int | None, day: int | None, today: date) -> date:
    try:
        if month and day:
            return date(year, month, day)
        if month:
            first = date(year, month, 1)
            same = (year, month) == (today.year, today.month)
            return today if same else first
    except ValueError:
        pass
    if year == today.year:
        return today
    return date(year, 1, 1) if year > today.year else date(year, 12, 31)
