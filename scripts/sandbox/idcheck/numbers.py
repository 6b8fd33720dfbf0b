"""What the vendors check of a number and a name by themselves (GB 11643-1999)."""

from __future__ import annotations

import datetime
import re
from typing import Final

MADE_UP_AREA: Final = "990101"
SHAPE: Final = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
NAME: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{2,30}")


def check_character(first_17: str) -> str:
    """ISO 7064 MOD 11-2 by its recursive rule, without a table of weights."""
    rest = 0
    for digit in first_17:
        rest = (rest + int(digit)) * 2 % 11
    check = (12 - rest) % 11
    return "X" if check == 10 else str(check)


def is_number(text: str) -> bool:
    """Whether the text is a well-formed number of somebody born on a real day."""
    if not SHAPE.fullmatch(text):
        return False
    try:
        born = datetime.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    today = datetime.datetime.now(datetime.UTC).date()
    return datetime.date(1900, 1, 1) <= born <= today and check_character(text[:17]) == text[17]


def is_made_up(text: str) -> bool:
    """Whether the number can be nobody's: its area was never given out."""
    return text.startswith(MADE_UP_AREA)
