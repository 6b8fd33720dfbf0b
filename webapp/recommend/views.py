"""猜你喜欢: the visitor's own page and its part of the home page."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx, visitor
from webapp.access import public
from webapp.basket import basket
from webapp.extensions import limiter
from webapp.recommend import forms, pages, queries, service
from webapp.recommend.models import DISMISSED

bp = Blueprint("recommend", __name__, url_prefix="/recommend")

WRITES: Final = "120/minute"


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/")
@public
def index() -> str:
    """What is recommended, what was left out, and the way to switch it off."""
    owner = visitor.known_owner()
    choices = queries.choices(owner) if owner else []
    return render_template(
        "recommend/index.html",
        **_shown(),
        left_out=[one for one in choices if one.kind == DISMISSED],
        ignored=[one for one in choices if one.kind != DISMISSED],
        names=queries.series({one.series_id for one in choices}),
        signed_in=current_user.is_authenticated,
    )


@bp.get("/_strip")
@public
def strip() -> str:
    """The visitor's own part of the home page."""
    return render_template("recommend/_strip.html", **_shown())


@bp.post("/choices")
@public
@limiter.limit(WRITES)
def choose() -> BaseResponse:
    """Leave a series out, as a car or as a reason, or take that back."""
    form, owner = forms.read_choice(request.form), visitor.owner()
    if form.take_back:
        service.take_back(owner=owner, kind=form.kind, series_id=form.series_id)
    else:
        visitor.renew()
        service.choose(owner=owner, kind=form.kind, series_id=form.series_id, now=clock.now())
    if not htmx.wants_fragment():
        return htmx.redirect_to(url_for("recommend.index"))
    return Response(render_template("recommend/_strip.html", **_shown()))


def _shown() -> dict[str, Any]:
    shown = pages.shown_to(
        visitor.known_owner(),
        personalised=visitor.is_personalised(),
        compared=basket(),
        now=clock.now(),
    )
    return {"shown": shown, "personalised": visitor.is_personalised()}
