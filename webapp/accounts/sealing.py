"""Keys made from IDENTITY_KEY: one to seal what a retry needs, one to recognise a number.

Sealed is AES-256-GCM with a random nonce; the account's number is bound in, so that a row
copied to another account does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from webapp.backends.identity import Person

NONCE_BYTES: Final = 12


class Unsealable(Exception):
    """Sealed with another key, for another account, or damaged."""


def seal(person: Person, account_id: int) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = json.dumps([person.name, person.number]).encode()
    return nonce + AESGCM(_key("seal")).encrypt(nonce, plain, str(account_id).encode())


def unseal(sealed: bytes, account_id: int) -> Person:
    """Raises Unsealable."""
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        plain = AESGCM(_key("seal")).decrypt(nonce, rest, str(account_id).encode())
    except (InvalidTag, ValueError):
        raise Unsealable from None
    return Person(*json.loads(plain))


def number_mark(person: Person) -> str:
    """The same for the same number, and of no use without the key."""
    return _mark(person.number)


def pair_mark(person: Person) -> str:
    return _mark(f"{person.name}\n{person.number}")


def _mark(text: str) -> str:
    return hmac.new(_key("mark"), text.encode(), hashlib.sha256).hexdigest()


def _key(purpose: str) -> bytes:
    secret = current_app.config["IDENTITY_KEY"].encode()
    return HKDF(SHA256(), 32, salt=None, info=f"chezhi {purpose} 1".encode()).derive(secret)
