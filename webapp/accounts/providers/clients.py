"""The registered clients, and a login from its start to a profile.

Authlib keeps the state: its data in Redis for ten minutes, in the visitor's session only that
it exists. Addresses and answers of the providers are theirs alone (`wechat`, `qq`).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, OAuth
from flask import Flask, current_app, session
from requests import RequestException

from webapp.accounts.providers import qq, wechat
from webapp.accounts.providers.base import (
    CONNECT_SECONDS,
    READ_SECONDS,
    Budget,
    Failure,
    LoginFailed,
    Profile,
)
from webapp.backends.cache import cache_client

Result = TypeVar("Result")

STATE_SECONDS: Final = 600
BUSY_PAUSE_SECONDS: Final = 0.5
"""Before the one retry where WeChat says that it is busy."""


class _Integration(FlaskIntegration):  # type: ignore[misc]
    expires_in = STATE_SECONDS


class _Cache:
    """What Authlib asks of a cache, in Redis's words."""

    def __init__(self, url: str) -> None:
        self._client = cache_client(url)

    def get(self, key: str) -> Any:
        return self._client.get(f"login:{key}")

    def set(self, key: str, value: str, seconds: int) -> None:
        self._client.set(f"login:{key}", value, ex=seconds)

    def delete(self, key: str) -> None:
        self._client.delete(f"login:{key}")


@dataclass(frozen=True)
class Way:
    """One way to log in: the application at a provider that is asked.

    `name` stands in our addresses; `key` is the prefix of its settings.
    """

    name: str
    provider: str
    label: str
    key: str
    place: str
    """Where people come from who use it."""


WAYS: Final[dict[str, Way]] = {
    way.name: way
    for way in (
        Way("wechat", "wechat", "微信", "WECHAT_APP", "网站"),
        Way("wechat-mp", "wechat", "微信", "WECHAT_MP_APP", "微信里"),
        Way("qq", "qq", "QQ", "QQ_APP", "网站"),
    )
}


@dataclass(frozen=True)
class Started:
    """What was remembered when a login began."""

    next: str
    link: int | None
    """The account that wants this identity added, where it is not a login."""


def init_app(app: Flask) -> None:
    oauth = OAuth()
    oauth.framework_integration_cls = _Integration
    oauth.init_app(app, cache=_Cache(app.config["REDIS_URL"]))
    offered = [way for way in WAYS.values() if configured(app, way)]
    for way in offered:
        oauth.register(way.name, **_registration(app, way))
    app.jinja_env.globals["login_open"] = bool(offered)


def configured(app: Flask, way: Way) -> bool:
    return bool(app.config.get(f"{way.key}_ID"))


def place_of(app_id: str) -> str:
    """Where people come from who use the application of this id; "" for one of former days."""
    found = (way for way in WAYS.values() if current_app.config.get(f"{way.key}_ID") == app_id)
    return next((way.place for way in found), "")


def ways(*, inside_wechat: bool) -> list[Way]:
    """The ways that can be offered in this browser."""
    hidden = (
        "wechat" if inside_wechat and configured(current_app, WAYS["wechat-mp"]) else "wechat-mp"
    )
    return [way for way in WAYS.values() if way.name != hidden and configured(current_app, way)]


def _registration(app: Flask, way: Way) -> dict[str, Any]:
    own = wechat if way.provider == "wechat" else qq
    token_url = {
        "wechat": f"{app.config['WECHAT_API_BASE']}/sns/oauth2/access_token",
        "qq": f"{app.config['QQ_BASE']}/oauth2.0/token",
    }[way.provider]
    more = {"fmt": "json", "need_openid": "1"} if way.provider == "qq" else {}
    secret = "QQ_APP_KEY" if way.provider == "qq" else f"{way.key}_SECRET"

    def hook(client: Any) -> None:
        client.register_compliance_hook("access_token_response", own.standard_token)

    return {
        "client_id": app.config[f"{way.key}_ID"],
        "client_secret": app.config[secret],
        "access_token_url": token_url,
        "access_token_params": {"method": "GET"} | more,
        "client_auth_methods": [(own.AUTH_METHOD, own.credentials)],
        "compliance_fix": hook,
        "client_kwargs": {
            "token_endpoint_auth_method": own.AUTH_METHOD,
            "default_timeout": (CONNECT_SECONDS, READ_SECONDS),
            "trust_env": False,
        },
    }


def begin(way: Way, *, callback: str, started: Started, phone: bool) -> str:
    """Where to send the browser. Raises RedisError where the state cannot be kept."""
    client = _client(way)
    state = secrets.token_hex(16)
    client.save_authorize_data(
        redirect_uri=callback, state=state, next=started.next, link=started.link
    )
    if way.provider == "wechat":
        base = current_app.config["WECHAT_OPEN_BASE"]
        website = way.name == "wechat"
        return wechat.authorize_url(base, client.client_id, callback, state, website=website)
    base = current_app.config["QQ_BASE"]
    return qq.authorize_url(base, client.client_id, callback, state, phone=phone)


def recall(way: Way, state: str) -> tuple[Started, str] | None:
    """What this browser began under `state`, once, with the callback it named; else None.

    Another browser that comes with it does not use it up.
    """
    client = _client(way)
    data = client.framework.get_state_data(session, state)
    if data is None:
        return None
    client.framework.clear_state_data(session, state)
    return Started(data["next"], data["link"]), data["redirect_uri"]


def finish(way: Way, *, code: str, callback: str) -> Profile:
    """Exchange the code and ask who it is. Raises LoginFailed."""
    own = wechat if way.provider == "wechat" else qq
    base = current_app.config["WECHAT_API_BASE" if way.provider == "wechat" else "QQ_BASE"]
    client, budget = _client(way), Budget()
    token = _twice(
        lambda: client.fetch_access_token(
            code=code, redirect_uri=callback, timeout=budget.timeout()
        ),
        own.failure_of,
    )
    profile: Profile = _twice(lambda: own.profile(client, token, base, budget), own.failure_of)
    return profile


def _twice(call: Callable[[], Result], failure_of: Callable[[str], Failure]) -> Result:
    """The call with one retry where the provider is busy. Raises LoginFailed."""
    for last in (False, True):
        try:
            return call()
        except AuthlibBaseError as error:
            code = str(error.error)
            failed = LoginFailed(failure_of(code), code)
        except RequestException as error:
            # The text of the error holds the address, and that the secret.
            raise LoginFailed("busy", type(error).__name__) from None
        except LoginFailed as error:
            failed = error
        if last or not failed.code.endswith("_-1"):
            raise failed from None
        time.sleep(BUSY_PAUSE_SECONDS)
    raise AssertionError("unreachable")


def _client(way: Way) -> Any:
    return current_app.extensions["authlib.integrations.flask_client"].create_client(way.name)
