"""Videos as staff see them: what waits, what failed and why, what was taken down."""

from __future__ import annotations

from typing import Final

from flask import current_app, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import staff_required
from webapp.console.queries import nicknames
from webapp.console.views import bp
from webapp.console.views.overview import PAGE_SIZE, actor
from webapp.errors import NotFound
from webapp.videos import forms, queries, telling
from webapp.videos.models import Video
from webapp.videos.service import editing, processing

VIDEO: Final = "<string(minlength=6,maxlength=24):public_id>"
GROUPS: Final = (
    ("没有成功", ("failed",)),
    ("排队和处理中", ("uploaded", "merging", "processing", "playable")),
    ("已下架", ("hidden",)),
    ("已完成", ("ready",)),
)


@bp.get("/videos")
@staff_required("moderation")
def videos() -> str:
    groups = [
        (title, [telling.row(video) for video in queries.of_state(states, PAGE_SIZE)])
        for title, states in GROUPS
    ]
    authors = {row.video.account_id for _, rows in groups for row in rows}
    return render_template(
        "console/videos.html",
        groups=groups,
        counts=queries.counts(),
        labels=telling.LABELS,
        names=nicknames([number for number in authors if number is not None]),
        tools=processing.tools() is not None,
        open=current_app.config["VIDEO"] == "1",
    )


def load(public_id: str) -> Video:
    found = queries.video(public_id)
    if found is None:
        raise NotFound("没有这个视频，作者可能已经删除。")
    return found


@bp.post(f"/videos/{VIDEO}/hide")
@staff_required("moderation")
def hide_video(public_id: str) -> BaseResponse:
    video = load(public_id)
    reason = forms.read_reason(request.form.get("reason", ""))
    editing.take_down(actor=actor(), video=video, reason=reason)
    return htmx.redirect_to(url_for("console.videos"))


@bp.post(f"/videos/{VIDEO}/restore")
@staff_required("moderation")
def restore_video(public_id: str) -> BaseResponse:
    editing.restore(actor=actor(), video=load(public_id))
    return htmx.redirect_to(url_for("console.videos"))


@bp.post(f"/videos/{VIDEO}/process")
@staff_required("moderation")
def process_video(public_id: str) -> BaseResponse:
    editing.try_again(actor=actor(), video=load(public_id))
    return htmx.redirect_to(url_for("console.videos"))
