"""Times of the day, as minutes in China's time: quiet hours, and when a digest is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from webapp.clock import CHINA, midnight_in_china

DAY: Final = 24 * 60
QUIET_FROM: Final = 22 * 60
QUIET_TO: Final = 8 * 60
MOST_A_DAY: Final = 5
"""What holds for a person who has chosen nothing."""
DIGEST: Final = 9 * 60
"""When what was too much for one day is sent, where the person has chosen no time."""


def is_quiet(minute: int, quiet_from: int, quiet_to: int) -> bool:
    """Whether a minute of the day lies in quiet hours, which may go over midnight."""
    if quiet_from <= quiet_to:
        return quiet_from <= minute < quiet_to
    return minute >= quiet_from or minute < quiet_to


def minute_of(moment: datetime) -> int:
    local = moment.astimezone(CHINA)
    return local.hour * 60 + local.minute


def after_quiet(moment: datetime, quiet_from: int, quiet_to: int) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in."""
    if not is_quiet(minute_of(moment), quiet_from, quiet_to):
        return moment
    return next_at(moment, quiet_to)


def next_at(moment: datetime, minute: int) -> datetime:
    """The next time it is that minute of the day, after the moment."""
    today = midnight_in_china(moment) + timedelta(minutes=minute)
    return today if today > moment else today + timedelta(days=1)
