"""HTTP calls to the channels: bounded in time and size, without redirects, proxies or cookies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import requests

from webapp.backends.payments.port import CONNECT_SECONDS, READ_SECONDS, Channel, Unknown

LONGEST_ANSWER: Final = 256 * 1024
LONGEST_BILL: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    channel: Channel,
    method: str,
    address: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    longest: int = LONGEST_ANSWER,
) -> Answered:
    """One answer. A connection that could not be made is tried once more; else there is no second
    attempt, because the first may have had its effect. Raises Unknown.

    Errors of `requests` hold addresses: they are never passed on, not even as a cause.
    """
    for last in (False, True):
        try:
            return _called(channel, method, address, dict(headers), body, longest)
        except requests.ConnectTimeout:
            if last:
                raise Unknown(channel, "no connection in time") from None
        except requests.RequestException as error:
            raise Unknown(channel, type(error).__name__) from None
    raise AssertionError("unreachable")


def _called(
    channel: Channel, method: str, address: str, headers: dict[str, str], body: bytes, longest: int
) -> Answered:
    with requests.Session() as session:
        session.trust_env = False
        with session.request(
            method,
            address,
            headers=headers,
            data=body,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            read = bytearray()
            for part in answer.iter_content(64 * 1024):
                read += part
                if len(read) > longest:
                    raise Unknown(channel, "its answer is too long")
            return Answered(answer.status_code, dict(answer.headers), bytes(read))
