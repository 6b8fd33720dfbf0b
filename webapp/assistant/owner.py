"""Whose conversations these are: the account's, or a guest's by an id in the session cookie."""

from __future__ import annotations

import secrets
from typing import Final

from flask import session
from flask_login import current_user

_KEY: Final = "visitor"


def known_owner() -> str | None:
    """The owner that this request names, or None where it names nobody yet."""
    if current_user.is_authenticated:
        return of_account(current_user.account.id)
    return guest()


def guest() -> str | None:
    """The guest of this request's cookie, signed in or not."""
    visitor = session.get(_KEY)
    return f"guest:{visitor}" if isinstance(visitor, str) and visitor else None


def owner() -> str:
    """The owner of this request; a guest without a cookie is given one."""
    known = known_owner()
    if known is not None:
        return known
    session.permanent = True
    session[_KEY] = secrets.token_urlsafe(16)
    return f"guest:{session[_KEY]}"


def passing_owner() -> str:
    """An owner that nobody can be later: of a socket whose visitor takes no cookies."""
    return f"guest:{secrets.token_urlsafe(16)}"


def of_account(account_id: int) -> str:
    return f"account:{account_id}"
