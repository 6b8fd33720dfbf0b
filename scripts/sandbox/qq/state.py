"""Applications, identities and error answers of the QQ sandbox."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

CODE_LIFE: Final = 600.0
ACCESS_LIFE: Final = 7_776_000.0
REFRESH_LIFE: Final = 2 * ACCESS_LIFE


@dataclass(frozen=True)
class App:
    """`unionid_right` was granted in the console of QQ Connect."""

    client_id: str
    secret: str
    unionid_right: bool


APPS: Final = {
    app.client_id: app
    for app in (
        App("100000001", "sandbox-qq-app-key-000000000001", unionid_right=True),
        App("100000002", "sandbox-qq-app-key-000000000002", unionid_right=False),
    )
}
FOREIGN_CLIENT: Final = "100000099"

MESSAGES: Final = {
    100000: "response_type is missing or wrong",
    100001: "param client_id is wrong or lost",
    100002: "param client_secret is wrong or lost",
    100004: "param grant_type is wrong or lost",
    100005: "param code is wrong or lost",
    100006: "param refresh token is wrong or lost",
    100007: "param access token is wrong or lost",
    100008: "client id is not exist",
    100009: "client secret is illegal",
    100010: "redirect uri is illegal",
    100013: "access token is illegal",
    100014: "access token expire",
    100015: "access token revoke",
    100016: "access token check failed",
    100019: "code to access token error",
    100020: "code is reused error",
    100022: "refresh access token error",
    100029: "http request method is wrong",
    100030: "user has not authorized this api",
    100031: "app has no privilege to use this api",
    100048: "companyid not set",
}


def openid(user: str, client_id: str) -> str:
    """One person in one application; the same after a restart."""
    return _digest(f"openid:{client_id}:{user}")


def unionid(user: str) -> str:
    return f"UID_{_digest(f'unionid:{user}')}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32].upper()
