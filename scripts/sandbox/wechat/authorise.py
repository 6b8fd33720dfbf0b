"""The page where a person approves: what is checked before it is shown, and where it leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from scripts.sandbox.redirects import host_of
from scripts.sandbox.wechat.state import APPS, SCOPES, App

ORDER: Final = ("appid", "redirect_uri", "response_type", "scope", "state")
STATE: Final = re.compile(r"[a-zA-Z0-9]{1,128}", re.ASCII)


class Refused(Exception):
    """Shown on a page of WeChat's, from which nothing leads back; `code` is 0 where it has none."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Asked:
    """A well-formed request for approval."""

    app: App
    redirect_uri: str
    scope: str
    state: str


def asked(
    query: bytes,
    *,
    kind: str,
    user_agent: str,
    redirect_hosts: tuple[str, ...],
    local: tuple[str, ...],
) -> Asked:
    """What the raw query string of the address asks for. Raises Refused.

    `redirect_hosts` are the hosts registered for the applications; those in `local` may have a
    port, which WeChat itself never lets pass.
    """
    pairs = parse_qsl(query.decode("ascii", "replace"), keep_blank_values=True)
    given = dict(pairs)
    if kind == "service" and "MicroMessenger" not in user_agent:
        raise Refused(0, "请在微信客户端打开链接")
    known = [name for name, _ in pairs if name in ORDER]
    if known != [name for name in ORDER if name in given]:
        raise Refused(0, f"参数顺序应为 {'、'.join(ORDER)}，且各出现一次")
    app = APPS.get(given.get("appid", ""))
    if app is None or app.kind != kind:
        raise Refused(10001, "AppID 参数错误")
    if given.get("response_type") != "code":
        raise Refused(10004, "response_type 参数错误")
    if host_of(given.get("redirect_uri", ""), local=local) not in redirect_hosts:
        raise Refused(10003, "redirect_uri 域名与后台配置不一致")
    scopes = given.get("scope", "").split(",")
    if not set(scopes) <= set(SCOPES[kind]):
        raise Refused(10005, "该帐号没有这个 scope 的权限")
    state = given.get("state", "")
    if kind == "service" and state and not STATE.fullmatch(state):
        raise Refused(0, "state 只能是 a-z、A-Z、0-9，最多 128 字节")
    return Asked(app, given["redirect_uri"], ",".join(scopes), state)
