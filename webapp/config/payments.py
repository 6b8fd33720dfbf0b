"""Settings of the payment channels: WeChat Pay and Alipay."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from .settings import BASE, Kind, Setting, Values
from .standins import KNOWN_AS, standin

WXPAY_REAL: Final = "https://api.mch.weixin.qq.com"
ALIPAY_REAL: Final = "https://openapi.alipay.com/gateway.do"
_UNSET: Final = "the stand-in in development, else unset"
_PEM: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s.+-----END \1-----", re.DOTALL)


def _matching(pattern: str, allowed: str) -> Kind:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError
        return text

    return Kind(parse, allowed)


def _key(text: str) -> str:
    """PEM, or the one base64 line that Alipay's console hands out."""
    if _PEM.search(text):
        return text
    try:
        if not base64.b64decode("".join(text.split()), validate=True).startswith(b"\x30"):
            raise ValueError
    except binascii.Error as error:
        raise ValueError from error
    return text


def _certificates(text: str) -> str:
    if "-----BEGIN CERTIFICATE-----" not in text or not _PEM.search(text):
        raise ValueError
    return text


_KEY: Final = Kind(_key, "an RSA key as PEM or as its one base64 line")
_CERTIFICATES: Final = Kind(_certificates, "certificates as PEM, one or more")
_DIGITS: Final = _matching("[0-9]{8,20}", "8 to 20 digits")


def _beside(name: str, first: str, kind: Kind, help_: str, chinese: str) -> Setting:
    return Setting(
        name,
        kind,
        standin(name, beside=first),
        help_,
        chinese,
        default_text=_UNSET,
        # Public keys too: a secret is what may be given as a file.
        secret=kind in (_KEY, _CERTIFICATES) or name.endswith("_KEY"),
    )


PAYMENTS: Final[tuple[Setting, ...]] = (
    Setting(
        "WXPAY_MCHID",
        _DIGITS,
        standin("WXPAY_MCHID"),
        "Merchant number at WeChat Pay (API v3).",
        "微信支付商户号（API v3）。",
        default_text=_UNSET,
    ),
    _beside(
        "WXPAY_APPID",
        "WXPAY_MCHID",
        _matching("wx[0-9A-Za-z]{16}", "wx and 16 letters and digits"),
        "Application that is bound to the merchant number.",
        "与商户号绑定的 AppID。",
    ),
    _beside(
        "WXPAY_SERIAL",
        "WXPAY_MCHID",
        _matching("[0-9A-F]{16,40}", "16 to 40 hexadecimal digits in capitals"),
        "Serial number of the merchant's API certificate.",
        "商户 API 证书的序列号。",
    ),
    _beside(
        "WXPAY_PRIVATE_KEY",
        "WXPAY_MCHID",
        _KEY,
        "The merchant's API key: `apiclient_key.pem`.",
        "商户的接口私钥，即 apiclient_key.pem 的内容。",
    ),
    _beside(
        "WXPAY_APIV3_KEY",
        "WXPAY_MCHID",
        _matching("[!-~]{32}", "32 characters"),
        "The APIv3 key, which opens notices.",
        "APIv3 密钥，用来解开通知。",
    ),
    _beside(
        "WXPAY_PUBLIC_KEY_ID",
        "WXPAY_MCHID",
        _matching("PUB_KEY_ID_[0-9]{1,60}", "PUB_KEY_ID_ and digits"),
        "Public-key mode: number of WeChat Pay's public key.",
        "公钥模式：微信支付公钥 ID。",
    ),
    _beside(
        "WXPAY_PUBLIC_KEY",
        "WXPAY_MCHID",
        _KEY,
        "Public-key mode: WeChat Pay's public key, `pub_key.pem`.",
        "公钥模式：微信支付公钥 pub_key.pem。",
    ),
    _beside(
        "WXPAY_CERTIFICATES",
        "WXPAY_MCHID",
        _CERTIFICATES,
        "Certificate mode: WeChat Pay's platform certificates; both modes while it moves over.",
        "证书模式：微信支付平台证书；从证书切换到公钥期间两种都给。",
    ),
    Setting(
        "WXPAY_BASE",
        BASE,
        standin("WXPAY_BASE", beside="WXPAY_MCHID", real=WXPAY_REAL),
        "Where WeChat Pay answers.",
        "微信支付的接口地址。",
        default_text=f"the stand-in with its `WXPAY_MCHID`, else `{WXPAY_REAL}`",
    ),
    Setting(
        "ALIPAY_APP_ID",
        _DIGITS,
        standin("ALIPAY_APP_ID"),
        "Application at Alipay's open platform.",
        "支付宝开放平台的应用。",
        default_text=_UNSET,
    ),
    _beside(
        "ALIPAY_SELLER_ID",
        "ALIPAY_APP_ID",
        _matching("2088[0-9]{12}", "16 digits that begin with 2088"),
        "The merchant's account number (PID).",
        "商家的账号（PID）。",
    ),
    _beside(
        "ALIPAY_PRIVATE_KEY",
        "ALIPAY_APP_ID",
        _KEY,
        "The application's private key.",
        "应用私钥。",
    ),
    _beside(
        "ALIPAY_PUBLIC_KEY",
        "ALIPAY_APP_ID",
        _KEY,
        "Public-key mode: Alipay's public key, not the application's.",
        "公钥模式：支付宝公钥，不是应用公钥。",
    ),
    *(
        Setting(name, _CERTIFICATES, None, help_, chinese, default_text="unset", secret=True)
        for name, help_, chinese in (
            (
                "ALIPAY_APP_CERT",
                "Certificate mode: `appCertPublicKey_<app>.crt`.",
                "证书模式：应用公钥证书 appCertPublicKey_<应用>.crt。",
            ),
            (
                "ALIPAY_PUBLIC_CERT",
                "Certificate mode: `alipayCertPublicKey_RSA2.crt`; more than one may be given.",
                "证书模式：支付宝公钥证书 alipayCertPublicKey_RSA2.crt，可以给多张。",
            ),
            (
                "ALIPAY_ROOT_CERT",
                "Certificate mode: `alipayRootCert.crt`.",
                "证书模式：支付宝根证书 alipayRootCert.crt。",
            ),
        )
    ),
    Setting(
        "ALIPAY_GATEWAY",
        BASE,
        standin("ALIPAY_GATEWAY", beside="ALIPAY_APP_ID", real=ALIPAY_REAL),
        "Alipay's gateway.",
        "支付宝网关。",
        default_text=f"the stand-in with its `ALIPAY_APP_ID`, else `{ALIPAY_REAL}`",
    ),
)

