"""A clock that stands still, and the moments at which it has been read wrongly before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from webapp import clock
from webapp.clock import CHINA


def china(text: str) -> datetime:
    """Such as "2024-02-29 00:10", in China's time."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


ORDINARY: Final = ("2026-11-25 00:30", "2026-11-25 12:00")
EDGES: Final = (*ORDINARY, "2025-01-01 00:10", "2024-02-29 12:00")
"""Two times of an ordinary day, ten minutes after a turn of the year, the day every fourth year
has. At half past midnight in China it is still the day before in UTC."""

HOURS: Final = ("2026-11-25 00:10", "2026-11-25 07:50", "2026-11-25 08:10", "2026-11-25 23:50")
"""Around both midnights: China's and that of UTC, which is at eight."""


class StoppedClock:
    """What `webapp.clock` says while a test runs."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.set("2026-11-25 12:00")
        patch.setattr(clock, "_read", lambda: self.moment.astimezone(UTC))

    def set(self, text: str) -> None:
        """To a time in China: "2024-12-31 23:50"."""
        self.moment = china(text)

    def forward(self, **span: float) -> None:
        """By so many days, hours, minutes or seconds, named as for `timedelta`."""
        self.moment += timedelta(**span)
