"""Login, the own account, the menu in the top bar."""

from __future__ import annotations

from flask import Blueprint, Response

bp = Blueprint("accounts", __name__, url_prefix="/accounts")

from webapp.accounts.views import login, own, realname, staff  # noqa: E402, F401  (they add routes)


@bp.after_request
def keep_private(response: Response) -> Response:
    """Nothing here may stay in a cache or be shown by the back button after a sign-out."""
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
