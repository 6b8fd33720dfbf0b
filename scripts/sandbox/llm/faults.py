"""The faults a model can be asked for by name.

By the control API (`POST /_sandbox/faults {"name": "cut"}`, for the next request), by the header
`X-Sandbox-Fault: slow-tokens=0.3, cut`, or for every request by the name of the model:
`sandbox:slow-first-token=3`.
"""

from __future__ import annotations

import json
from typing import Any, Final

from scripts.sandbox.frame import Rule
from scripts.sandbox.llm.wire import error

MODEL: Final = "sandbox"

JSON: Final = {"Content-Type": "application/json"}


def _failure(message: str, kind: str, code: str) -> str:
    return json.dumps(error(message, kind, code))


SERVER_ERROR: Final = _failure("The server had an error", "server_error", "internal_error")
RATE_LIMIT: Final = _failure("Rate limit reached", "requests", "rate_limit_exceeded")
NO_QUOTA: Final = _failure("Current quota exceeded", "insufficient_quota", "insufficient_quota")

# Name: (what it does in words, its action, the key of the action a number replaces).
NAMED: Final[dict[str, tuple[str, dict[str, Any], str]]] = {
    "slow-first-token": ("首字慢", {"first_token": 10.0}, "first_token"),
    "slow-tokens": ("逐字慢", {"pace": 0.5}, "pace"),
    "cut": ("中途断开", {"cut_after": 5}, "cut_after"),
    "stall": ("中途停住不动", {"stall_after": 5}, "stall_after"),
    "rate-limited": (
        "429 请求过多",
        {"status": 429, "body": RATE_LIMIT, "headers": JSON | {"Retry-After": "2"}},
        "retry_after",
    ),
    "no-quota": ("429 额度用完", {"status": 429, "body": NO_QUOTA, "headers": JSON}, ""),
    "error": ("500 服务器错误", {"status": 500, "body": SERVER_ERROR, "headers": JSON}, "status"),
    "drop": ("不回答就断开", {"drop": True}, ""),
    "html": ("返回网页", {"html": True}, ""),
    "wrong-json": ("写出坏的 JSON", {"wrong_json": True}, ""),
    "wrong-stream": ("流里夹着坏数据", {"wrong_stream": True}, ""),
    "empty": ("空回答", {"empty": True}, ""),
    "too-long": ("写到长度上限", {"too_long": True}, ""),
    "hallucinated-number": ("编造数字", {"hallucinated_number": True}, ""),
    "obeys-injection": ("听从注入的指令", {"obeys_injection": True}, ""),
}


def named(name: str, **match: Any) -> list[Rule]:
    """The rule of one fault such as `cut` or `cut=3`. Raises KeyError for an unknown name."""
    return [Rule(match, action_of(name), name=name)]


def action_of(text: str) -> dict[str, Any]:
    name, _, given = text.strip().partition("=")
    _, action, key = NAMED[name]
    if not given:
        return dict(action)
    number = float(given)
    if not key or number < 0:
        raise ValueError(f"{text} is no fault: {name} takes no such number")
    if key == "retry_after":
        return action | {"headers": JSON | {"Retry-After": f"{number:g}"}}
    return action | {key: int(number) if isinstance(action[key], int) else number}


def from_request(model: str, header: str) -> dict[str, Any]:
    """The actions named by model and header together. Raises KeyError or ValueError."""
    listed = model.partition(":")[2] if model.startswith(f"{MODEL}:") else ""
    actions: dict[str, Any] = {}
    for name in filter(None, (part.strip() for part in f"{listed},{header}".split(","))):
        actions |= action_of(name)
    return actions
