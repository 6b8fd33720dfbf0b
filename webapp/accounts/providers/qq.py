"""QQ: JSON only where asked for, JSONP now and then in spite of it, numbers as error codes."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from authlib.common.urls import add_params_to_uri
from requests import Response

from webapp.accounts.providers.answers import read_answer, text_of
from webapp.accounts.providers.base import Budget, Failure, LoginFailed, Profile

AUTH_METHOD: Final = "qq_query"

_FAILURES: Final[dict[str, Failure]] = {
    "100030": "declined",
    "100001": "operator",
    "100002": "operator",
    "100008": "operator",
    "100009": "operator",
    "100010": "operator",
    "100011": "operator",
    "100017": "operator",
    "100023": "operator",
    "100024": "operator",
    "100025": "operator",
    "100026": "operator",
    "100027": "operator",
    "100031": "operator",
}
_NO_UNIONID: Final = "100048"


def authorize_url(base: str, app_id: str, redirect_uri: str, state: str, *, phone: bool) -> str:
    asked = {
        "response_type": "code",
        "client_id": app_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "scope": "get_user_info",
    }
    if phone:
        asked["display"] = "mobile"
    return f"{base}/oauth2.0/authorize?{urlencode(asked)}"


def credentials(client: Any, method: str, uri: str, headers: Any, body: Any) -> tuple[Any, ...]:
    own = [("client_id", client.client_id), ("client_secret", client.client_secret)]
    return add_params_to_uri(uri, own), headers, body


def standard_token(response: Response) -> Response:
    answer = read_answer(response)
    if answer.get("error"):
        answer = {"error": f"qq_{answer['error']}"}
    elif not text_of(answer, "access_token"):
        raise LoginFailed("busy", "no token")
    else:
        answer |= {"token_type": "bearer"}
        answer["expires_in"] = _seconds(answer.get("expires_in"))
    response._content = json.dumps(answer).encode()
    return response


def _seconds(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0


def failure_of(code: str) -> Failure:
    return _FAILURES.get(code.removeprefix("qq_"), "restart")


def profile(client: Any, token: dict[str, Any], base: str, budget: Budget) -> Profile:
    """Ask who it is, then the name. Raises LoginFailed."""
    access = token["access_token"]
    me = _me(client, access, base, budget)
    if str(me.get("client_id")) != client.client_id:
        # A token made for another application, played back at us.
        raise LoginFailed("restart", "client_id differs")
    openid = text_of(me, "openid")
    if not openid:
        raise LoginFailed("busy", "no openid")
    if text_of(token, "openid") not in ("", openid):
        raise LoginFailed("restart", "openid differs")
    answer = read_answer(
        client.get(
            f"{base}/user/get_user_info",
            params={
                "access_token": access,
                "oauth_consumer_key": client.client_id,
                "openid": openid,
                "fmt": "json",
            },
            withhold_token=True,
            timeout=budget.timeout(),
        )
    )
    code = str(answer.get("ret", answer.get("error", "")))
    if code != "0":
        failure: Failure = "busy" if code.startswith("-") else failure_of(code)
        raise LoginFailed(failure, f"qq_{code}")
    avatars = (text_of(answer, f"figureurl_{size}") for size in ("qq_2", "qq_1", "2"))
    return Profile(
        provider="qq",
        app_id=client.client_id,
        openid=openid,
        unionid=text_of(me, "unionid") or None,
        nickname=text_of(answer, "nickname"),
        avatar_url=next((url for url in avatars if url), ""),
    )


def _me(client: Any, access: str, base: str, budget: Budget) -> dict[str, Any]:
    """The person's openid; without unionid where the application may not know it."""
    for more in ({"unionid": "1"}, {}):
        answer = read_answer(
            client.get(
                f"{base}/oauth2.0/me",
                params={"access_token": access, "fmt": "json"} | more,
                withhold_token=True,
                timeout=budget.timeout(),
            )
        )
        code = str(answer.get("error", ""))
        if not code:
            return answer
        if code != _NO_UNIONID:
            raise LoginFailed(failure_of(code), f"qq_{code}")
    raise LoginFailed("operator", f"qq_{_NO_UNIONID}")
