"""RSA with SHA-256, PKCS#1 v1.5, by its arithmetic (RFC 8017, 8.2 and 9.2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")


@dataclass(frozen=True)
class Public:
    n: int
    e: int

    def verifies(self, message: bytes, signature: str) -> bool:
        """Whether this base64 text is the signature of the message."""
        try:
            sent = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            return False
        size = (self.n.bit_length() + 7) // 8
        number = int.from_bytes(sent, "big")
        if len(sent) != size or number >= self.n:
            return False
        found = pow(number, self.e, self.n).to_bytes(size, "big")
        return hmac.compare_digest(found, _padded(message, size))


@dataclass(frozen=True)
class Private:
    p: int
    q: int
    d: int

    def sign(self, message: bytes) -> str:
        """The signature in base64."""
        n = self.p * self.q
        size = (n.bit_length() + 7) // 8
        padded = int.from_bytes(_padded(message, size), "big")
        one = pow(padded, self.d % (self.p - 1), self.p)
        other = pow(padded, self.d % (self.q - 1), self.q)
        found = other + self.q * ((one - other) * pow(self.q, -1, self.p) % self.p)
        return base64.b64encode(found.to_bytes(size, "big")).decode()


def public(pem: str) -> Public:
    numbers = load_pem_public_key(pem.encode()).public_numbers()  # type: ignore[union-attr]
    return Public(numbers.n, numbers.e)  # type: ignore[union-attr]


def private(pem: str) -> Private:
    numbers = load_pem_private_key(pem.encode(), None).private_numbers()  # type: ignore[union-attr]
    return Private(numbers.p, numbers.q, numbers.d)  # type: ignore[union-attr]


def _padded(message: bytes, size: int) -> bytes:
    digest = DIGEST_INFO + hashlib.sha256(message).digest()
    return b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
