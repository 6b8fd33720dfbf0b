"""What mails lead to, without a login: an address is confirmed, mails are unsubscribed.

Opening a link changes nothing, because mail servers open links to look at them; a button does.
"""

from __future__ import annotations

from flask import render_template

from webapp.access import public
from webapp.extensions import limiter
from webapp.notices import service, tokens
from webapp.notices.kinds import kinds
from webapp.notices.views import bp


@bp.get("/confirm/<token>")
@public
def ask_confirm(token: str) -> str:
    tokens.confirmed(token)
    return render_template("notices/confirm.html", token=token, address=None)


@bp.post("/confirm/<token>")
@public
@limiter.limit("60/hour")
def confirm(token: str) -> str:
    account_id, mark = tokens.confirmed(token)
    address = service.confirm_address(account_id=account_id, mark=mark)
    return render_template("notices/confirm.html", token=token, address=address)


@bp.get("/unsubscribe/<token>")
@public
def ask_unsubscribe(token: str) -> str:
    return _unsubscribe_page(token, is_done=False)


@bp.post("/unsubscribe/<token>")
@public
@limiter.limit("60/hour")
def unsubscribe(token: str) -> str:
    """By the button, or by a mail program's one click (RFC 8058); the same however often."""
    account_id, kind = tokens.unsubscribed(token)
    service.unsubscribe(account_id=account_id, kind=kind)
    return _unsubscribe_page(token, is_done=True)


def _unsubscribe_page(token: str, *, is_done: bool) -> str:
    _, kind = tokens.unsubscribed(token)
    known = kinds().get(kind)
    label = known.label if known else ""
    return render_template("notices/unsubscribe.html", token=token, label=label, is_done=is_done)
