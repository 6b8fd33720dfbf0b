"""Where an approval may lead back to."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def host_of(address: str, *, local: tuple[str, ...]) -> str | None:
    """The host of a callback address; None where it is no address, or names a port.

    A port is let pass with the hosts in `local`, which no provider does.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None:
        return None
    return parts.hostname if port is None or parts.hostname in local else None


def with_parameters(address: str, **parameters: str) -> str:
    """The address with parameters added to its query."""
    parts = urlsplit(address)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *parameters.items()]
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))
