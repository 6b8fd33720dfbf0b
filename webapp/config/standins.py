"""Defaults of the providers' settings: the stand-ins of `scripts/sandbox` in development.

A setting that is given moves those that belong to it away from the stand-in: whoever sets
`QQ_APP_ID` gets the real `QQ_BASE`, and must set `QQ_APP_KEY`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from .settings import Values

KNOWN_AS: Final[dict[str, str]] = {
    "WECHAT_APP_ID": "wxsandbox00website",
    "WECHAT_APP_SECRET": "sandbox-website-secret-000000001",
    "WECHAT_MP_APP_ID": "wxsandbox00service",
    "WECHAT_MP_APP_SECRET": "sandbox-service-secret-000000001",
    "WECHAT_MP_TOKEN": "sandbox0message0token",
    "WECHAT_MP_AES_KEY": "sandbox0message0key000000000000000000000000",
    "WECHAT_MP_NOTICE_TEMPLATE": "sandbox0notice0template",
    "QQ_APP_ID": "100000001",
    "QQ_APP_KEY": "sandbox-qq-app-key-000000000001",
    "IDCHECK_APPCODE": "sandbox0appcode0000000000000001",
    "WXPAY_MCHID": "1900000001",
    "WXPAY_APPID": "wxd678efh567hg6787",
    "WXPAY_SERIAL": "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
    "WXPAY_APIV3_KEY": "car-portal-test-apiv3-key-32byte",
    "WXPAY_PUBLIC_KEY_ID": "PUB_KEY_ID_0119000000012026112200000000000001",
    "ALIPAY_APP_ID": "2021000000000001",
    "ALIPAY_SELLER_ID": "2088000000000000",
    **json.loads(Path(__file__).with_name("standin_keys.json").read_text("utf-8")),
}
"""What the stand-ins know the product by; nothing of it is a secret."""

PATHS: Final = {
    "WECHAT_OPEN_BASE": "/wechat",
    "WECHAT_API_BASE": "/wechat",
    "QQ_BASE": "/qq",
    "IDCHECK_A_URL": "/idcheck",
    "IDCHECK_B_URL": "/idcheck",
    "WXPAY_BASE": "/wechatpay",
    "ALIPAY_GATEWAY": "/alipay/gateway.do",
}

_FIRST_PORTS: Final = 10_000


def standin_port(port: int) -> int:
    """Where the stand-ins listen beside a web server on `port`: 18000 beside 8000.

    Below the ports that systems give to outgoing connections, so that none is taken by chance.
    """
    beside = _FIRST_PORTS + port % 10_000
    return beside if beside != port else beside + 10_000


def standin(name: str, *, beside: str = "", real: str | None = None) -> Callable[[Values], Any]:
    """The default of a setting: the stand-in's in development, else `real`.

    With `beside` the stand-in's only where that setting, further up in the table, has it too.
    """

    def default(values: Values) -> str | None:
        if beside:
            chosen = values[beside] == _value(beside, values)
        else:
            chosen = values["APP_ENV"] == "development"
        return _value(name, values) if chosen else real

    return default


def standin_page(name: str, config: Mapping[str, Any]) -> str | None:
    """The stand-in's page for people, where that setting points at it, which it does in
    development only."""
    here = config["APP_ENV"] == "development" and config[name] == _value(name, config)
    return f"{config[name]}/" if here else None


def _value(name: str, values: Mapping[str, Any]) -> str:
    if name in KNOWN_AS:
        return KNOWN_AS[name]
    return f"http://127.0.0.1:{standin_port(values['PORT'])}{PATHS[name]}"
