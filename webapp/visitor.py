"""Who is on the other side: an account, or a guest by an id in the session cookie.

What a visitor gathers belongs to an owner, a text of either kind: `account:7`, `guest:…`.
"""

from __future__ import annotations

import secrets
from typing import Final

from flask import session
from flask_login import current_user

GUESTS: Final = "guest:"
_KEY: Final = "visitor"
_NO_HISTORY: Final = "no_history"


def known_owner() -> str | None:
    """The owner that this request names, or None where it names nobody yet."""
    if current_user.is_authenticated:
        return of_account(current_user.account.id)
    return guest()


def guest() -> str | None:
    """The guest of this request's cookie, signed in or not."""
    visitor = session.get(_KEY)
    return f"{GUESTS}{visitor}" if isinstance(visitor, str) and visitor else None


def owner() -> str:
    """The owner of this request; a guest without a cookie is given one."""
    known = known_owner()
    if known is not None:
        return known
    session.permanent = True
    session[_KEY] = secrets.token_urlsafe(16)
    return f"{GUESTS}{session[_KEY]}"


def passing_owner() -> str:
    """An owner that nobody can be later: of a socket whose visitor takes no cookies."""
    return f"{GUESTS}{secrets.token_urlsafe(16)}"


def of_account(account_id: int) -> str:
    return f"account:{account_id}"


def keeps_history() -> bool:
    """Whether it may be written down what this visitor looks at."""
    if current_user.is_authenticated:
        return bool(current_user.account.keeps_history)
    return _NO_HISTORY not in session


def is_personalised() -> bool:
    """Whether what this visitor looked at may be read to choose what to show."""
    return keeps_history() and (
        not current_user.is_authenticated or bool(current_user.account.personalised)
    )


def keep_history(on: bool) -> None:
    """A guest's own choice, for this browser; an account has its switch with the account."""
    session.permanent = True
    if on:
        session.pop(_NO_HISTORY, None)
    else:
        session[_NO_HISTORY] = True


def forget() -> None:
    """Empty the session cookie, but for the choice that nothing be written down."""
    off = _NO_HISTORY in session
    session.clear()
    if off:
        keep_history(False)
