"""收藏与浏览记录: the visitor's own pages, and the parts that public pages fetch for themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from structlog import get_logger
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx, visitor
from webapp.access import public
from webapp.accounts import service as accounts
from webapp.errors import BadInput, Suggestion
from webapp.extensions import limiter
from webapp.garage import forms, pages, queries, service
from webapp.garage.models import Subject
from webapp.pagination import Page

log = get_logger(__name__)
bp = Blueprint("garage", __name__, url_prefix="/garage")

WRITES: Final = "120/minute"
CHANGED: Final = "garage-changed"


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/")
@public
def index() -> str:
    """What was saved."""
    sort = forms.read_sort(request.args)
    owner = visitor.known_owner()
    number = forms.read_page(request.args)
    page = pages.kept_page(owner, sort=sort, number=number) if owner else None
    if page is not None:
        _refuse_beyond_end(page)
    return render_template(
        "garage/index.html",
        page=page,
        sort=sort,
        sorts=[(value, label, value == sort) for value, label in forms.SORTS.items()],
        removed=_removed(request.args),
        most=service.MOST_FAVOURITES,
    )


@bp.get("/history")
@public
def history() -> str:
    """What was looked at, by day in China's time."""
    owner, number = visitor.known_owner(), forms.read_page(request.args)
    page: Page[pages.Seen] | None = None
    days: list[pages.Day] = []
    if owner and visitor.keeps_history():
        today = clock.today_in_china()
        page, days = pages.seen_page(owner, number=number, today=today)
        _refuse_beyond_end(page)
    return render_template(
        "garage/history.html",
        page=page,
        days=days,
        keeps_history=visitor.keeps_history(),
        most=service.MOST_VISITS,
    )


@bp.get("/_link")
@public
def link() -> BaseResponse:
    """The link of the top bar; it knows which cars are saved, so that pages stay the same."""
    return _quietly(lambda: _link(visitor.known_owner()))


@bp.get("/_strip")
@public
def strip() -> str:
    """The visitor's own part of the home page."""
    owner = visitor.known_owner()
    personalised = visitor.is_personalised()
    cars = pages.strip(owner, personalised=personalised) if owner else []
    saved = len(queries.saved_subjects(owner)) if owner else 0
    return render_template("garage/_strip.html", cars=cars, saved=saved)


@bp.post("/visits")
@public
@limiter.limit("240/minute")
def look() -> BaseResponse:
    """A page of a car says that it was opened, and gets what `link` gives."""
    subject = forms.read_subject(request.form)

    def looked() -> str:
        if visitor.keeps_history():
            service.look(owner=visitor.owner(), subject=subject, now=clock.now())
        return _link(visitor.known_owner())

    return _quietly(looked)


@bp.post("/favourites")
@public
@limiter.limit(WRITES)
def change_favourite() -> BaseResponse:
    subject, now = forms.read_subject(request.form), clock.now()
    in_garage = request.form.get("from") == "garage"
    if request.form.get("do") == "remove":
        return _remove(subject, in_garage=in_garage)
    owner = visitor.owner()
    visitor.renew()
    service.save(owner=owner, subject=subject, now=forms.read_saved(request.form, now))
    if not htmx.wants_fragment():
        return htmx.redirect_to(htmx.page_before(url_for("garage.index")))
    if not in_garage:
        return make_response(_link(owner))
    kept = queries.favourite(owner, subject)
    assert kept is not None  # saved above
    return _changed(owner, render_template("garage/_kept.html", kept=pages.kept_one(kept)))


@bp.post("/visits/remove")
@public
@limiter.limit(WRITES)
def forget_visit() -> BaseResponse:
    subject = forms.read_subject(request.form)
    owner = visitor.known_owner()
    if owner:
        service.forget_visit(owner=owner, subject=subject)
    if htmx.wants_fragment():
        return Response(status=200)
    return htmx.redirect_to(htmx.page_before(url_for("garage.history")))


@bp.post("/visits/clear")
@public
@limiter.limit(WRITES)
def forget_visits() -> BaseResponse:
    owner = visitor.known_owner()
    if owner:
        service.forget_visits(owner=owner)
    return htmx.redirect_to(url_for("garage.history"))


@bp.post("/history/switch")
@public
@limiter.limit(WRITES)
def switch_history() -> BaseResponse:
    """Whether history is kept: with the account, or with a guest's browser. Off erases it."""
    on = request.form.get("keep") == "yes"
    if current_user.is_authenticated:
        account = current_user.account
        accounts.set_privacy(account=account, personalised=account.personalised, keeps_history=on)
    else:
        owner = visitor.guest()
        visitor.keep_history(on)
        if owner and not on:
            service.forget_visits(owner=owner)
    return htmx.redirect_to(url_for("garage.history"))


def _remove(subject: Subject, *, in_garage: bool) -> BaseResponse:
    owner = visitor.known_owner()
    kept = queries.favourite(owner, subject) if owner else None
    if owner and kept is not None:
        service.remove(owner=owner, subject=subject)
    # A second click finds nothing: then the page that it came from knows.
    known = kept.saved_at if kept else forms.read_saved(request.form, clock.now())
    saved = forms.write_saved(known)
    if not htmx.wants_fragment():
        if not in_garage:
            return htmx.redirect_to(htmx.page_before(url_for("garage.index")))
        gone = f"{subject.kind}-{subject.id}"
        return htmx.redirect_to(url_for("garage.index", removed=gone, saved=saved))
    if not in_garage:
        return make_response(_link(owner))
    removed = _gone(subject, str(saved))
    return _changed(owner, render_template("garage/_removed.html", removed=removed))


def _removed(args: MultiDict[str, str]) -> dict[str, str] | None:
    """What was removed just now, of which the address tells; None where it tells nothing."""
    kind, _, number = args.get("removed", "").partition("-")
    if kind not in ("trim", "series"):
        return None
    subject = forms.read_subject(MultiDict({kind: number}))
    return _gone(subject, args.get("saved", ""))


def _gone(subject: Subject, saved: str) -> dict[str, str]:
    name = queries.names([subject]).get(subject, "这款车")
    return {"kind": subject.kind, "id": str(subject.id), "name": name, "saved": saved}


def _quietly(answer: Callable[[], str]) -> BaseResponse:
    """Nobody asked for these: with the database away or locked, a page that is read from the
    cache goes on without hearts filled, and one visit is not noted."""
    try:
        return make_response(answer())
    except OperationalError:
        log.warning("garage not reached", path=request.path)
        return Response(status=204)


def _link(owner: str | None) -> str:
    saved = queries.saved_subjects(owner) if owner else []
    personalised = visitor.is_personalised()
    room = pages.count_resumed(owner, personalised=personalised) if owner else 0
    return render_template("garage/_link.html", saved=saved, room=room)


def _changed(owner: str | None, html: str) -> BaseResponse:
    """A line of the page of favourites, with their new number; the link hears of it too."""
    total = len(queries.saved_subjects(owner)) if owner else 0
    counted = render_template("garage/_total.html", total=total, swapped=True)
    response = make_response(html + counted)
    response.headers["HX-Trigger"] = CHANGED
    return response


def _refuse_beyond_end(page: Page[pages.Kept] | Page[pages.Seen]) -> None:
    if page.number > page.pages:
        raise BadInput(
            f"参数 page={page.number}：这里只有 {page.pages} 页。",
            suggestions=[Suggestion("回到第 1 页", page.url(1))],
        )
