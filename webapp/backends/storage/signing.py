"""Addresses on this site that open one stored file until a moment."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from math import ceil
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

from webapp import clock

PATH: Final = "/media/files/"
_PURPOSE: Final = b"addresses of stored files"


class Ticket(NamedTuple):
    """What an address says beside the key; `until` in seconds since 1970."""

    key: str
    until: int
    filename: str = ""
    content_type: str = ""


class Signer:
    """Signs with a key derived from the application's secret."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), _PURPOSE, sha256)

    def address(
        self, key: str, lifetime: timedelta, filename: str | None, content_type: str | None
    ) -> str:
        until = ceil(clock.timestamp() + lifetime.total_seconds())
        ticket = Ticket(key, until, filename or "", content_type or "")
        said = {"until": until, "name": ticket.filename, "type": ticket.content_type}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{PATH}{quote(key)}?{query}&signature={self._signature(ticket)}"

    def read(self, key: str, query: Mapping[str, str]) -> Ticket | None:
        """What an address that we made says; None where it is no such one, or no longer."""
        until = query.get("until", "")
        if not (until.isascii() and until.isdigit() and len(until) <= 12):
            return None
        ticket = Ticket(key, int(until), query.get("name", ""), query.get("type", ""))
        signature = query.get("signature", "").encode()
        if not hmac.compare_digest(signature, self._signature(ticket).encode()):
            return None
        return ticket if clock.timestamp() < ticket.until else None

    def _signature(self, ticket: Ticket) -> str:
        # NUL stands in none of the parts, so that no two tickets are written the same.
        said = "\0".join(str(part) for part in ticket)
        return hmac.digest(self._key, said.encode("utf-8", "surrogatepass"), sha256).hex()[:40]
