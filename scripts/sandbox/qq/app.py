"""The routes of `graph.qq.com`: the authorise page, token, openid and profile."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from scripts.sandbox import pages
from scripts.sandbox.frame import labels_of, rules_of
from scripts.sandbox.hooks import reshaped
from scripts.sandbox.login import application
from scripts.sandbox.people import PEOPLE, avatar
from scripts.sandbox.qq import faults
from scripts.sandbox.qq.calls import (
    BY_ID,
    QQ,
    ApiError,
    client,
    granted,
    html,
    jsonp,
    profile,
    redeemed,
    refreshed,
)
from scripts.sandbox.qq.state import ACCESS_LIFE, APPS, CODE_LIFE, MESSAGES, openid, unionid
from scripts.sandbox.redirects import with_parameters

ENDPOINTS: Final = frozenset({"authorize", "confirm", "token", "me", "get_user_info", "picture"})


def create_app(qq: QQ | None = None) -> Flask:
    """The WSGI application of `qq`, or of a new one."""
    qq = qq or QQ()
    app = application(qq, title="QQ 登录", theme="qq", endpoints=ENDPOINTS, faults=faults.NAMED)
    _add_pages(app, qq)
    _add_calls(app, qq)
    return app


def _add_pages(app: Flask, qq: QQ) -> None:
    @app.get("/oauth2.0/authorize")
    def authorize() -> str:
        if wrong := _wrong_request(qq):
            return _refused(wrong)
        return render_template(
            "login.html",
            title="QQ 登录",
            theme="qq",
            fragment="",
            people=PEOPLE,
            chosen=PEOPLE[0].id,
            faults=labels_of(faults.NAMED),
            refusals={"refuse": "拒绝"},
        )

    @app.post("/oauth2.0/authorize")
    def confirm() -> Answer | str:
        if wrong := _wrong_request(qq):
            return _refused(wrong)
        if request.form.get("decision") != "approve":
            return pages.message(
                "已取消登录", "QQ 会关闭此页，不会跳回网站。", theme="qq", close=True
            )
        return _approved(qq)

    @app.get("/avatar/<kind>/<int:size>")
    def picture(kind: str, size: int) -> Response:
        status, content_type, body = avatar(kind, min(max(size, 1), 640))
        return Response(body, status, content_type=content_type)


def _wrong_request(qq: QQ) -> int:
    """The code of the error page that this request for approval gets; 0 where it is right."""
    sent = request.args
    if sent.get("response_type") != "code":
        return 100000
    if not sent.get("client_id"):
        return 100001
    if sent["client_id"] not in APPS:
        return 100008
    if not qq.redirect_fits(sent.get("redirect_uri", "")):
        return 100010
    # Required, though no code is listed for it.
    return 0 if sent.get("state") else 100029


def _refused(code: int) -> str:
    g.entry.verdict = str(code)
    detail = f"{MESSAGES[code]}（{code}）"
    return pages.message("QQ 无法打开授权页", detail, theme="qq", failed=True)


def _approved(qq: QQ) -> Answer:
    """Back to the website with a code; a fault chosen on the page meets this approval alone."""
    sent, chosen = request.args, request.form
    grant = qq.grants.approve(
        app=sent["client_id"],
        user=chosen.get("user", "") if chosen.get("user") in BY_ID else PEOPLE[0].id,
        scope=sent.get("scope", "get_user_info"),
        redirect_uri=sent["redirect_uri"],
        life=CODE_LIFE,
    )
    doing, fault = dict(g.action), chosen.get("fault", "")
    for rule in rules_of(faults.NAMED, fault, grant=grant.id) if fault in faults.NAMED else ():
        if rule.match["endpoint"] == "confirm":
            doing |= rule.action
        else:
            qq.faults.add(rule)
    g.entry.verdict = "ok"
    states = {"wrong": {"state": f"{sent['state'][::-1]}0"}, "missing": {}}
    state = states.get(doing.get("state", ""), {"state": sent["state"]})
    return redirect(with_parameters(sent["redirect_uri"], code=grant.code, **state))


def _add_calls(app: Flask, qq: QQ) -> None:
    @app.errorhandler(ApiError)
    def failed(error: ApiError) -> Response:
        g.entry.verdict = str(error.code)
        return jsonp({"error": error.code, "error_description": MESSAGES[error.code]})

    @app.before_request
    def asked_for() -> None:
        if "error" in (g.get("action") or {}):
            raise ApiError(int(g.action["error"]))

    @app.get("/oauth2.0/token")
    def token() -> Response:
        app = client()
        kind = request.args.get("grant_type")
        if kind == "authorization_code":
            grant = redeemed(qq, app)
        elif kind == "refresh_token":
            grant = refreshed(qq, app)
        else:
            raise ApiError(100004)
        answer = {
            "access_token": grant.access_token,
            # Text in the form answer, so text in JSON too: clients must convert it.
            "expires_in": str(int(ACCESS_LIFE)),
            "refresh_token": grant.refresh_token,
        }
        if request.args.get("need_openid") == "1":
            answer["openid"] = openid(grant.user, grant.app)
        g.entry.verdict, answer = "ok", reshaped(answer)
        if request.args.get("fmt") == "json" or g.action.get("jsonp"):
            return jsonp(answer)
        return html(urlencode(answer))

    @app.get("/oauth2.0/me")
    def me() -> Response:
        grant = granted(qq)
        answer = {"client_id": grant.app, "openid": openid(grant.user, grant.app)}
        if request.args.get("unionid") == "1":
            if not APPS[grant.app].unionid_right:
                raise ApiError(100048)
            answer["unionid"] = unionid(grant.user)
        g.entry.verdict = "ok"
        return jsonp(reshaped(answer))

    @app.get("/user/get_user_info")
    def get_user_info() -> Response:
        try:
            answer = profile(qq)
        except ApiError as error:
            answer = {"ret": error.code, "msg": MESSAGES[error.code]}
        g.entry.verdict = str(answer["ret"])
        text = json.dumps(reshaped(answer), ensure_ascii=False, indent=1)
        return html(f"callback( {text} );\n" if g.action.get("jsonp") else text)
