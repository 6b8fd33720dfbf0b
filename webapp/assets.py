"""Files below static/, addressed by digest so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Blueprint, Response, request, send_from_directory

from webapp.access import public
from webapp.config import ROOT
from webapp.pagecache import cache_page

STATIC = ROOT / "static"
FOR_EVER = "public, max-age=31536000, immutable"

bp = Blueprint("assets", __name__)


@cache
def asset(path: str) -> str:
    """The address of a file below static/, such as "css/base.css".

    Raises FileNotFoundError for a file that is not there: a broken page must not ship.
    """
    return f"/static/{path}?v={_digest(path)}"


@bp.get("/static/<path:path>")
@public
def static(path: str) -> Response:
    response = send_from_directory(STATIC, path, conditional=False)
    if request.args.get("v") == _digest(path):
        response.headers["Cache-Control"] = FOR_EVER
        cache_page(3600)
    return response


@cache
def _digest(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
