"""Who is on the other side: an account, or a guest by an id in a cookie of its own.

What a visitor gathers belongs to an owner, a text of either kind: `account:7`, `guest:…`. The id
is not kept in the session, whose cookie is written whole: an answer that gives the id late would
undo what another one has put into the session meanwhile.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from flask import Flask, Response, current_app, g, request, session
from flask_login import current_user

ACCOUNTS: Final = "account:"
GUESTS: Final = "guest:"
_ID: Final = re.compile("[A-Za-z0-9_-]{22}")
_NO_HISTORY: Final = "no_history"


def init_app(app: Flask) -> None:
    app.after_request(_tell_browser)


def known_owner() -> str | None:
    """The owner that this request names, or None where it names nobody yet."""
    if current_user.is_authenticated:
        return of_account(current_user.account.id)
    return guest()


def guest() -> str | None:
    """The guest of this request, signed in or not."""
    if "guest" in g:
        found = g.guest
    else:
        sent = request.cookies.get(_cookie(), "")
        found = sent if _ID.fullmatch(sent) else None
    return f"{GUESTS}{found}" if found else None


def owner() -> str:
    """The owner of this request; a guest without a cookie is given one."""
    known = known_owner()
    if known is not None:
        return known
    g.guest = secrets.token_urlsafe(16)
    return f"{GUESTS}{g.guest}"


def renew() -> None:
    """Let the guest's cookie, where there is one, last its time anew."""
    known = guest()
    if known is not None:
        g.guest = known.removeprefix(GUESTS)


def passing_owner() -> str:
    """An owner that nobody can be later: of a socket whose visitor takes no cookies."""
    return f"{GUESTS}{secrets.token_urlsafe(16)}"


def of_account(account_id: int) -> str:
    return f"{ACCOUNTS}{account_id}"


def account_of(owner: str) -> int | None:
    """The number of the account that this owner is, None for a guest."""
    return int(owner.removeprefix(ACCOUNTS)) if owner.startswith(ACCOUNTS) else None


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
    """Empty the cookies, but for the choice that nothing be written down."""
    off = _NO_HISTORY in session
    session.clear()
    g.guest = None
    if off:
        keep_history(False)


def _cookie() -> str:
    return "__Host-visitor" if current_app.config["SESSION_COOKIE_SECURE"] else "visitor"


def _tell_browser(response: Response) -> Response:
    if "guest" not in g:
        return response
    name, config = _cookie(), current_app.config
    attributes = {
        "secure": config["SESSION_COOKIE_SECURE"],
        "httponly": True,
        "samesite": config["SESSION_COOKIE_SAMESITE"],
    }
    if g.guest:
        lasting = current_app.permanent_session_lifetime
        response.set_cookie(name, g.guest, max_age=lasting, **attributes)
    elif name in request.cookies:
        response.delete_cookie(name, **attributes)
    return response
