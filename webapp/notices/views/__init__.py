"""Routes of notices: the centre and the bell, the settings, and what mails lead to."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import current_user

bp = Blueprint("notices", __name__, url_prefix="/notices")


def me() -> int:
    """The number of the account that is signed in."""
    return int(current_user.account.id)


from webapp.notices.views import centre, links, settings  # noqa: E402, F401  (they add routes)


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
