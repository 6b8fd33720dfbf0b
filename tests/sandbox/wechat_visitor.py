"""What a website and a person send to WeChat in a login."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from scripts.sandbox.wechat.state import APPS

WEBSITE, SERVICE, FOREIGN = APPS.values()
CALLBACK = "http://127.0.0.1:8000/accounts/wechat/callback"
MICROMESSENGER = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0.50"}
PATHS = {"website": "/connect/qrconnect", "service": "/connect/oauth2/authorize"}


class Visitor:
    """The website and the person at once: what each of them sends to WeChat."""

    def __init__(self, http: httpx.Client, base: str) -> None:
        self.http = http
        self.base = base

    def page(self, app: Any = WEBSITE, method: str = "GET", **changed: str) -> httpx.Response:
        """The authorise page; a parameter changed to "" is left out, "data" goes into the form."""
        scope = "snsapi_login" if app.kind == "website" else "snsapi_userinfo"
        wanted = {
            "appid": app.appid,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": scope,
            "state": "a1b2c3",
        }
        form = {key: changed.pop(key) for key in ("user", "decision", "fault") if key in changed}
        query = urlencode({k: v for k, v in (wanted | changed).items() if v})
        headers = MICROMESSENGER if app.kind == "service" else {}
        url = f"{self.base}{PATHS[app.kind]}?{query}"
        return self.http.request(method, url, data=form or None, headers=headers)

    def approve(self, app: Any = WEBSITE, **changed: str) -> dict[str, str]:
        """Approve as 张测试 unless another user is named; gives what the callback receives."""
        given = {"user": "zhang", "decision": "approve"} | changed
        return callback(self.page(app, "POST", **given))

    def call(self, path: str, **query: str) -> dict[str, Any]:
        answer = self.http.get(f"{self.base}/sns/{path}", params=query)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/plain"
        parsed: dict[str, Any] = json.loads(answer.content.decode("utf-8"))
        return parsed

    def token(self, code: str, app: Any = WEBSITE, **changed: str) -> dict[str, Any]:
        sent = {"appid": app.appid, "secret": app.secret, "code": code}
        sent |= {"grant_type": "authorization_code"} | changed
        return self.call("oauth2/access_token", **{k: v for k, v in sent.items() if v})

    def refresh(self, token: str, app: Any = WEBSITE) -> dict[str, Any]:
        grant = {"grant_type": "refresh_token", "refresh_token": token}
        return self.call("oauth2/refresh_token", appid=app.appid, **grant)

    def profile(self, token: dict[str, Any]) -> dict[str, Any]:
        return self.call(
            "userinfo", access_token=token["access_token"], openid=token["openid"], lang="zh_CN"
        )

    def login(self, app: Any = WEBSITE, **changed: str) -> dict[str, Any]:
        """The profile at the end of a whole login."""
        return self.profile(self.token(self.approve(app, **changed)["code"], app))


def callback(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}
