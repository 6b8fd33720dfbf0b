"""The payment channels that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from webapp.backends.payments.alipay import Alipay
from webapp.backends.payments.alipay_signing import certificate_number, root_number
from webapp.backends.payments.keys import certificates, private_key, public_key, serial_of
from webapp.backends.payments.port import Channel, PaymentChannel
from webapp.backends.payments.wechat import WeChatPay
from webapp.backends.payments.wechat_signing import Merchant

_Read = TypeVar("_Read")
_MODE: Final = ("ALIPAY_APP_CERT", "ALIPAY_PUBLIC_CERT", "ALIPAY_ROOT_CERT")


class UnusableKeys(Exception):
    """Keys that cannot be read; `problems` has one line for each, and no key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def channels(config: Mapping[str, Any]) -> dict[Channel, PaymentChannel]:
    """Those that are configured, ready to be asked; nothing is connected to.

    Raises UnusableKeys.
    """
    read = _Reading(config)
    found: dict[Channel, PaymentChannel | None] = {}
    if config.get("WXPAY_MCHID"):
        found["wechatpay"] = _wechat(config, read)
    if config.get("ALIPAY_APP_ID"):
        found["alipay"] = _alipay(config, read)
    if read.problems:
        raise UnusableKeys(read.problems)
    return {name: channel for name, channel in found.items() if channel is not None}


class _Reading:
    """Reads settings and keeps what cannot be read of them."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self.problems: list[str] = []

    def __call__(self, name: str, reader: Callable[[str], _Read]) -> _Read | None:
        text = self._config.get(name)
        if not text:
            return None
        try:
            return reader(text)
        except (ValueError, TypeError) as error:
            self.problems.append(f"{name}: it cannot be read: {error}")
            return None


def _wechat(config: Mapping[str, Any], read: _Reading) -> WeChatPay | None:
    key = read("WXPAY_PRIVATE_KEY", private_key)
    own = read("WXPAY_PUBLIC_KEY", public_key)
    keys: dict[str, RSAPublicKey] = {config["WXPAY_PUBLIC_KEY_ID"]: own} if own else {}
    keys |= read("WXPAY_CERTIFICATES", _by_serial) or {}
    if key is None:
        return None
    merchant = Merchant(config["WXPAY_MCHID"], config["WXPAY_SERIAL"], key)
    secret = config["WXPAY_APIV3_KEY"].encode()
    return WeChatPay(config["WXPAY_BASE"], merchant, config["WXPAY_APPID"], secret, keys)


def _alipay(config: Mapping[str, Any], read: _Reading) -> Alipay | None:
    key = read("ALIPAY_PRIVATE_KEY", private_key)
    numbers, keys = None, {}
    if all(config.get(name) for name in _MODE):
        app = read("ALIPAY_APP_CERT", lambda text: certificate_number(certificates(text)[0]))
        keys = read("ALIPAY_PUBLIC_CERT", _by_number) or {}
        root = read("ALIPAY_ROOT_CERT", root_number)
        numbers = (app or "", root or "")
    elif own := read("ALIPAY_PUBLIC_KEY", public_key):
        keys = {"": own}
    if key is None:
        return None
    seller = config["ALIPAY_SELLER_ID"]
    return Alipay(config["ALIPAY_GATEWAY"], config["ALIPAY_APP_ID"], seller, key, keys, numbers)


def _by_serial(text: str) -> dict[str, RSAPublicKey]:
    return {serial_of(one): _rsa(one.public_key()) for one in certificates(text)}


def _by_number(text: str) -> dict[str, RSAPublicKey]:
    return {certificate_number(one): _rsa(one.public_key()) for one in certificates(text)}


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey):
        raise ValueError("it is no RSA key")
    return key
