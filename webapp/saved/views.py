"""保存的筛选: the visitor's own page, and the part of the list that the list fetches for itself."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from structlog import get_logger
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx, visitor
from webapp.access import login_required, public
from webapp.accounts.login import me
from webapp.errors import NotFound
from webapp.extensions import limiter
from webapp.saved import conditions, forms, pages, queries, service
from webapp.saved.models import NAME, SavedSearch

log = get_logger(__name__)
bp = Blueprint("saved", __name__, url_prefix="/saved")

WRITES: Final = "60/minute"
ID: Final = "<int(max=2147483647):search_id>"


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/")
@public
def index() -> str:
    """One's own searches; of a guest those that wait for the login."""
    owner = visitor.known_owner()
    entries = pages.entries(owner) if owner else []
    kept = forms.read_number(request.args)
    return render_template(
        "saved/index.html",
        entries=entries,
        kept=next((entry.search for entry in entries if entry.search.id == kept), None),
        login=url_for("accounts.login", next=url_for("saved.index", kept=kept)),
        signed_in=current_user.is_authenticated,
        caps=forms.CAPS,
        name_length=NAME,
        most=service.MOST_SEARCHES,
        days=service.GUESTS_KEPT.days,
    )


@bp.get("/_offer")
@public
def offer() -> BaseResponse:
    """Beside the conditions of a list: whether they are saved already. The list itself is the same
    for everyone and offers to save; nothing has to be swapped for that."""
    owner = visitor.known_owner()
    if owner is None:
        return Response(status=204)
    digest = conditions.digest(conditions.kept_of(forms.read_conditions(request.args)))
    try:
        found = queries.search_of(owner, digest)
    except OperationalError:
        log.warning("saved searches not reached")
        found = None
    return _saved(found) if found is not None else Response(status=204)


@bp.post("/")
@public
@limiter.limit(WRITES)
def save() -> BaseResponse:
    """A guest is asked to log in, with the search kept meanwhile."""
    selection = forms.read_conditions(request.form)
    owner = visitor.owner()
    visitor.renew()
    found = service.save(owner=owner, selection=selection, now=clock.now())
    if htmx.wants_fragment() and current_user.is_authenticated:
        return _saved(found)
    return htmx.redirect_to(url_for("saved.index", kept=found.id))


@bp.get("/" + ID)
@login_required
def open_search(search_id: int) -> BaseResponse:
    """To the list with these conditions; what is new was looked at then."""
    search = load_search(search_id)
    kept = pages.kept_now(search)
    if kept.gone:
        return htmx.redirect_to(url_for("saved.index", _anchor=f"saved-{search.id}"))
    service.looked(search=search, now=clock.now())
    return htmx.redirect_to(kept.selection.url())


@bp.post("/" + ID)
@login_required
@limiter.limit(WRITES)
def change(search_id: int) -> BaseResponse:
    search = load_search(search_id)
    do = request.form.get("do")
    if do in ("on", "off"):
        service.set_alerts(search=search, on=do == "on")
    elif do == "mend":
        service.drop_gone(search=search, kept=pages.kept_now(search), now=clock.now())
    else:
        cap = forms.read_cap(request.form)
        service.change(search=search, name=request.form.get("name", ""), most_a_day=cap)
    return htmx.redirect_to(url_for("saved.index", _anchor=f"saved-{search_id}"))


@bp.post("/" + ID + "/remove")
@public
@limiter.limit(WRITES)
def remove(search_id: int) -> BaseResponse:
    """Safe to repeat."""
    owner = visitor.known_owner()
    found = queries.search(owner, search_id) if owner else None
    if found is not None:
        service.remove(search=found)
    return htmx.redirect_to(url_for("saved.index"))


def load_search(search_id: int) -> SavedSearch:
    """One's own; others' do not exist."""
    found = queries.search(visitor.of_account(me().account.id), search_id)
    if found is None:
        raise NotFound("没有这个保存的筛选，它可能已经删除。", title="没有这个筛选")
    return found


def _saved(search: SavedSearch) -> BaseResponse:
    return make_response(render_template("saved/_saved.html", search=search))
