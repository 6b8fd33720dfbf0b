"""The routes of WeChat: two authorise pages and the four calls of `api.weixin.qq.com`; and by the
control API and the page, messages to the service account; and the account's own calls."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from scripts.sandbox import pages
from scripts.sandbox.control import loopback_only, sent_json
from scripts.sandbox.frame import labels_of, rules_of
from scripts.sandbox.grants import Grant
from scripts.sandbox.hooks import reshaped
from scripts.sandbox.login import LoginSandbox, application
from scripts.sandbox.people import PEOPLE, Person, avatar
from scripts.sandbox.redirects import with_parameters
from scripts.sandbox.wechat import account, faults, messages
from scripts.sandbox.wechat.authorise import Asked, Refused, asked
from scripts.sandbox.wechat.state import (
    ACCESS_LIFE,
    APPS,
    CODE_LIFE,
    MESSAGES,
    REFRESH_LIFE,
    openid,
    request_id,
    unionid,
)

CALLS: Final = frozenset({"access_token", "refresh_token", "auth", "userinfo"})
ENDPOINTS: Final = CALLS | account.ENDPOINTS | {"qrconnect", "authorize", "confirm", "picture"}
CODE_ERRORS: Final = {"unknown": 40029, "used": 40163, "expired": 42003}
BY_ID: Final = {person.id: person for person in PEOPLE}


class WeChat(LoginSandbox):
    """State of the sandbox; see `authorise.asked` for `redirect_hosts` and `local`."""

    current = PEOPLE[0].id
    """Who approved last, and does so without a click where only the openid is asked for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.messages = messages.Messages()
        self.account = account.Account(self.clock.now)

    def reset(self) -> None:
        super().reset()
        self.messages.reset()
        self.account.reset()
        self.current = PEOPLE[0].id


