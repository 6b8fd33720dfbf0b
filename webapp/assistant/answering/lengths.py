"""Lengths a sentence states: of a garage, a parking space, a person."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from webapp.assistant.answering.numerals import value_of
from webapp.numerals import DIGITS

_LENGTH: Final = re.compile(
    "(?P<whole>[0-9]+(?:\\.[0-9]+)?|[一二两三四五六])(?:(?P<unit>米|厘米|公分|cm|毫米|mm|m(?![a-z])))"
    "(?P<tail>(?<=米)(?<![厘毫]米)[0-9零一二三四五六七八九]{1,2}(?![0-9.]))?", re.I,
)  # fmt: skip
_MILLIMETRES: Final = {"米": 1000, "m": 1000, "厘米": 10, "公分": 10, "cm": 10, "毫米": 1, "mm": 1}


class Length(NamedTuple):
    """A length in millimetres, and where it stands."""

    mm: Decimal
    start: int
    end: int


def lengths(text: str) -> list[Length]:
    """“2米”, “1米9”, “5.3米”, “190厘米”, “1900毫米”."""
    found = []
    for match in _LENGTH.finditer(text):
        value = value_of(match["whole"])
        if value is None:
            continue
        mm = Decimal(str(value)) * _MILLIMETRES[match["unit"].lower()]
        if (tail := match["tail"]) is not None:
            digits = "".join(str(int(c) if c.isdecimal() else DIGITS[c]) for c in tail)
            mm += Decimal(int(digits)) * 1000 / 10 ** len(digits)
        found.append(Length(mm, *match.span()))
    return found
