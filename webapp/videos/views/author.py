"""The author's pages: new videos, own videos, one video's words."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, Final, cast

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import login_required
from webapp.accounts import login
from webapp.catalogue import queries as catalogue
from webapp.errors import BadInput, DomainError, NotFound
from webapp.extensions import limiter
from webapp.media.pictures import MOST_BYTES as PICTURE_BYTES
from webapp.media.pictures import read_picture
from webapp.uploads import FORM_BYTES
from webapp.videos import forms, queries, telling
from webapp.videos.models import VISIBILITIES, Video
from webapp.videos.service import editing
from webapp.videos.service import uploads as service

bp = Blueprint("videos", __name__, url_prefix="/videos")

OWN: Final = "/<string(minlength=6,maxlength=24):public_id>"
PLAIN_BYTES: Final = 100 * 1024 * 1024
"""Of a file sent by the plain form, which cannot go on after a break."""


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/new")
@login_required
def new() -> str:
    return _new()


def _new(problem: str = "") -> str:
    account_id = login.me().account.id
    begun = [
        (upload, queries.received(upload.id) / upload.size)
        for upload in queries.open_uploads(account_id)
    ]
    return render_template(
        "videos/new.html",
        begun=begun,
        most=forms.MOST_BYTES,
        plain_most=PLAIN_BYTES,
        used=queries.bytes_used(account_id),
        quota=service.quota_bytes(),
        open=current_app.config["VIDEO"] == "1",
        problem=problem,
        told=forms.told_bytes,
    )


@bp.post("/new")
@login_required
@limiter.limit("60/hour")
def send_plain() -> BaseResponse | tuple[str, int]:
    """A small file by the form alone, for who has no scripts."""
    request.max_content_length = PLAIN_BYTES + FORM_BYTES
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise BadInput("请先选择一个视频文件。")
        video = _take(file.filename, cast(BinaryIO, file.stream))
    except DomainError as error:
        return _new(error.message), error.status
    return htmx.redirect_to(url_for("videos.edit", public_id=video.public_id))


def _take(name: str, stream: BinaryIO) -> Video:
    """Put a whole file through the same steps as one that comes in pieces."""
    size = stream.seek(0, 2)
    announced = forms.Announced(forms.read_name(name), forms.check_size(size, PLAIN_BYTES), "")
    now = clock.now()
    upload = service.begin(account_id=login.me().account.id, announced=announced, now=now)
    digests = []
    for number in range(1, upload.pieces + 1):
        start, length = (number - 1) * upload.piece_bytes, upload.size_of(number)
        stream.seek(start)
        digests.append(hashlib.sha256(stream.read(length)).hexdigest())
        stream.seek(start)
        service.receive(
            upload=upload, number=number, sha256=digests[-1], stream=stream, size=length, now=now
        )
    finished = service.finish(upload=upload, digest=service.digest_of(digests), now=now)
    assert finished.video is not None  # just finished
    return finished.video


@bp.get("/mine")
@login_required
def mine() -> str:
    """Own videos, those under way with how far they are; asked again while something moves."""
    videos = queries.videos_of(login.me().account.id)
    return htmx.render(
        "videos/mine.html",
        "videos/_mine.html",
        rows=[telling.row(video) for video in videos],
        moving=any(video.state in telling.MOVING for video in videos),
        used=queries.bytes_used(login.me().account.id),
        quota=service.quota_bytes(),
        told=forms.told_bytes,
    )


@bp.get(f"{OWN}/edit")
@login_required
def edit(public_id: str) -> str:
    return _edit(load(public_id))


def _edit(video: Video, wrong: dict[str, str] | None = None) -> str:
    head = catalogue.series_head(video.series_id) if video.series_id else None
    return render_template(
        "videos/edit.html",
        video=video,
        row=telling.row(video),
        typed=request.form,
        series=head.branded_name if head else "",
        trims=catalogue.series_trims(video.series_id) if video.series_id else [],
        wrong=wrong or {},
        saved=request.args.get("saved") == "yes",
    )


@bp.post(f"{OWN}/edit")
@login_required
@limiter.limit("120/minute")
def change(public_id: str) -> BaseResponse | tuple[str, int]:
    video = load(public_id)
    words, wrong = _read_words(video)
    if words is None:
        return _edit(video, wrong), 422
    editing.change_words(video=video, words=words)
    return htmx.redirect_to(url_for("videos.edit", public_id=public_id, saved="yes"))


def _read_words(video: Video) -> tuple[forms.Words | None, dict[str, str]]:
    wrong: dict[str, str] = {}
    form = request.form
    title = description = ""
    series_id: int | None = None
    try:
        title = forms.read_text(form.get("title", ""), "标题", forms.LONGEST_TITLE, least=1)
        title = " ".join(title.split())
    except BadInput as error:
        wrong["title"] = error.message
    try:
        longest = forms.LONGEST_DESCRIPTION
        description = forms.read_text(form.get("description", ""), "简介", longest)
    except BadInput as error:
        wrong["description"] = error.message
    try:
        series_id = _series(form.get("series", "").strip(), video)
    except BadInput as error:
        wrong["series"] = error.message
    if wrong:
        return None, wrong
    visibility = form.get("visibility", "listed")
    return forms.Words(
        title,
        description,
        series_id,
        _trim(form.get("trim", ""), series_id),
        visibility if visibility in VISIBILITIES else "listed",
    ), {}


def _series(text: str, video: Video) -> int | None:
    """The series of this name. Raises BadInput with names that are near."""
    if not text:
        return None
    found = queries.series_called(text[:80])
    is_same = [number for number, _ in found if number == video.series_id]
    if len(found) == 1 or is_same:
        return is_same[0] if is_same else found[0][0]
    near = "、".join(name for _, name in found)
    raise BadInput(f"没有找到叫这个名字的车系，是不是：{near}？" if near else "没有这个车系。")


def _trim(text: str, series_id: int | None) -> int | None:
    trims = catalogue.series_trims(series_id) if series_id else []
    return next((trim.id for trim in trims if str(trim.id) == text), None)


@bp.post(f"{OWN}/change-poster")
@login_required
@limiter.limit("30/minute")
def change_poster(public_id: str) -> BaseResponse | tuple[str, int]:
    request.max_content_length = PICTURE_BYTES + FORM_BYTES
    video = load(public_id)
    file = request.files.get("poster")
    try:
        if file is None or not file.filename:
            raise BadInput("请先选择一张图片。")
        editing.change_poster(video=video, picture=read_picture(cast(BinaryIO, file.stream)))
    except DomainError as error:
        return _edit(video, {"poster": error.message}), error.status
    return htmx.redirect_to(url_for("videos.edit", public_id=public_id, saved="yes"))


@bp.post(f"{OWN}/remove")
@login_required
def remove(public_id: str) -> BaseResponse:
    editing.remove(video=load(public_id))
    return htmx.redirect_to(url_for("videos.mine"))


def load(public_id: str) -> Video:
    """One of this person's own videos; NotFound for any other."""
    found = queries.video_of(login.me().account.id, public_id)
    if found is None:
        raise NotFound("你没有这个视频，可能已经删除。")
    return found
