"""Applications, identities and error answers of the WeChat sandbox."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final, Literal

CODE_LIFE: Final = {"website": 600.0, "service": 300.0}
ACCESS_LIFE: Final = 7200.0
REFRESH_LIFE: Final = 30 * 86400.0
SCOPES: Final = {"website": ("snsapi_login",), "service": ("snsapi_base", "snsapi_userinfo")}


@dataclass(frozen=True)
class App:
    """`account` is the open-platform account an application is bound to: it shares unionids."""

    appid: str
    secret: str
    kind: Literal["website", "service"]
    account: str = "portal"


APPS: Final = {
    app.appid: app
    for app in (
        App("wxsandbox00website", "sandbox-website-secret-000000001", "website"),
        App("wxsandbox00service", "sandbox-service-secret-000000001", "service"),
        App("wxsandbox00foreign", "sandbox-foreign-secret-000000001", "website", "somebody else"),
    )
}

MESSAGE_TOKEN: Final = "sandbox0message0token"  # noqa: S105
MESSAGE_KEY: Final = "sandbox0message0key000000000000000000000000"
"""Of the service account's server settings."""
TEMPLATE: Final = "sandbox0notice0template"
"""Of its messages, with the fields TEMPLATE_FIELDS."""
TEMPLATE_FIELDS: Final = ("thing1", "thing2", "time3")

MESSAGES: Final = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40125: "invalid appsecret",
    40163: "code been used",
    40226: "high risk user, code blocked",
    40037: "invalid template_id",
    41001: "access_token missing",
    41002: "appid missing",
    41003: "refresh_token missing",
    41004: "appsecret missing",
    41008: "missing code",
    41009: "missing openid",
    42001: "access_token expired",
    42002: "refresh_token expired",
    42003: "code expired",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower",
    47003: "argument invalid!",
    48001: "api unauthorized",
}


def openid(user: str, appid: str) -> str:
    """One person in one application; the same after a restart, so that accounts are found again."""
    return _identity(f"openid:{appid}:{user}")


def unionid(user: str, account: str) -> str:
    """One person over all applications of an open-platform account."""
    return _identity(f"unionid:{account}:{user}")


def _identity(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest)[:27].decode()


def request_id(number: int) -> str:
    """The `rid` at the end of error messages."""
    digest = hashlib.sha256(f"rid:{number}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:16]}-{digest[16:24]}"
