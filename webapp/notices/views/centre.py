"""消息: the centre with what a person was told, and the bell that public pages fetch."""

from __future__ import annotations

from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from structlog import get_logger
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import login_required, public
from webapp.errors import BadInput, NotFound, Suggestion
from webapp.notices import forms, queries, service
from webapp.notices.kinds import kinds
from webapp.notices.models import Notice
from webapp.notices.views import bp, me
from webapp.pagination import Page

log = get_logger(__name__)

PAGE_SIZE: Final = 30
STOP_ASKING: Final = 286
"""htmx ends its polling at this status."""
NUMBER: Final = "<int(min=1, max=2147483647):number>"


@bp.get("/")
@login_required
def index() -> str:
    """What the person was told, the newest first."""
    number = forms.read_page(request.args)
    page = Page(
        items=queries.page(me(), limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE),
        number=number,
        size=PAGE_SIZE,
        total=queries.count(me()),
        url=lambda n: url_for("notices.index", page=n if n > 1 else None),
    )
    if number > page.pages:
        raise BadInput(
            f"参数 page={number}：这里只有 {page.pages} 页。",
            suggestions=[Suggestion("回到第 1 页", page.url(1))],
        )
    return render_template(
        "notices/index.html",
        page=page,
        unread=queries.unread(me()),
        kinds=kinds(),
        shown=forms.write_shown(clock.now()),
    )


@bp.get(f"/{NUMBER}")
@login_required
def follow(number: int) -> BaseResponse:
    """To what the notice is about; it counts as read."""
    notice = load_notice(number)
    service.read(notice=notice, now=clock.now())
    return redirect(notice.address, 303)


@bp.post("/read")
@login_required
def read_all() -> BaseResponse:
    service.read_all(account_id=me(), until=forms.read_shown(request.form), now=clock.now())
    return htmx.redirect_to(url_for("notices.index"))


@bp.get("/_bell")
@public
def bell() -> BaseResponse:
    """The inside of the bell's link. Guests have none, and nobody asked for it: with the database
    away or locked the page goes on with the bell it has."""
    if not current_user.is_authenticated:
        return make_response(render_template("notices/_bell.html", unread=0), STOP_ASKING)
    try:
        return make_response(render_template("notices/_bell.html", unread=queries.unread(me())))
    except OperationalError:
        log.warning("notices not reached")
        return Response(status=204)


def load_notice(number: int) -> Notice:
    """Raises NotFound for one that is gone or another person's."""
    notice = queries.notice_of(me(), number)
    if notice is None:
        raise NotFound(
            "没有这条消息：它可能已经过期，或者是发给另一个账号的。",
            suggestions=[Suggestion("看全部消息", url_for("notices.index"))],
        )
    return notice
