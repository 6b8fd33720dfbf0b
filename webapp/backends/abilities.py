"""What the configured model can do beside writing: call tools, or at least write JSON.

It is asked once, by a question that any model answers in a few tokens; the answer is kept in
Redis for a day, so that a start does not ask again, and in the process.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

import structlog
from flask import current_app
from redis import Redis, RedisError

from webapp.backends import llm
from webapp.backends.cache import cache_client
from webapp.registry import Answer

if TYPE_CHECKING:
    from haystack.dataclasses import ChatMessage

Ability = Literal["tools", "json", "text"]
"""Calls tools; writes JSON where asked to; only writes."""

KEPT_SECONDS: Final = 86_400
AGAIN_SECONDS: Final = 60.0
"""How soon a model that did not answer is asked again."""
PROBE_SECONDS: Final = 20.0
_TOOL: Final = llm.Tool(
    "note_colour",
    "Notes the colour the user names.",
    {
        "type": "object",
        "properties": {"colour": {"type": "string"}},
        "required": ["colour"],
        "additionalProperties": False,
    },
)
_SAID: Final = {
    "tools": ("calls tools", "会调用工具"),
    "json": ("writes JSON, calls no tools", "会写 JSON，不会调用工具"),
    "text": ("writes text only", "只会写文字，查什么由规则决定"),
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Tried:
    ability: Ability | None
    at: float


_tried: dict[str, _Tried] = {}
"""By what `_key` makes of the settings: one entry but in tests."""


def ability(*, may_ask: bool = False) -> Ability | None:
    """What the model can do; None where none is configured, or it is not known yet. With
    `may_ask` it is found out, which takes up to PROBE_SECONDS twice."""
    if not llm.is_configured():
        return None
    key = _key()
    known = _tried.get(key)
    if known is not None and known.ability is not None:
        return known.ability
    if (kept := _kept(key)) is not None:
        _tried[key] = _Tried(kept, time.monotonic())
        return kept
    if not may_ask or (known is not None and time.monotonic() - known.at < AGAIN_SECONDS):
        return None
    found = _probe()
    _tried[key] = _Tried(found, time.monotonic())
    if found is not None:
        with contextlib.suppress(RedisError):
            _cache().set(key, found, ex=KEPT_SECONDS)
    log.info("model", ability=found)
    return found


def health() -> Answer:
    """The line of the model in `/readyz`: its name and what it can do, never its address."""
    if not llm.is_configured():
        return Answer("ok", "none: answers are composed by rules", "没有设置，回答由规则写成")
    name, known = current_app.config["LLM_MODEL"], ability()
    if known is None:
        not_yet = "not asked yet, or did not answer"
        return Answer("ok", f"{name}: {not_yet}", f"{name}：还没有问过它会什么，或者没有应答")
    english, chinese = _SAID[known]
    return Answer("ok", f"{name}: {english}", f"{name}：{chinese}")


def _probe() -> Ability | None:
    """Ask for a call, then for JSON. None where the model cannot be reached."""
    from haystack.dataclasses import ChatMessage

    asked = [ChatMessage.from_user("Note this colour: blue. Use the tool note_colour.")]
    try:
        if _calls(asked):
            return "tools"
        asked = [ChatMessage.from_user('Answer with this JSON object and nothing else: {"ok": 1}')]
        return "json" if llm.ask_json(asked, seconds=PROBE_SECONDS) else "text"
    except llm.ModelError as error:
        return "text" if error.trouble == "broken" else None


def _calls(asked: list[ChatMessage]) -> bool:
    try:
        answer = llm.ask_tools(asked, [_TOOL], seconds=PROBE_SECONDS)
    except llm.ModelError as error:
        if error.trouble == "broken":  # it refuses requests that have tools
            return False
        raise
    return any(call.tool_name == _TOOL.name for call in answer.tool_calls)


def _kept(key: str) -> Ability | None:
    with contextlib.suppress(RedisError):
        kept = cast("bytes | None", _cache().get(key))
        if kept is not None and kept.decode() in _SAID:
            return cast(Ability, kept.decode())
    return None


def _cache() -> Redis:
    return cache_client(current_app.config["REDIS_URL"])


def _key() -> str:
    config = current_app.config
    which = f"{config['LLM_BASE_URL']}\n{config['LLM_MODEL']}"
    return f"model:ability:{hashlib.sha256(which.encode()).hexdigest()}"
