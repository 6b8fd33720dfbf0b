"""Moments of a video as people write them: “02:13”, “1:02:13”."""

from __future__ import annotations

import re
from typing import Final

_WRITTEN: Final = re.compile(r"(?:([0-9]{1,2})[:：])?([0-9]{1,3})[:：]([0-5][0-9])")
LONGEST: Final = 24 * 3600
"""Seconds; nothing we take is longer."""


def written(second: float) -> str:
    """133 -> "02:13", 3733 -> "1:02:13"."""
    minutes, seconds = divmod(int(second), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def read(text: str) -> int | None:
    """Seconds of "02:13", "2:13", "1:02:13" or "133"; None where it is no moment."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= 5:
        second = int(text)
    elif (found := _WRITTEN.fullmatch(text)) is not None:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        if found[1] is not None and minutes > 59:
            return None
        second = hours * 3600 + minutes * 60 + seconds
    else:
        return None
    return second if second <= LONGEST else None
