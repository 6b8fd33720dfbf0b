"""The assistant's pages; what is written by script over the socket is written here by forms."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import public
from webapp.accounts import service as accounts
from webapp.assistant import forms, known, live, pages, queries, rendering, service, wire
from webapp.assistant import socket as sockets
from webapp.assistant.events import PageContext
from webapp.assistant.models import Conversation, Turn
from webapp.assistant.service import Started
from webapp.catalogue.queries import trims_by_id
from webapp.errors import NotFound
from webapp.extensions import limiter, sock
from webapp.network import of_request
from webapp.visitor import known_owner, owner, passing_owner

bp = Blueprint("assistant", __name__, url_prefix="/assistant")

WAIT_SECONDS = 45.0
"""How long a form waits for the whole answer before the page shows what there is."""
ID = "<int(min=1, max=2147483647):%s>"
WRITES = "60/minute"


@bp.before_request
def prepare() -> None:
    if request.endpoint == "assistant.socket":
        wire.prepare()


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@sock.route("/socket", bp=bp)  # type: ignore[untyped-decorator]
@public
def socket(ws: Any) -> None:
    """WebSocket: see `assistant.socket`."""
    known, network = known_owner(), of_request()
    with wire.guarded(ws, known or f"nobody:{network}", network) as seat:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        visitor = known or passing_owner()
        sockets.converse(app, ws, seat, owner=visitor, network=network, lasts=_login_lasts())


def _login_lasts() -> Callable[[], bool]:
    """Asks whether the login that opened this request still holds; a guest's id always does."""
    if not current_user.is_authenticated:
        return lambda: True
    token = current_user.get_id()
    return lambda: accounts.use_session(token=token, now=clock.now()) is not None


@bp.get("/")
@public
def index() -> str:
    """A new conversation, and those one has."""
    return render_template(
        "assistant/index.html",
        **_panel(None, forms.page_of(request.args)),
        conversations=queries.conversations_of(owner()),
        asked=request.args.get("q", "")[: forms.QUESTION_LENGTH],
    )


@bp.get("/_panel")
@public
def panel() -> str:
    """The widget's content: the conversation that goes on in this tab, or an empty one; beside
    the page with the address `page`."""
    visitor = owner()  # the socket, opened next, can give no cookie
    named = request.args.get("conversation", "")
    conversation = queries.conversation_of(named, visitor) if named else None
    page = forms.page_at(request.args.get("page", ""))
    return render_template("assistant/_panel.html", **_panel(conversation, page))


@bp.get("/_about")
@public
def about() -> str:
    """What a question is about by itself on the page with the address `page`."""
    page = forms.page_at(request.args.get("page", ""))
    return render_template("assistant/_about.html", about=pages.about(page))


@bp.get("/<conversation_id>")
@public
def detail(conversation_id: str) -> str:
    """One conversation; `?turn=` picks the branch."""
    return render_template(
        "assistant/index.html",
        **_panel(load_conversation(conversation_id), None),
        conversations=queries.conversations_of(owner()),
        asked="",
    )


@bp.post("/")
@public
def begin() -> BaseResponse:
    """A question to a new conversation; answers once the whole answer is there."""
    return _answered(_ask(None))


@bp.post("/<conversation_id>")
@public
def ask(conversation_id: str) -> BaseResponse:
    """A further, an edited or a repeated question."""
    return _answered(_ask(conversation_id))


@bp.get("/<conversation_id>/turns/" + ID % "turn_id")
@public
def turn(conversation_id: str, turn_id: int) -> str | BaseResponse:
    """One turn as a fragment; as a page, the branch it is on."""
    row = load_turn(conversation_id, turn_id)
    if not htmx.wants_fragment():
        return htmx.redirect_to(_address(conversation_id, turn_id))
    service.end_dead_turn(turn_id=row.id, now=clock.now())
    (shown,) = rendering.shown_turns([queries.version_of(row)])
    return render_template("assistant/_turn.html", **rendering.context(), shown=shown)


@bp.get("/<conversation_id>/turns/" + ID % "turn_id" + "/sources/" + ID % "number")
@public
def source(conversation_id: str, turn_id: int, number: int) -> str | BaseResponse:
    """The row of the catalogue behind a citation, beside the answer."""
    row = load_turn(conversation_id, turn_id)
    (shown,) = rendering.shown_turns([queries.version_of(row)])
    citation = shown.citations.get(number)
    if shown.answer is None or citation is None or citation.trim_id is None:
        raise NotFound("这个回答没有这一条来源。")
    found = trims_by_id([citation.trim_id])
    page = f"/cars/trims/{citation.trim_id}"
    if not htmx.wants_fragment():
        return htmx.redirect_to(page)
    return render_template(
        "assistant/_source.html",
        citation=citation,
        trim=found[0] if found else None,
        specs=rendering.cited_rows(shown.answer, citation, found[0]) if found else [],
        page=page,
    )


