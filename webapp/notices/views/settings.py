"""What a person chooses: which kinds by which channel, when, and their address."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import login_required
from webapp.errors import NotFound
from webapp.extensions import limiter
from webapp.notices import forms, queries, service
from webapp.notices.kinds import kinds
from webapp.notices.reach import reach
from webapp.notices.views import bp, me


@bp.get("/settings")
@login_required
def settings() -> str:
    return _page()


@bp.post("/settings")
@login_required
def save_settings() -> BaseResponse | tuple[str, int]:
    try:
        chosen = forms.read_settings(request.form, kinds())
    except forms.Wrong as error:
        return _page(wrong=error.fields, sent=True), 422
    service.choose(account_id=me(), hours=chosen.hours, mails=chosen.mails, by_kind=chosen.by_kind)
    return htmx.redirect_to(url_for("notices.settings", saved="settings"))


@bp.post("/settings/mail")
@login_required
@limiter.limit("20/hour")
def save_address() -> BaseResponse | tuple[str, int]:
    """Send a link to the address; where mails are not set up there is no such form."""
    if not current_app.config["SMTP_URL"]:
        raise NotFound("这个网站还没有开通邮件，消息请在站内看。")
    try:
        address = forms.read_address(request.form)
    except forms.Wrong as error:
        return _page(wrong=error.fields), 422
    service.ask_address(account_id=me(), address=address, now=clock.now())
    return htmx.redirect_to(url_for("notices.settings", saved="mail", _anchor="mail"))


@bp.post("/settings/mail/remove")
@login_required
def remove_address() -> BaseResponse:
    service.forget_address(account_id=me())
    return htmx.redirect_to(url_for("notices.settings", saved="removed", _anchor="mail"))


def _page(wrong: dict[str, str] | None = None, *, sent: bool = False) -> str:
    """`sent`: show what was sent and is wrong, not what is kept."""
    person = queries.person(me())
    config = current_app.config
    kept: dict[str, Any] = forms.written(person, queries.choices(me()))
    return render_template(
        "notices/settings.html",
        person=person,
        kinds=kinds().values(),
        field={key: request.form.get(key, "") for key in kept} if sent else kept,
        address=request.form.get("mail") or person.mail_asked or person.mail or "",
        wrong=wrong or {},
        saved=request.args.get("saved", ""),
        has_mail=bool(config["SMTP_URL"]),
        has_wechat=bool(config["WECHAT_MP_NOTICE_TEMPLATE"]),
        is_follower=reach(me()).openid is not None,
        most=forms.MOST,
    )
