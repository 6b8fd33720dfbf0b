"""Messages of the WeChat service account: subscription messages, or template messages.

wechatpy builds the calls; it is imported late, for it takes a third of a second. Its own renewal
of the account's token never ends where WeChat keeps refusing, and asks at a fixed address without
a time limit: renewal is here, once a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from redis import RedisError
from requests import RequestException

from webapp import clock
from webapp.backends.cache import cache_client
from webapp.notices.channels import Later, Refused

SECONDS: Final = 5.0
THING: Final = 20
"""Characters that a field of the kind `thing` may have."""
_STALE: Final = frozenset({40001, 40014, 42001})
_REFUSED: Final = {40003: "follower", 43004: "follower", 43101: "consent"}
_OPERATORS: Final = {40037: "template", 47003: "template", 48001: "template"}
_TOKEN: Final = {40013: "token", 40125: "token", 40164: "token"}


def send(
    config: Mapping[str, Any], *, openid: str, title: str, kind: str, at: datetime, link: str
) -> None:
    """Send one message to a follower. Raises Refused, Later."""
    from wechatpy.exceptions import WeChatClientException

    client = _client(
        config["WECHAT_MP_APP_ID"],
        config["WECHAT_MP_APP_SECRET"],
        config["WECHAT_API_BASE"],
        config["REDIS_URL"],
    )
    fields = (_thing(title), _thing(kind), f"{at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}")
    names = config["WECHAT_MP_NOTICE_FIELDS"].split(",")
    data = {name: {"value": text} for name, text in zip(names, fields, strict=True)}
    by_template = config["WECHAT_MP_NOTICE_BY"] == "template"

    def call() -> None:
        template = config["WECHAT_MP_NOTICE_TEMPLATE"]
        if by_template:
            answer = client.message.send_template(openid, template, data, url=link)
        else:
            answer = client.message.send_subscribe_message(openid, template, data, page=link)
        if not isinstance(answer, dict):  # wechatpy returns what is no JSON as it came
            raise Later("away")

    try:
        try:
            call()
        except WeChatClientException as error:
            if error.errcode not in _STALE:
                raise
            client.fetch_access_token()
            call()
    except WeChatClientException as error:
        _judge(error.errcode)
    except (RequestException, ValueError, KeyError, TypeError) as error:
        # Its text holds the token, so only its name goes on.
        raise Later("away") from error


def _judge(code: int | None) -> None:
    if code in _REFUSED:
        raise Refused(_REFUSED[code])
    if code == 45009:
        tomorrow = clock.midnight_in_china(clock.now()) + timedelta(days=1, minutes=5)
        raise Later("quota", at=tomorrow)
    if code in _STALE or code in _TOKEN:
        raise Later("token")
    # Without a code there was no answer of WeChat's.
    raise Later("away" if code is None else _OPERATORS.get(code, "busy"))


def _thing(text: str) -> str:
    return text if len(text) <= THING else f"{text[: THING - 1]}…"


@lru_cache(maxsize=4)
def _client(app_id: str, secret: str, base: str, redis_url: str) -> Any:
    from wechatpy.client import WeChatClient
    from wechatpy.session import SessionStorage

    class Kept(SessionStorage):  # type: ignore[misc]
        """The token in Redis for all workers; with Redis away, in this process."""

        def __init__(self) -> None:
            self.own: dict[str, Any] = {}

        def get(self, key: str, default: Any = None) -> Any:
            try:
                found: Any = cache_client(redis_url).get(f"wechat:{key}")
            except RedisError:
                return self.own.get(key, default)
            return default if found is None else found.decode()

        def set(self, key: str, value: Any, ttl: int | None = None) -> None:
            self.own[key] = value
            try:
                cache_client(redis_url).set(f"wechat:{key}", value, ex=max((ttl or 7200) - 60, 1))
            except RedisError:
                return

        def delete(self, key: str) -> None:
            self.own.pop(key, None)

    class Client(WeChatClient):  # type: ignore[misc]
        API_BASE_URL = f"{base}/cgi-bin/"

        def fetch_access_token(self) -> Any:
            answer = self._http.get(
                f"{base}/cgi-bin/token",
                params={"grant_type": "client_credential", "appid": app_id, "secret": secret},
                timeout=SECONDS,
            )
            answer.raise_for_status()
            told = answer.json()
            if told.get("errcode"):
                from wechatpy.exceptions import WeChatClientException

                raise WeChatClientException(int(told["errcode"]), "", client=self)
            self.session.set(self.access_token_key, told["access_token"], told["expires_in"])
            return told

    return Client(app_id, secret, session=Kept(), timeout=SECONDS, auto_retry=False)