@bp.post("/<conversation_id>/turns/" + ID % "turn_id" + "/stop")
@public
@limiter.limit(WRITES)
def stop(conversation_id: str, turn_id: int) -> BaseResponse:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    live.stop(app, load_turn(conversation_id, turn_id).id)
    return htmx.redirect_to(_address(conversation_id, turn_id))


@bp.post("/<conversation_id>/turns/" + ID % "turn_id" + "/feedback")
@public
@limiter.limit(WRITES)
def rate(conversation_id: str, turn_id: int) -> str | BaseResponse:
    row = load_turn(conversation_id, turn_id)
    form = forms.feedback_of(request.form, request.form.getlist("reasons"))
    service.rate_turn(
        turn_id=row.id,
        thumb=form.thumb,
        reasons=form.reasons,
        comment=form.comment,
        now=clock.now(),
    )
    if not htmx.wants_fragment():
        return htmx.redirect_to(_address(conversation_id, turn_id))
    feedback = queries.feedback_on([row.id])[row.id]
    return render_template(
        "assistant/_feedback.html", turn=row, feedback=feedback, reasons=forms.REASONS
    )


@bp.get("/<conversation_id>/known")
@public
def known_line(conversation_id: str) -> str:
    """What the conversation goes by, as a fragment; `?turn=` picks the branch."""
    return _known(load_conversation(conversation_id))


@bp.post("/<conversation_id>/turns/" + ID % "turn_id" + "/forget")
@public
@limiter.limit(WRITES)
def forget(conversation_id: str, turn_id: int) -> str | BaseResponse:
    """Go by one thing less from the next answer on."""
    row = load_turn(conversation_id, turn_id)
    service.forget(turn_id=row.id, key=forms.key_of(request.form))
    if not htmx.wants_fragment():
        return htmx.redirect_to(_address(conversation_id, turn_id))
    return _known(load_conversation(conversation_id), focused=True)


def _known(conversation: Conversation, *, focused: bool = False) -> str:
    turns = [version.turn for version in _path(conversation)]
    return render_template(
        "assistant/_known.html",
        conversation=conversation,
        focused=focused,
        **known.context(turns),
    )


@bp.post("/<conversation_id>/delete")
@public
@limiter.limit(WRITES)
def delete(conversation_id: str) -> BaseResponse:
    service.delete_conversation(conversation_id=load_conversation(conversation_id).id)
    return htmx.redirect_to("/assistant/")


@bp.get("/<conversation_id>/export")
@public
def export(conversation_id: str) -> Response:
    """The branch that is shown, as Markdown."""
    conversation = load_conversation(conversation_id)
    turns = rendering.shown_turns(_path(conversation))
    return Response(
        rendering.as_markdown(conversation.title, turns),
        mimetype="text/markdown",
        headers={"Content-Disposition": "attachment; filename=chezhi.md"},
    )


def load_conversation(conversation_id: str) -> Conversation:
    """The visitor's own conversation. 404 for everyone else's, as for one that is not there."""
    visitor = known_owner()
    found = queries.conversation_of(conversation_id, visitor) if visitor else None
    if found is None:
        raise NotFound("没有这个对话，或者它不属于你。", title="没有找到这个对话")
    return found


def load_turn(conversation_id: str, turn_id: int) -> Turn:
    found = queries.turn_in(load_conversation(conversation_id).id, turn_id)
    if found is None:
        raise NotFound("这个对话里没有这一问。", title="没有找到这一问")
    return found


def _panel(conversation: Conversation | None, page: PageContext | None) -> dict[str, Any]:
    """What page and panel share; `page` is where the next question is asked from."""
    shown = rendering.shown_turns(_path(conversation)) if conversation else []
    return {
        **rendering.context(),
        "conversation": conversation,
        "turns": shown,
        "labels": list(dict.fromkeys(turn.label for turn in shown if turn.answer)),
        "key": secrets.token_urlsafe(12),
        "about": pages.about(page),
        **known.context([turn.turn for turn in shown]),
    }


def _path(conversation: Conversation) -> list[queries.Version]:
    turns = queries.turns_of(conversation.id)
    if turns and turns[-1].running and service.end_dead_turn(turn_id=turns[-1].id, now=clock.now()):
        turns = queries.turns_of(conversation.id)
    chosen = request.args.get("turn", "")
    return queries.path_to(turns, int(chosen) if chosen.isdecimal() else None)


def _ask(conversation_id: str | None) -> Started:
    data = request.form.to_dict() | {"conversation": conversation_id}
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    visitor = known_owner() or owner()
    return sockets.ask(app, visitor, of_request(), forms.ask_of(data))


def _answered(started: Started) -> BaseResponse:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    live.wait(app, turn_id=started.turn_id, seconds=WAIT_SECONDS)
    return htmx.redirect_to(_address(started.conversation_id, started.turn_id))


def _address(conversation_id: str, turn_id: int) -> str:
    return f"/assistant/{conversation_id}?turn={turn_id}#turn-{turn_id}"