class ApiError(Exception):
    """An answer with `errcode`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def create_app(wechat: WeChat | None = None) -> Flask:
    """The WSGI application of `wechat`, or of a new one."""
    wechat = wechat or WeChat()
    app = application(
        wechat,
        title="微信",
        theme="wechat",
        endpoints=ENDPOINTS,
        faults=faults.NAMED | faults.OF_ACCOUNT,
        template="wechat.html",
        shown=lambda: _shown(wechat.messages),
        actions={"message": lambda: _send(wechat.messages, request.form.to_dict())},
    )
    _add_pages(app, wechat)
    _add_calls(app, wechat)
    _add_messages(app, wechat.messages)
    account.add_calls(app, wechat.account)
    return app


def _shown(sent: messages.Messages) -> dict[str, Any]:
    return {
        "people": PEOPLE,
        "kinds": messages.KINDS,
        "modes": messages.MODES,
        "message_faults": messages.FAULTS,
        "product": sent.product,
        "exchanges": sent.exchanges,
    }


def _send(sent: messages.Messages, fields: dict[str, str]) -> list[messages.Delivery]:
    """Raises ValueError, and KeyError for a person who is none of ours."""
    wanted = messages.Sent(**{name: text for name, text in fields.items() if name != "do"})
    _ = BY_ID[wanted.user]
    return sent.send(wanted)


def _add_messages(app: Flask, sent: messages.Messages) -> None:
    @app.post("/_sandbox/messages")
    def send_message() -> tuple[Response, int]:
        loopback_only()
        try:
            made = _send(sent, {"url": sent.product} | sent_json())
        except (KeyError, TypeError, ValueError) as error:
            return jsonify(error=str(error)), 400
        return jsonify([asdict(one) for one in made]), 201

    @app.get("/_sandbox/messages")
    def read_messages() -> Response:
        loopback_only()
        return jsonify(messages.shown(sent.exchanges))


def _add_pages(app: Flask, wechat: WeChat) -> None:
    def wanted(kind: str) -> Asked:
        return asked(
            request.query_string,
            kind=kind,
            user_agent=request.headers.get("User-Agent", ""),
            redirect_hosts=wechat.redirect_hosts,
            local=wechat.local,
        )

    @app.get("/connect/qrconnect")
    def qrconnect() -> Answer | str:
        wanted("website")
        return _choice("微信扫码登录", wechat)

    @app.get("/connect/oauth2/authorize")
    def authorize() -> Answer | str:
        found = wanted("service")
        if found.scope == "snsapi_base":
            return _approved(wechat, found, BY_ID[wechat.current])
        return _choice("微信网页授权", wechat, fragment="#wechat_redirect")

    @app.post("/connect/qrconnect", defaults={"kind": "website"})
    @app.post("/connect/oauth2/authorize", defaults={"kind": "service"})
    def confirm(kind: str) -> Answer | str:
        found = wanted(kind)
        decision = request.form.get("decision")
        if decision == "refuse-redirect":
            return redirect(with_parameters(found.redirect_uri, state=found.state))
        if decision != "approve":
            return pages.message("已取消登录", "微信不会跳回网站，可以关闭此页。", theme="wechat")
        person = BY_ID.get(request.form.get("user", ""), PEOPLE[0])
        wechat.current = person.id
        return _approved(wechat, found, person, request.form.get("fault", ""))

    @app.get("/avatar/<kind>/<int:size>")
    def picture(kind: str, size: int) -> Response:
        status, content_type, body = avatar(kind, min(size or 640, 640))
        return Response(body, status, content_type=content_type)

    @app.errorhandler(Refused)
    def refuse(error: Refused) -> str:
        g.entry.verdict = f"{error.code} {error.reason}".strip()
        detail = f"{error.reason}（错误码 {error.code}）" if error.code else error.reason
        return pages.message("该链接无法访问", detail, theme="wechat", failed=True)


def _choice(title: str, wechat: WeChat, fragment: str = "") -> str:
    return render_template(
        "login.html",
        title=title,
        theme="wechat",
        fragment=fragment,
        people=PEOPLE,
        chosen=wechat.current,
        faults=labels_of(faults.NAMED),
        refusals={"refuse": "拒绝", "refuse-redirect": "拒绝并跳回（旧版做法）"},
    )


def _approved(wechat: WeChat, found: Asked, person: Person, fault: str = "") -> Answer:
    """Back to the website with a code; a fault chosen on the page meets this approval alone."""
    grant = wechat.grants.approve(
        app=found.app.appid,
        user=person.id,
        scope=found.scope,
        redirect_uri=found.redirect_uri,
        life=CODE_LIFE[found.app.kind],
    )
    doing = dict(g.action)
    for rule in rules_of(faults.NAMED, fault, grant=grant.id) if fault in faults.NAMED else ():
        if rule.match["endpoint"] == "confirm":
            doing |= rule.action
        else:
            wechat.faults.add(rule)
    g.entry.verdict = "ok"
    states = {"wrong": {"state": f"{found.state[::-1]}0"}, "missing": {}}
    sent = states.get(doing.get("state", ""), {"state": found.state} if found.state else {})
    return redirect(with_parameters(found.redirect_uri, code=grant.code, **sent))


def _add_calls(app: Flask, wechat: WeChat) -> None:
    @app.errorhandler(ApiError)
    def failed(error: ApiError) -> Response:
        g.entry.verdict = str(error.code)
        rid = request_id(g.entry.id)
        return _json({"errcode": error.code, "errmsg": f"{MESSAGES[error.code]}, rid: {rid}"})

    @app.before_request
    def only_get() -> None:
        if request.endpoint in CALLS:
            if "errcode" in g.action:
                raise ApiError(int(g.action["errcode"]))
            if request.method != "GET":
                raise ApiError(41002)

    @app.route("/sns/oauth2/access_token", methods=["GET", "POST"])
    def access_token() -> Response:
        sent = _sent(appid=41002, secret=41004, code=41008)
        app = APPS.get(sent["appid"])
        if app is None:
            raise ApiError(40013)
        if sent["secret"] != app.secret:
            raise ApiError(40125)
        if request.args.get("grant_type") != "authorization_code":
            raise ApiError(40002)
        verdict, grant = wechat.grants.redeem(
            sent["code"], app.appid, access_life=ACCESS_LIFE, refresh_life=REFRESH_LIFE
        )
        if verdict != "ok" or grant is None:
            raise ApiError(CODE_ERRORS[verdict])
        answer = _token_answer(grant)
        if grant.scope != "snsapi_base":
            answer["unionid"] = unionid(grant.user, app.account)
        return _json(answer)

    @app.route("/sns/oauth2/refresh_token", methods=["GET", "POST"])
    def refresh_token() -> Response:
        sent = _sent(appid=41002, refresh_token=41003)
        if sent["appid"] not in APPS:
            raise ApiError(40013)
        if request.args.get("grant_type") != "refresh_token":
            raise ApiError(40002)
        verdict, grant = wechat.grants.refresh(
            sent["refresh_token"], sent["appid"], access_life=ACCESS_LIFE, rotate=False
        )
        if verdict != "ok" or grant is None:
            raise ApiError(42002 if verdict == "expired" else 40030)
        return _json(_token_answer(grant))

    @app.route("/sns/auth", methods=["GET", "POST"])
    def auth() -> Response:
        _granted(wechat)
        return _json({"errcode": 0, "errmsg": "ok"})

    @app.route("/sns/userinfo", methods=["GET", "POST"])
    def userinfo() -> Response:
        grant = _granted(wechat)
        if grant.scope == "snsapi_base":
            raise ApiError(48001)
        person = BY_ID[grant.user]
        kind = g.action.get("avatar", person.avatar)
        return _json(
            {
                "openid": openid(grant.user, grant.app),
                "nickname": person.nickname,
                "sex": 0,
                "language": "",
                "city": "",
                "province": "",
                "country": "",
                "headimgurl": url_for("picture", kind=kind, size=132, _external=True)
                if kind
                else "",
                "privilege": [],
                "unionid": unionid(grant.user, APPS[grant.app].account),
            }
        )


def _sent(**needed: int) -> dict[str, str]:
    """The parameters of these names. Raises ApiError with the code of the first that is missing."""
    for name, code in needed.items():
        if not request.args.get(name):
            raise ApiError(code)
    return {name: request.args[name] for name in needed}


def _granted(wechat: WeChat) -> Grant:
    sent = _sent(access_token=41001, openid=41009)
    verdict, grant = wechat.grants.access(sent["access_token"])
    if grant is None:
        raise ApiError(40001)
    if verdict == "expired":
        raise ApiError(42001)
    if sent["openid"] != openid(grant.user, grant.app):
        raise ApiError(40003)
    return grant


def _token_answer(grant: Grant) -> dict[str, Any]:
    return {
        "access_token": grant.access_token,
        "expires_in": int(ACCESS_LIFE),
        "refresh_token": grant.refresh_token,
        "openid": openid(grant.user, grant.app),
        "scope": grant.scope,
    }


def _json(answer: dict[str, Any]) -> Response:
    """JSON as WeChat sends it: status 200, plain text, no charset, Chinese as it is."""
    if "errcode" not in answer:
        g.entry.verdict, answer = "ok", reshaped(answer)
    response = Response(json.dumps(answer, ensure_ascii=False, separators=(",", ":")))
    response.headers["Content-Type"] = "text/plain"
    return response
