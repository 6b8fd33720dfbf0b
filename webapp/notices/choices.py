"""What a person can choose about notices, and what holds where they chose nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from webapp.notices import hours


@dataclass(frozen=True)
class Choice:
    """What holds for a kind: the person's choice, else what the kind has by default."""

    muted: bool
    mail: bool
    wechat: bool


class Hours(NamedTuple):
    """When a person may be written to; as the columns of `NoticePerson`."""

    quiet_from: int = hours.QUIET_FROM
    quiet_to: int = hours.QUIET_TO
    most_a_day: int = hours.MOST_A_DAY
    digest_at: int | None = None


@dataclass(frozen=True)
class Person:
    """A person's settings, or what holds for one who has chosen nothing."""

    mail: str | None = None
    mail_asked: str | None = None
    mails: bool = True
    quiet_from: int = hours.QUIET_FROM
    quiet_to: int = hours.QUIET_TO
    most_a_day: int = hours.MOST_A_DAY
    digest_at: int | None = None
