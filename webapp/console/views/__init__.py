"""Routes of the console. Each asks for the permission it needs, never for a role."""

from __future__ import annotations

from flask import Blueprint, Response

bp = Blueprint("console", __name__, url_prefix="/console")

from webapp.console.views import (  # noqa: E402, F401  (they add their routes)
    assistant,
    backups,
    catalogue,
    deposits,
    indexes,
    knowledge,
    moments,
    money,
    notices,
    offers,
    overview,
    people,
    pictures,
    rankings,
    rule_entries,
    rules,
    trims,
    videos,
    words,
)


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
