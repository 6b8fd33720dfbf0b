"""The channels with the throw-away keys of the vectors."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from webapp.backends.payments.alipay import Alipay
from webapp.backends.payments.keys import private_key, public_key
from webapp.backends.payments.wechat import WeChatPay
from webapp.backends.payments.wechat_signing import Merchant

NOW: Final = 1_795_350_700.0


@cache
def vectors(channel: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
    part: dict[str, Any] = found[channel]
    return part


@cache
def merchant() -> Merchant:
    own = vectors("wechatpay")
    return Merchant(own["mchid"], own["merchant_serial"], private_key(own["merchant_private_key"]))


@cache
def _platform() -> dict[str, RSAPublicKey]:
    own = vectors("wechatpay")
    return {
        own["platform"]["serial"]: public_key(own["platform"]["certificate"]),
        own["public_key_mode"]["id"]: public_key(own["public_key_mode"]["public_key"]),
    }


@cache
def _application() -> tuple[RSAPrivateKey, dict[str, RSAPublicKey]]:
    own = vectors("alipay")
    return private_key(own["app_private_key"]), {"": public_key(own["alipay_public_key"])}


def wechat(base: str = "http://127.0.0.1:9", at: float = NOW) -> WeChatPay:
    own, keys = vectors("wechatpay"), _platform()
    secret = own["apiv3_key"].encode()
    return WeChatPay(base, merchant(), own["appid"], secret, keys, clock=lambda: at)


def alipay(gateway: str = "http://127.0.0.1:9/gateway.do", at: float = NOW) -> Alipay:
    own = vectors("alipay")
    key, keys = _application()
    return Alipay(gateway, own["app_id"], own["seller_id"], key, keys, clock=lambda: at)
