"""What time it is. Everything that decides by the time asks here, and tests stop this clock.

Days, months and years are China's, wherever the server stands: a day begins at 16:00 UTC of the
one before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

CHINA: Final = ZoneInfo("Asia/Shanghai")

_read: Callable[[], datetime] = partial(datetime.now, UTC)


def now() -> datetime:
    """This instant, in UTC."""
    return _read()


def timestamp() -> float:
    """This instant as seconds since 1970."""
    return now().timestamp()


def today_in_china() -> date:
    return day_in_china(now())


def day_in_china(moment: datetime) -> date:
    """The day an aware moment falls on in China."""
    return moment.astimezone(CHINA).date()


def midnight_in_china(moment: datetime) -> datetime:
    """The beginning of the day in China that holds an aware moment."""
    return moment.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