_NEEDED: Final = {
    "WXPAY_MCHID": (
        "WXPAY_APPID",
        "WXPAY_SERIAL",
        "WXPAY_PRIVATE_KEY",
        "WXPAY_APIV3_KEY",
    ),
    "ALIPAY_APP_ID": ("ALIPAY_SELLER_ID", "ALIPAY_PRIVATE_KEY"),
}
_PUBLIC: Final = ("WXPAY_PUBLIC_KEY_ID", "WXPAY_PUBLIC_KEY")
_MODE: Final = ("ALIPAY_APP_CERT", "ALIPAY_PUBLIC_CERT", "ALIPAY_ROOT_CERT")
_ADDRESSES: Final = ("WXPAY_BASE", "ALIPAY_GATEWAY")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def unsafe_payments(values: Values, *, production: bool) -> Iterable[str]:
    """What a channel lacks, one line for each key; and in production a stand-in."""
    for first, others in _NEEDED.items():
        beside = first.partition("_")[0]
        given = [row.name for row in PAYMENTS if row.name.startswith(beside) and values[row.name]]
        given = [name for name in given if name not in _ADDRESSES]
        if not given:
            continue
        yield from (f"{name}: {given[0]} needs it" for name in (first, *others) if not values[name])
        yield from _wxpay_keys(values) if beside == "WXPAY" else _alipay_keys(values)
    if production:
        yield from _standins(values)


def _wxpay_keys(values: Values) -> Iterable[str]:
    lacking = [name for name in _PUBLIC if not values[name]]
    if len(lacking) == 1:
        other = next(name for name in _PUBLIC if name not in lacking)
        yield f"{lacking[0]}: {other} needs it"
    elif lacking and not values["WXPAY_CERTIFICATES"]:
        for name in lacking:
            yield f"{name}: WXPAY_MCHID needs it, or WXPAY_CERTIFICATES"


def _alipay_keys(values: Values) -> Iterable[str]:
    lacking = [name for name in _MODE if not values[name]]
    if len(lacking) == len(_MODE):
        if not values["ALIPAY_PUBLIC_KEY"]:
            yield "ALIPAY_PUBLIC_KEY: ALIPAY_APP_ID needs it, or all of " + ", ".join(_MODE)
        return
    given = next(name for name in _MODE if values[name])
    yield from (f"{name}: {given} needs it" for name in lacking)


def _standins(values: Values) -> Iterable[str]:
    for name in _ADDRESSES:
        url = urlsplit(values[name])
        if url.hostname in _LOOPBACK:
            yield f'{name}: "{values[name]}" is a stand-in, which production must not use'
        elif url.scheme != "https":
            yield f'{name}: "{values[name]}" is not allowed in production: https://'
    for row in PAYMENTS:
        value = values[row.name]
        if row.secret and value and value.strip() == KNOWN_AS.get(row.name, "").strip():
            yield f"{row.name}: it is the stand-in's, which everybody knows"
