"""Keys and certificates as operators have them: PEM, or its one base64 line."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----", re.DOTALL
)


def private_key(text: str) -> RSAPrivateKey:
    """Raises ValueError for what is no RSA private key."""
    try:
        if "-----BEGIN" in text:
            found = load_pem_private_key(text.encode(), password=None)
        else:
            found = load_der_private_key(_decoded(text), password=None)
    except TypeError as error:  # it asks for a password
        raise ValueError("the key is sealed by a password") from error
    if not isinstance(found, RSAPrivateKey):
        raise ValueError("it is no RSA key")
    return found


def public_key(text: str) -> RSAPublicKey:
    """The key itself, or that of a certificate. Raises ValueError."""
    if "BEGIN CERTIFICATE" in text:
        found = certificates(text)[0].public_key()
    elif "-----BEGIN" in text:
        found = load_pem_public_key(text.encode())  # type: ignore[assignment]
    else:
        found = load_der_public_key(_decoded(text))  # type: ignore[assignment]
    if not isinstance(found, RSAPublicKey):
        raise ValueError("it is no RSA key")
    return found


def certificates(text: str) -> list[x509.Certificate]:
    """Of one text with one or more, in its order. Raises ValueError where there is none."""
    found = [x509.load_pem_x509_certificate(part.encode()) for part in _CERTIFICATE.findall(text)]
    if not found:
        raise ValueError("there is no certificate in it")
    return found


def serial_of(certificate: x509.Certificate) -> str:
    """As WeChat Pay writes it: hexadecimal in capitals."""
    return f"{certificate.serial_number:X}"


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """RSA with SHA-256, PKCS#1 v1.5, in base64."""
    return base64.b64encode(key.sign(message, PKCS1v15(), hashes.SHA256())).decode()


def verifies(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """False also for what is no base64."""
    try:
        key.verify(_strict(signature), message, PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _decoded(text: str) -> bytes:
    return _strict("".join(text.split()))


def _strict(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("it is no base64") from error
