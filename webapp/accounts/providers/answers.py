"""Reading what providers send: JSON, JSONP or a form, whatever the content type says."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import parse_qsl

from requests import RequestException, Response

from webapp.accounts.providers.base import LoginFailed

LONGEST: Final = 64 * 1024


def read_answer(response: Response) -> dict[str, Any]:
    """The body as a dictionary. Raises LoginFailed(busy) for anything else.

    Providers name no charset, or the wrong one; the bytes are UTF-8.
    """
    if response.status_code >= 500:
        raise LoginFailed("busy", f"http {response.status_code}")
    try:
        text = response.content[:LONGEST].decode("utf-8").strip()
        found = _read(text)
    except (UnicodeDecodeError, ValueError, RequestException) as error:
        raise LoginFailed("busy", "unreadable") from error
    if not isinstance(found, dict) or not found:
        raise LoginFailed("busy", "unreadable")
    return found


def _read(text: str) -> Any:
    if text.startswith("callback("):
        text = text[text.index("(") + 1 : text.rindex(")")].strip()
    if text.startswith("{"):
        return json.loads(text)
    return dict(parse_qsl(text, strict_parsing=True))


def text_of(answer: dict[str, Any], key: str) -> str:
    """A field as text; empty where it is missing, null or no text."""
    value = answer.get(key)
    return value if isinstance(value, str) else ""
