"""Signatures and sealed texts of WeChat Pay, API v3."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webapp.backends.payments.keys import sign, verifies

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
SKEW_SECONDS: Final = 300
ALGORITHM: Final = "AEAD_AES_256_GCM"
_SECONDS: Final = re.compile("[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True)
class Merchant:
    """Who signs: the merchant's number, the serial of its certificate and its key."""

    number: str
    serial: str
    key: RSAPrivateKey

    def authorization(self, method: str, path: str, body: str, *, at: int, nonce: str) -> str:
        """The header of a request; `path` as it is sent, with its query."""
        signature = sign(self.key, f"{method}\n{path}\n{at}\n{nonce}\n{body}\n".encode())
        return (
            f'{SCHEME} mchid="{self.number}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{at}",serial_no="{self.serial}"'
        )

    def bridge(self, app: str, prepay: str, *, at: int, nonce: str) -> dict[str, str]:
        """What WeChat's own script is given inside WeChat."""
        package = f"prepay_id={prepay}"
        signature = sign(self.key, f"{app}\n{at}\n{nonce}\n{package}\n".encode())
        return {
            "appId": app,
            "timeStamp": str(at),
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": signature,
        }


def fault_of(
    keys: Mapping[str, RSAPublicKey],
    headers: Mapping[str, str],
    body: bytes,
    clock: Callable[[], float],
) -> str:
    """What is wrong with the signature of an answer or a notice; "" where it is good.

    The key is chosen by its serial among those that are configured; none is ever fetched.
    """
    given = {name.lower(): value for name, value in headers.items()}
    at, nonce, serial, signature = (
        given.get(f"wechatpay-{name}", "") for name in ("timestamp", "nonce", "serial", "signature")
    )
    if given.get("wechatpay-signature-type", SCHEME) != SCHEME:
        return "another kind of signature"
    if not _SECONDS.fullmatch(at) or abs(clock() - int(at)) >= SKEW_SECONDS:
        return "not of the last five minutes"
    key = keys.get(serial)
    if key is None:
        return "an unknown key"
    if not verifies(key, f"{at}\n{nonce}\n".encode() + body + b"\n", signature):
        return "a wrong signature"
    return ""


def opened(key: bytes, resource: Mapping[str, Any]) -> dict[str, Any]:
    """What is sealed in a notice or in a certificate's row. Raises ValueError."""
    if resource.get("algorithm") != ALGORITHM:
        raise ValueError("another algorithm")
    found = json.loads(unsealed(key, resource))
    if not isinstance(found, dict):
        raise ValueError("no object is sealed in it")
    return found


def unsealed(key: bytes, resource: Mapping[str, Any]) -> bytes:
    """The bytes that are sealed. Raises ValueError."""
    try:
        sealed = base64.b64decode(str(resource["ciphertext"]), validate=True)
        nonce = str(resource["nonce"]).encode()
        more = str(resource.get("associated_data") or "").encode()
        return AESGCM(key).decrypt(nonce, sealed, more)
    except (KeyError, binascii.Error, InvalidTag) as error:
        raise ValueError("it does not open") from error
