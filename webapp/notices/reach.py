"""Where else than here a person can be told something, as the accounts above know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from flask import Flask, current_app

_EXTENSION: Final = "chezhi.notices.reach"


class Reach(NamedTuple):
    """`is_open`: whether the account may be written to at all. `openid`: in the service account
    of WeChat, None for a person who never came by it."""

    is_open: bool
    openid: str | None


def register(app: Flask, ask: Callable[[int], Reach]) -> None:
    app.extensions[_EXTENSION] = ask


def reach(account_id: int) -> Reach:
    ask: Callable[[int], Reach] = current_app.extensions[_EXTENSION]
    return ask(account_id)
