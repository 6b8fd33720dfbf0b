"""Uploads over HTTP, in JSON: what resumable.js and any other program speak.

Own uploads only; whoever else asks is told that there is no such upload.
"""

from __future__ import annotations

from typing import BinaryIO, Final, cast

from flask import Blueprint, Response, jsonify, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock
from webapp.access import login_required
from webapp.accounts import login
from webapp.errors import HTTP_TEXTS, INTERNAL, DomainError, NotFound
from webapp.extensions import limiter
from webapp.videos import forms, queries
from webapp.videos.errors import Incomplete
from webapp.videos.models import Upload
from webapp.videos.service import uploads as service

bp = Blueprint("uploads", __name__, url_prefix="/videos/uploads")

NUMBER: Final = "<int(min=0, max=2147483647):number>"
DIGEST_HEADER: Final = "X-Piece-SHA256"
RETRY_SECONDS: Final = 10
API_STATES: Final = {"finished": "merging"}
"""Where the interface has another word than the table."""


@bp.before_request
def ask_to_log_in() -> BaseResponse | None:
    """In JSON: a redirect to the login page would be taken for a piece that was stored."""
    if current_user.is_authenticated:
        return None
    address = url_for("accounts.login", next="/videos/new")
    return _answer({"error": "登录已经失效，请重新登录后继续上传。", "login": address}, 401)


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(DomainError)
def refused(error: DomainError) -> BaseResponse:
    said: dict[str, object] = {"error": error.message}
    if isinstance(error, Incomplete):
        said["missing"] = error.missing
    response = _answer(said, error.status)
    if error.status == 503:
        response.headers["Retry-After"] = str(error.retry_after or RETRY_SECONDS)
    return response


@bp.errorhandler(HTTPException)
def refused_by_flask(error: HTTPException) -> BaseResponse:
    code = error.code or 500
    return _answer({"error": HTTP_TEXTS.get(code, INTERNAL)[1]}, code)


def _answer(said: dict[str, object], code: int = 200) -> BaseResponse:
    response = jsonify(said)
    response.status_code = code
    return response


def load(public_id: str) -> Upload:
    """One of the signed-in person's own; NotFound for any other."""
    found = queries.upload_of(login.me().account.id, public_id)
    if found is None:
        raise NotFound("没有这次上传，或者它不是你的。")
    return found


@bp.post("")
@login_required
@limiter.limit("600/hour")
def begin() -> BaseResponse:
    announced = forms.read_announced(request.get_json(silent=True))
    upload = service.begin(account_id=login.me().account.id, announced=announced, now=clock.now())
    said = {"id": upload.public_id, "piece_bytes": upload.piece_bytes, "pieces": upload.pieces}
    return _answer(said | _video(upload), 201)


def _video(upload: Upload) -> dict[str, object]:
    """The address of what is to come of it, under /videos/."""
    return {"video": upload.video.public_id} if upload.video else {}


@bp.get("/<public_id>")
@login_required
def state(public_id: str) -> BaseResponse:
    """How far it is, in one call for all pieces; with `?digests` also which bytes they are, so
    that a client that goes on asks for none by itself."""
    upload = load(public_id)
    said: dict[str, object] = {
        "state": API_STATES.get(upload.state, upload.state),
        "name": upload.name,
        "size": upload.size,
        "piece_bytes": upload.piece_bytes,
        **_video(upload),
    }
    if "digests" in request.args:
        pieces = queries.pieces_of(upload.id)
        said["have"] = [piece.number for piece in pieces]
        said["digests"] = {piece.number: piece.sha256 for piece in pieces}
    else:
        said["have"] = queries.numbers_of(upload.id)
    if upload.problem:
        said["problem"] = upload.problem
    return _answer(said)


@bp.get(f"/<public_id>/pieces/{NUMBER}")
@login_required
def has_piece(public_id: str, number: int) -> BaseResponse:
    """200 where this piece is there with this digest, 204 where not."""
    upload = load(public_id)
    digest = forms.read_digest(request.headers.get(DIGEST_HEADER), DIGEST_HEADER)
    found = queries.piece(upload.id, number)
    is_there = found is not None and found.sha256 == digest
    return _answer({"stored": number}) if is_there else Response(status=204)


@bp.post(f"/<public_id>/pieces/{NUMBER}")
@login_required
def receive(public_id: str, number: int) -> BaseResponse:
    upload = load(public_id)
    # Of the size that is expected, which the service checks; never kept in memory.
    request.max_content_length = None
    service.receive(
        upload=upload,
        number=number,
        sha256=forms.read_digest(request.headers.get(DIGEST_HEADER), DIGEST_HEADER),
        stream=cast(BinaryIO, request.stream),
        size=request.content_length,
        now=clock.now(),
    )
    return _answer({"stored": number})


@bp.post("/<public_id>/finish")
@login_required
def finish(public_id: str) -> BaseResponse:
    """202, the same again for the same: the merge goes on in the background."""
    upload = load(public_id)
    body = request.get_json(silent=True)
    named = body.get("sha256_of_digests") if isinstance(body, dict) else None
    digest = forms.read_digest(named, "sha256_of_digests")
    upload = service.finish(upload=upload, digest=digest, now=clock.now())
    return _answer({"state": API_STATES.get(upload.state, upload.state)}, 202)


@bp.delete("/<public_id>")
@login_required
def cancel(public_id: str) -> BaseResponse:
    service.cancel(upload=load(public_id))
    return Response(status=204)
