"""Signatures of Alipay's gateway (RSA2): three texts, one for each direction."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from webapp.backends.payments.keys import certificates, verifies

SIGN_TYPE: Final = "RSA2"
MOST_FIELDS: Final = 100
_RSA: Final = "1.2.840.113549.1.1"
_OWN: Final = ("sign", "sign_type")


def request_text(parameters: Mapping[str, str]) -> bytes:
    """What is signed of a request: all that is not empty, `sign` aside, in the order of keys."""
    return _joined((k, v) for k, v in parameters.items() if v and k != "sign")


def notice_fields(body: bytes) -> dict[str, str]:
    """The fields of a notice or of the query of a return. Raises ValueError where one comes twice
    or the text is not in UTF-8."""
    pairs = parse_qsl(
        body.decode("ascii"),
        keep_blank_values=True,
        strict_parsing=True,
        errors="strict",
        max_num_fields=MOST_FIELDS,
    )
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field comes twice")
    return fields


def notice_is_good(key: RSAPublicKey, fields: Mapping[str, str]) -> bool:
    """Whether Alipay signed these fields. Empty ones may have been part of what was signed or
    not; either is its signature over all that says something."""
    if fields.get("sign_type") != SIGN_TYPE:
        return False
    own = {name: value for name, value in fields.items() if name not in _OWN}
    filled = {name: value for name, value in own.items() if value}
    sign = fields.get("sign", "")
    return any(verifies(key, _joined(said.items()), sign) for said in (own, filled))


@dataclass(frozen=True)
class Sealed:
    """An answer as it came: its object, the very text of it that was signed, the signature, and
    which certificate signed, in certificate mode."""

    found: dict[str, Any]
    text: str
    sign: str
    serial: str


def sealed(body: bytes, method: str) -> Sealed:
    """Raises ValueError."""
    text = body.decode("utf-8")
    name = f"{method.replace('.', '_')}_response"
    outer = json.loads(text)
    if not isinstance(outer, dict):
        raise ValueError("no object")
    key = name if name in outer else "error_response"
    inner = outer.get(key)
    if not isinstance(inner, dict):
        raise ValueError("no answer in it")
    start = re.search(rf'"{key}"\s*:\s*', text)
    assert start is not None
    _, end = json.JSONDecoder().raw_decode(text, start.end())
    signed = text[start.end() : end]
    if json.loads(signed) != inner:
        raise ValueError("two answers in it")
    return Sealed(inner, signed, str(outer.get("sign", "")), str(outer.get("alipay_cert_sn", "")))


def certificate_number(certificate: x509.Certificate) -> str:
    """What Alipay calls the SN: the digest of the issuer's name and the serial number."""
    issuer = certificate.issuer.rfc4514_string()
    return hashlib.md5(
        f"{issuer}{certificate.serial_number}".encode(), usedforsecurity=False
    ).hexdigest()


def root_number(text: str) -> str:
    """Of the root certificates, those with RSA, joined."""
    found = (
        certificate_number(certificate)
        for certificate in certificates(text)
        if certificate.signature_algorithm_oid.dotted_string.startswith(_RSA)
    )
    return "_".join(found)


def _joined(pairs: Iterable[tuple[str, str]]) -> bytes:
    return "&".join(f"{name}={value}" for name, value in sorted(pairs)).encode()
