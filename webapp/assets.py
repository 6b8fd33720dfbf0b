"""Files below static/, addressed by digest so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable
from functools import cache, lru_cache

from flask import Blueprint, Response, request, send_from_directory

from webapp.access import public
from webapp.config import ROOT
from webapp.errors import NotFound
from webapp.pagecache import cache_page

STATIC = ROOT / "static"
FOR_EVER = "public, max-age=31536000, immutable"
MOST_FILES = 1024
"""Whose digests one process remembers."""

bp = Blueprint("assets", __name__)


@cache  # of the paths in our own templates
def asset(path: str) -> str:
    """The address of a file below static/, such as "css/base.css".

    Raises FileNotFoundError for a file that is not there: a broken page must not ship.
    """
    return f"/static/{path}?v={_digest(path)}"


@cache  # likewise
def module(path: str) -> str:
    """The address of an ES module, such as "js/assistant/main.js".

    The digest of its whole folder comes before the path, so that what it imports from beside
    itself ("./line.js") is of the same version and may be kept as long.
    """
    _digest(path)
    return f"/static/v-{_folder_digest(path)}/{path}"


@bp.get("/static/<path:path>")
@public
def static(path: str) -> Response:
    return _sent(path, request.args.get("v", ""), _digest)


@bp.get("/static/v-<version>/<path:path>")
@public
def static_module(version: str, path: str) -> Response:
    return _sent(path, version, _folder_digest)


def _sent(path: str, version: str, digest: Callable[[str], str]) -> Response:
    if not _is_plain(path):
        raise NotFound
    response = send_from_directory(STATIC, path, conditional=False)
    if version == digest(path):
        response.headers["Cache-Control"] = FOR_EVER
        cache_page(3600, shows=())
    return response


def _is_plain(path: str) -> bool:
    """Whether this is the one spelling of its path: "./" and "//" would make endless ones."""
    return path.isprintable() and path == posixpath.normpath(path) and "\\" not in path


@lru_cache(MOST_FILES)
def _folder_digest(path: str) -> str:
    folder = (STATIC / path).parent
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.js")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(MOST_FILES)
def _digest(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
