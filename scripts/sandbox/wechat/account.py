"""The service account's own calls: its token, subscription messages and template messages.

A new token ends the one before. `following` are the people who follow the account, `agreed` those
who let it send subscription messages; all do, unless the control API says otherwise.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Response, g, request

from scripts.sandbox.control import loopback_only, sent_json
from scripts.sandbox.hooks import reshaped
from scripts.sandbox.people import PEOPLE
from scripts.sandbox.wechat.state import (
    APPS,
    MESSAGES,
    TEMPLATE,
    TEMPLATE_FIELDS,
    openid,
    request_id,
)

TOKEN_LIFE: Final = 7200.0
THING: Final = 20
ENDPOINTS: Final = frozenset({"account_token", "template_send", "bizsend"})
ACCOUNT: Final = next(app for app in APPS.values() if app.kind == "service")


class Account:
    """What the service account sent, and to whom it may."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.reset()

    def reset(self) -> None:
        everybody = {openid(person.id, ACCOUNT.appid) for person in PEOPLE}
        self.token, self.ends = "", 0.0
        self.following, self.agreed = everybody, set(everybody)
        self.sent: list[dict[str, Any]] = []

    def renew(self) -> str:
        self.token = f"account-{secrets.token_hex(16)}"
        self.ends = self._now() + TOKEN_LIFE
        return self.token

    def judge(self, token: str, message: dict[str, Any], *, by_template: bool) -> int:
        """The error code for a message, 0 where it is sent."""
        person = message.get("touser")
        if not token:
            return 41001
        if token != self.token:
            return 40001
        if self._now() >= self.ends:
            return 42001
        if person not in self.following:
            return 43004
        if not by_template and person not in self.agreed:
            return 43101
        if message.get("template_id") != TEMPLATE:
            return 40037
        return 0 if _fits(message.get("data")) else 47003


def _fits(data: object) -> bool:
    """Whether these are the template's fields, none too long."""
    if not isinstance(data, dict) or set(data) != set(TEMPLATE_FIELDS):
        return False
    for name, field in data.items():
        text = field.get("value") if isinstance(field, dict) else None
        if not isinstance(text, str) or not text:
            return False
        if name.startswith("thing") and len(text) > THING:
            return False
    return True


def add_calls(app: Flask, account: Account) -> None:
    @app.get("/cgi-bin/token")
    def account_token() -> Response:
        given = request.args
        if code := g.action.get("errcode"):
            return _answer({"errcode": code})
        if given.get("appid") != ACCOUNT.appid:
            return _answer({"errcode": 40013})
        if given.get("secret") != ACCOUNT.secret:
            return _answer({"errcode": 40125})
        if given.get("grant_type") != "client_credential":
            return _answer({"errcode": 40002})
        return _answer({"access_token": account.renew(), "expires_in": int(TOKEN_LIFE)})

    @app.post("/cgi-bin/message/template/send")
    def template_send() -> Response:
        return _send(account, by_template=True)

    @app.post("/cgi-bin/message/subscribe/bizsend")
    def bizsend() -> Response:
        return _send(account, by_template=False)

    @app.get("/_sandbox/account")
    def read_account() -> Response:
        loopback_only()
        return Response(json.dumps(account.sent, ensure_ascii=False), mimetype="application/json")

    @app.post("/_sandbox/account")
    def change_account() -> tuple[str, int]:
        """`{"following": [people], "agreed": [people]}`, either or both."""
        loopback_only()
        for name, people in sent_json().items():
            if name in ("following", "agreed"):
                setattr(account, name, {openid(person, ACCOUNT.appid) for person in people})
        return "", 204


def _send(account: Account, *, by_template: bool) -> Response:
    message = request.get_json(force=True, silent=True)
    message = message if isinstance(message, dict) else {}
    token = request.args.get("access_token", "")
    code = g.action.get("errcode") or account.judge(token, message, by_template=by_template)
    if code:
        return _answer({"errcode": code})
    account.sent.append(message)
    return _answer({"errcode": 0, "errmsg": "ok", "msgid": len(account.sent)})


def _answer(answer: dict[str, Any]) -> Response:
    """As WeChat sends it: status 200, an error with its `rid`."""
    code = answer.get("errcode", 0)
    g.entry.verdict = str(code) if code else "ok"
    if code:
        answer["errmsg"] = f"{MESSAGES[code]} rid: {request_id(g.entry.id)}"
    return Response(json.dumps(reshaped(answer)), content_type="application/json; encoding=utf-8")
