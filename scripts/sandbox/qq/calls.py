"""What the calls of `graph.qq.com` verify, and how their answers look."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Response, g, request, url_for

from scripts.sandbox.grants import Grant
from scripts.sandbox.login import LoginSandbox
from scripts.sandbox.people import PEOPLE
from scripts.sandbox.qq.state import (
    ACCESS_LIFE,
    APPS,
    MESSAGES,
    REFRESH_LIFE,
    App,
    openid,
)
from scripts.sandbox.redirects import host_of

BY_ID: Final = {person.id: person for person in PEOPLE}


class QQ(LoginSandbox):
    """State of the sandbox. `redirect_hosts` are the main domains registered for the apps."""

    def redirect_fits(self, address: str) -> bool:
        """Whether the host is a registered domain or below one."""
        host = host_of(address, local=self.local) or ""
        return any(host == known or host.endswith(f".{known}") for known in self.redirect_hosts)


class ApiError(Exception):
    """An answer with an error code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def client() -> App:
    """The application that asks with its key. Raises ApiError."""
    sent = request.args
    if not sent.get("client_id"):
        raise ApiError(100001)
    if not sent.get("client_secret"):
        raise ApiError(100002)
    client = APPS.get(sent["client_id"])
    if client is None:
        raise ApiError(100008)
    if sent["client_secret"] != client.secret:
        raise ApiError(100009)
    return client


def redeemed(qq: QQ, client: App) -> Grant:
    """The approval that the code stands for. Raises ApiError."""
    code = request.args.get("code", "")
    if not code:
        raise ApiError(100005)
    issued_for = qq.grants.redirect_uri_of(code)
    if issued_for is not None and request.args.get("redirect_uri") != issued_for:
        raise ApiError(100010)
    verdict, grant = qq.grants.redeem(
        code, client.client_id, access_life=ACCESS_LIFE, refresh_life=REFRESH_LIFE
    )
    if verdict != "ok" or grant is None:
        raise ApiError(100020 if verdict == "used" else 100019)
    return grant


def refreshed(qq: QQ, client: App) -> Grant:
    """The approval that the refresh token prolongs. Raises ApiError."""
    refresh = request.args.get("refresh_token", "")
    if not refresh:
        raise ApiError(100006)
    verdict, grant = qq.grants.refresh(
        refresh, client.client_id, access_life=ACCESS_LIFE, rotate=True
    )
    if verdict != "ok" or grant is None:
        raise ApiError(100022)
    return grant


def granted(qq: QQ) -> Grant:
    """The approval that the access token speaks for. Raises ApiError."""
    access = request.args.get("access_token", "")
    if not access:
        raise ApiError(100007)
    verdict, grant = qq.grants.access(access)
    if grant is None:
        raise ApiError(100016)
    if verdict == "expired":
        raise ApiError(100014)
    return grant


def profile(qq: QQ) -> dict[str, Any]:
    """The answer of get_user_info. Raises ApiError."""
    grant = granted(qq)
    if not request.args.get("oauth_consumer_key"):
        raise ApiError(100001)
    if request.args["oauth_consumer_key"] != grant.app:
        raise ApiError(100016)
    if request.args.get("openid") != openid(grant.user, grant.app):
        return {"ret": -22, "msg": "openid is invalid"}
    if "ret" in g.action:
        ret = int(g.action["ret"])
        return {"ret": ret, "msg": MESSAGES.get(ret, "system busy")}
    person = BY_ID[grant.user]
    kind = g.action.get("avatar", person.avatar)

    def picture(size: int) -> str:
        return url_for("picture", kind=kind, size=size, _external=True) if kind else ""

    return {
        "ret": 0,
        "msg": "",
        "is_lost": 0,
        "nickname": person.nickname,
        "gender": "男",
        "gender_type": 1,
        "province": "",
        "city": "",
        "year": "0",
        "constellation": "",
        "figureurl": picture(30),
        "figureurl_1": picture(50),
        "figureurl_2": picture(100),
        "figureurl_qq_1": picture(40),
        "figureurl_qq_2": picture(100),
        "is_yellow_vip": "0",
        "vip": "0",
        "yellow_vip_level": "0",
        "level": "0",
        "is_yellow_year_vip": "0",
    }


def jsonp(answer: dict[str, Any]) -> Response:
    """A call of `callback`, or JSON alone where that was asked for and is given."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    plain = request.args.get("fmt") == "json" and not g.action.get("jsonp")
    return html(text if plain else f"callback( {text} );\n")


def html(text: str) -> Response:
    """QQ says of every answer that it is HTML."""
    response = Response(f" \r\n\t{text} \n\n" if g.action.get("blanks") else text)
    response.headers["Content-Type"] = "text/html"
    return response
