"""Numbers of deposits, payments and refunds: unlike any before, and nobody can guess them."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from webapp.clock import day_in_china

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""None that is read as another one."""


def deposit_number(now: datetime) -> str:
    """“D261201” and nine letters."""
    return _dated("D", now, "".join(secrets.choice(_LETTERS) for _ in range(9)))


def attempt_number(now: datetime) -> str:
    """27 letters and digits, which both channels take as out_trade_no."""
    return _dated("P", now, secrets.token_hex(10))


def refund_number(now: datetime) -> str:
    """27 letters and digits, which both channels take as number of a refund."""
    return _dated("R", now, secrets.token_hex(10))


def _dated(letter: str, now: datetime, rest: str) -> str:
    return f"{letter}{day_in_china(now):%y%m%d}{rest}"
