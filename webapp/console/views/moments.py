"""Moments of videos that readers marked: seen by staff before others see them."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import staff_required
from webapp.console.views import bp
from webapp.console.views.overview import PAGE_SIZE, actor
from webapp.videos.watching import queries, service

NUMBER = "<int(min=1, max=2147483647):number>"


@bp.get("/moments")
@staff_required("moderation")
def moments() -> str:
    return render_template(
        "console/moments.html",
        points=queries.points_waiting(PAGE_SIZE),
        total=queries.count_waiting(),
    )


@bp.post(f"/moments/{NUMBER}")
@staff_required("moderation")
def decide_moment(number: int) -> BaseResponse:
    service.decide(
        actor=actor(),
        point_id=number,
        shown=request.form.get("do") == "show",
        reason=" ".join(request.form.get("reason", "").split())[:200],
        now=clock.now(),
    )
    return htmx.redirect_to(url_for("console.moments"))
