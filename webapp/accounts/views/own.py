"""The own account: profile, ways in, devices, privacy, export, leaving; and the menu."""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import urlsplit

from flask import Response, render_template, request, url_for
from flask_login import current_user
from redis import RedisError
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import fresh_login_required, login_required, public
from webapp.accounts import forms, login, pending, queries, service
from webapp.accounts.providers import clients
from webapp.accounts.views import bp
from webapp.errors import BadInput, Conflict, NotFound, Suggestion, Unavailable
from webapp.extensions import limiter
from webapp.navigation import staff_links

NUMBER: Final = "<int(min=1, max=2147483647):number>"


@bp.get("/")
@login_required
def own() -> str:
    return _page()


def _page(**wrong: str) -> str:
    """`wrong`: what is wrong with which field."""
    user = login.me()
    return render_template(
        "accounts/own.html",
        account=user.account,
        this_session=user.login.id,
        avatar=queries.avatar_digest(user.account.id),
        sessions=queries.sessions_of(user.account.id, login.now()),
        ways_in=service.ways_in(user.account),
        staff_key=queries.staff_key_of(user.account.id),
        place_of=clients.place_of,
        addable=_addable(),
        real_name=queries.real_name_of(user.account.id),
        real_name_open=service.available(),
        export=queries.newest_export(user.account.id),
        reflection_days=service.REFLECTION.days,
        linked=request.args.get("linked"),
        saved=request.args.get("saved"),
        nickname=request.form.get("nickname", user.account.nickname),
        wrong={"nickname": "", "sure": ""} | wrong,
    )


@bp.get("/_menu")
@public
def menu() -> str:
    """The visitor's own corner of the top bar, fetched apart so that pages stay the same."""
    avatar, links = None, []
    if current_user.is_authenticated:
        avatar = queries.avatar_digest(login.me().account.id)
        links = staff_links(urlsplit(request.headers.get("HX-Current-URL", "")).path)
    return render_template("accounts/_menu.html", avatar=avatar, links=links)


@bp.get(f"/avatars/{NUMBER}/<digest>.webp")
@public
def avatar(number: int, digest: str) -> Response:
    """A picture, addressed by its digest so that browsers may keep it for ever."""
    found = queries.avatar_of(number)
    if found is None or not hmac.compare_digest(found.digest, digest):
        raise NotFound("没有这个头像，它可能已经换掉了。")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(found.webp, mimetype="image/webp", headers=headers)


@bp.get("/privacy")
@public
def privacy() -> str:
    return render_template("accounts/privacy.html", notice=service.NOTICE)


@bp.post("/profile")
@login_required
def change_profile() -> BaseResponse | tuple[str, int]:
    user = login.me()
    try:
        service.rename(account=user.account, nickname=request.form.get("nickname", ""))
    except BadInput as error:
        return _page(nickname=error.message), 422
    if "remove_avatar" in request.form:
        service.remove_avatar(account_id=user.account.id)
    return _done("profile", saved="profile")


@bp.post("/privacy")
@login_required
def change_privacy() -> BaseResponse:
    form = forms.read_privacy(request.form)
    service.set_privacy(
        account=login.me().account,
        personalised=form.personalised,
        keeps_history=form.keeps_history,
    )
    return _done("privacy", saved="privacy")


@bp.post(f"/identities/{NUMBER}/unlink")
@fresh_login_required
def unlink(number: int) -> BaseResponse:
    user = login.me()
    service.unlink_identity(
        account_id=user.account.id, identity_id=number, keep_session=user.login.id
    )
    return _done("identities")


@bp.post(f"/sessions/{NUMBER}/end")
@login_required
def end_session(number: int) -> BaseResponse:
    user = login.me()
    if number == user.login.id:
        login.sign_out()
        return htmx.redirect_to("/")
    if not service.close_session(account_id=user.account.id, session_id=number):
        raise NotFound("这台设备已经退出了。")
    return _done("sessions")


@bp.post("/sessions/end-all")
@login_required
def end_sessions() -> BaseResponse:
    """Every device, this one too."""
    service.close_all_sessions(account_id=login.me().account.id)
    login.sign_out()
    return htmx.redirect_to("/")


@bp.get("/collision")
@login_required
def collision() -> str:
    waiting = _waiting_merge()
    other = queries.account_by_id(waiting["loser"])
    if other is None:
        raise NotFound("那个账号已经不在了，请重新绑定。")
    return render_template("accounts/collision.html", other=other, account=login.me().account)


@bp.post("/merge")
@fresh_login_required
def merge() -> BaseResponse:
    """Both accounts are proven to be this person's: one by the session, one by the login that
    ran into it."""
    waiting = _waiting_merge()
    loser = queries.account_by_id(waiting["loser"])
    if loser is None or waiting["winner"] != login.me().account.id:
        raise NotFound("那个账号已经不在了，请重新绑定。")
    if not loser.may_be_merged():
        raise Conflict("那个账号不能合并，请联系本站管理员。", title="不能合并")
    service.merge_accounts(loser=loser.id, winner=waiting["winner"])
    pending.take("merge")
    return _done("identities")


@bp.post("/export")
@fresh_login_required
@limiter.limit("10/hour")
def ask_export() -> BaseResponse:
    service.ask_export(account_id=login.me().account.id, now=login.now())
    return _done("export")


@bp.get("/_export")
@login_required
def export_state() -> tuple[str, int]:
    """The state of the newest export; 286 tells htmx to stop asking."""
    found = queries.newest_export(login.me().account.id)
    waiting = found is not None and found.ready_at is None
    return render_template("accounts/_export.html", export=found), 200 if waiting else 286


@bp.get("/export.zip")
@fresh_login_required
def export() -> Response:
    found = queries.newest_export(login.me().account.id)
    if found is None or found.content is None:
        raise NotFound(
            "导出还没有准备好，或者已经过了一天被删除。",
            suggestions=[Suggestion("回到账号页", url_for("accounts.own"))],
        )
    headers = {"Content-Disposition": "attachment; filename=chezhi-my-data.zip"}
    return Response(found.content, mimetype="application/zip", headers=headers)


@bp.post("/leave")
@fresh_login_required
def leave() -> BaseResponse | tuple[str, int]:
    if request.form.get("sure") != "yes":
        return _page(sure="请先勾选“我知道删除后不能恢复”，再点删除。"), 422
    service.ask_to_leave(account=login.me().account, now=login.now())
    return _done("leave")


@bp.post("/stay")
@login_required
def stay() -> BaseResponse:
    service.stay(account=login.me().account)
    return _done("leave")


def _addable() -> list[clients.Way]:
    """Ways to log in this account does not have yet."""
    has = {identity.provider for identity in login.me().account.identities}
    inside = "MicroMessenger" in request.user_agent.string
    return [way for way in clients.ways(inside_wechat=inside) if way.provider not in has]


def _waiting_merge() -> dict[str, int]:
    try:
        waiting = pending.kept("merge")
    except RedisError as error:
        raise Unavailable("现在不能合并账号，请稍后再试。") from error
    if waiting is None:
        raise NotFound("这次绑定已经过期，请重新绑定。")
    return waiting


def _done(part: str, *, saved: str | None = None) -> BaseResponse:
    """Back to the part of the page that changed, which says so where nothing else shows it."""
    return htmx.redirect_to(url_for("accounts.own", saved=saved, _anchor=part))
