"""Stored files, as browsers get them."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request, send_file

from webapp.access import public
from webapp.assets import FOR_EVER
from webapp.backends.storage import signer, storage
from webapp.backends.storage.port import NotStored
from webapp.backends.storage.signing import PATH
from webapp.errors import Forbidden
from webapp.media.pictures import SIZES, key_of

bp = Blueprint("media", __name__)

_ALONE: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Whatever a file holds, it may do nothing on this site."""
_FOLDER: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_DIGEST: Final = re.compile(r"[0-9a-f]{32}")


class Expired(Forbidden):
    title = "这个链接已经失效"
    message = "下载链接只在一段时间内有效。请回到原来的页面，重新打开。"


@bp.get(f"{PATH}<path:key>")
@public
def file(key: str) -> Response:
    """A file whose address was signed and has not expired; the signature is the permission."""
    ticket = signer().read(key, request.args)
    if ticket is None:
        raise Expired
    kept = storage()
    with kept.local(key) as path:
        response = send_file(
            path,
            ticket.content_type or kept.stat(key).content_type,
            as_attachment=bool(ticket.filename),
            download_name=ticket.filename or None,
            conditional=True,
        )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = _ALONE
    return response


@bp.get("/pictures/<folder>/<digest>/<size>.webp")
@public
def picture(folder: str, digest: str, size: str) -> Response:
    """One size of a public picture. Its address is that of its content, which never changes."""
    if not (_FOLDER.fullmatch(folder) and _DIGEST.fullmatch(digest) and size in SIZES):
        raise NotStored
    etag = f'"{digest[:16]}-{size}"'
    if etag in request.headers.get("If-None-Match", ""):
        response = Response(status=304)
    else:
        with storage().open(key_of(folder, digest, size)) as stream:
            response = Response(stream.read(), mimetype="image/webp")
        response.headers["Content-Security-Policy"] = _ALONE
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = FOR_EVER
    return response
