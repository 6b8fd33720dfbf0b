"""Keys made from IDENTITY_KEY: one to seal what a retry of a real-name check needs, one to
recognise a number. Keys made from SECRET_KEY: the same for the login of staff.

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
    return _seal(_key("seal"), json.dumps([person.name, person.number]), account_id)


def unseal(sealed: bytes, account_id: int) -> Person:
    """Raises Unsealable."""
    return Person(*json.loads(_unseal(_key("seal"), sealed, account_id)))


def seal_secret(secret: str, account_id: int) -> bytes:
    """The key of somebody's codes, for the database and for the form that sets it up."""
    return _seal(_staff_key("seal"), secret, account_id)


def unseal_secret(sealed: bytes, account_id: int) -> str:
    """Raises Unsealable."""
    return _unseal(_staff_key("seal"), sealed, account_id)


def login_mark(name: str) -> str:
    """The same for the same name that was typed at the staff login."""
    return hmac.new(_staff_key("mark"), name.encode(), hashlib.sha256).hexdigest()


def number_mark(person: Person) -> str:
    """The same for the same number, and of no use without the key."""
    return _mark(person.number)


def pair_mark(person: Person) -> str:
    return _mark(f"{person.name}\n{person.number}")


def _mark(text: str) -> str:
    return hmac.new(_key("mark"), text.encode(), hashlib.sha256).hexdigest()


def _seal(key: bytes, plain: str, account_id: int) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain.encode(), str(account_id).encode())


def _unseal(key: bytes, sealed: bytes, account_id: int) -> str:
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, str(account_id).encode()).decode()
    except (InvalidTag, ValueError):
        raise Unsealable from None


def _key(purpose: str) -> bytes:
    return _derived(current_app.config["IDENTITY_KEY"], purpose)


def _staff_key(purpose: str) -> bytes:
    return _derived(current_app.config["SECRET_KEY"], f"staff {purpose}")


def _derived(secret: str, purpose: str) -> bytes:
    info = f"chezhi {purpose} 1".encode()
    return HKDF(SHA256(), 32, salt=None, info=info).derive(secret.encode())
