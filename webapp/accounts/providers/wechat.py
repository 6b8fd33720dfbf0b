"""WeChat: GET with the secret in the address, no token_type, errors with status 200.

Two kinds of application: a website shows a QR code to scan, a service account asks inside
WeChat. Bound to one open-platform account they share a person's `unionid`.
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from authlib.common.urls import add_params_to_uri
from requests import Response

from webapp.accounts.providers.answers import read_answer, text_of
from webapp.accounts.providers.base import Budget, Failure, LoginFailed, Profile

AUTH_METHOD: Final = "wechat_query"

_FAILURES: Final[dict[str, Failure]] = {
    "-1": "busy",
    "45011": "busy",
    "40001": "operator",
    "40013": "operator",
    "40125": "operator",
    "41002": "operator",
    "41004": "operator",
    "48001": "operator",
    "41008": "operator",
    "41009": "operator",
    "40226": "blocked",
}
"""errcode to what it means for the visitor; any other means a new attempt."""


def authorize_url(base: str, app_id: str, redirect_uri: str, state: str, *, website: bool) -> str:
    """WeChat checks the order of the parameters, and wants the fragment."""
    path, scope = ("/connect/qrconnect", "snsapi_login")
    if not website:
        path, scope = ("/connect/oauth2/authorize", "snsapi_userinfo")
    query = urlencode(
        {
            "appid": app_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": scope,
            "state": state,
        }
    )
    return f"{base}{path}?{query}#wechat_redirect"


def credentials(client: Any, method: str, uri: str, headers: Any, body: Any) -> tuple[Any, ...]:
    """Authlib's hook for how an application proves itself: in the address."""
    own = [("appid", client.client_id), ("secret", client.client_secret)]
    return add_params_to_uri(uri, own), headers, body


def standard_token(response: Response) -> Response:
    """Authlib's hook for the token's answer: what it would take for a token becomes an error."""
    answer = read_answer(response)
    if answer.get("errcode"):
        answer = {"error": f"wechat_{answer['errcode']}"}
    elif not text_of(answer, "access_token") or not text_of(answer, "openid"):
        raise LoginFailed("busy", "no token")
    else:
        answer |= {"token_type": "bearer"}
    response._content = json.dumps(answer).encode()
    return response


def failure_of(code: str) -> Failure:
    return _FAILURES.get(code.removeprefix("wechat_"), "restart")


def profile(client: Any, token: dict[str, Any], base: str, budget: Budget) -> Profile:
    """Ask who it is. Raises LoginFailed."""
    if token.get("is_snapshotuser") == 1:
        raise LoginFailed("snapshot")
    openid = text_of(token, "openid")
    answer = read_answer(
        client.get(
            f"{base}/sns/userinfo",
            params={
                "access_token": token["access_token"],
                "openid": openid,
                "lang": "zh_CN",
            },
            withhold_token=True,
            timeout=budget.timeout(),
        )
    )
    if answer.get("errcode"):
        code = str(answer["errcode"])
        raise LoginFailed(failure_of(code), f"wechat_{code}")
    if text_of(answer, "openid") != openid:
        raise LoginFailed("restart", "openid differs")
    unionids = {text_of(token, "unionid"), text_of(answer, "unionid")} - {""}
    if len(unionids) > 1:
        raise LoginFailed("restart", "unionid differs")
    return Profile(
        provider="wechat",
        app_id=client.client_id,
        openid=openid,
        unionid=next(iter(unionids), None),
        nickname=text_of(answer, "nickname"),
        avatar_url=text_of(answer, "headimgurl"),
    )
