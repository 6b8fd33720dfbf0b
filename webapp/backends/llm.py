"""The language model: any OpenAI-compatible server, through Haystack's generator.

Whatever it does, a caller waits no longer than the limits below: the request runs in a thread
(a greenlet in the web server) and its connection is shut down from outside when nobody wants
the answer any more. Haystack and its client are imported when first needed, in a real thread;
without LLM_BASE_URL never.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog
from flask import Flask, current_app

from webapp.backends.model_call import (
    Ask,
    Call,
    ModelError,
    Trouble,
    follow_connection,
    follow_response,
)
from webapp.backends.threads import beside_the_hub

if TYPE_CHECKING:
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.dataclasses import ChatMessage

JSON_SECONDS: Final = 1.5
RETRY_SECONDS: Final = 0.3

__all__ = ["ModelError", "Tool", "Trouble", "ask_json", "ask_tools", "asking", "stream"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Settings:
    address: str
    model: str
    key: str | None
    silent_seconds: float
    answer_seconds: float
    temperature: float
    max_tokens: int


_made: dict[_Settings, OpenAIChatGenerator] = {}
_making: Final = threading.Lock()


def is_configured() -> bool:
    return current_app.config["LLM_BASE_URL"] is not None


def generator() -> OpenAIChatGenerator | None:
    """The generator of this process, shared by all requests; None without LLM_BASE_URL.

    It never connects by itself and never retries: callers have limits of their own. The first
    call takes a second or more, during which others go on; whoever wants it too waits.
    """
    if not is_configured():
        return None
    settings = _settings()
    if settings not in _made:
        with _making:
            if settings not in _made:
                _made[settings] = beside_the_hub(_generator, settings)
    return _made[settings]


def is_ready() -> bool:
    """Whether the generator is made. Where it is not, this has it made meanwhile: for callers
    that would rather go without than wait."""
    if not is_configured():
        return False
    if _settings() in _made:
        return True
    if not _making.locked():
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        threading.Thread(target=_make, args=(app,), name="model client", daemon=True).start()
    return False


def _make(app: Flask) -> None:
    with app.app_context():
        generator()


def _settings() -> _Settings:
    config = current_app.config
    return _Settings(
        config["LLM_BASE_URL"],
        config["LLM_MODEL"],
        config["LLM_API_KEY"],
        config["LLM_FIRST_SECONDS"],
        config["LLM_ANSWER_SECONDS"],
        config["LLM_TEMPERATURE"],
        config["LLM_MAX_TOKENS"],
    )


def _generator(settings: _Settings) -> OpenAIChatGenerator:
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.utils import Secret

    made = OpenAIChatGenerator(
        # The client insists on a key; servers without keys ignore it.
        api_key=Secret.from_token(settings.key or "none"),
        model=settings.model,
        api_base_url=settings.address,
        timeout=settings.silent_seconds,
        max_retries=0,
        generation_kwargs={
            "temperature": settings.temperature,
            "max_tokens": settings.max_tokens,
        },
        http_client_kwargs={
            "event_hooks": {"request": [follow_connection], "response": [follow_response]},
            # One connection an answer, so that shutting it down hurts no other.
            "limits": {"max_keepalive_connections": 0},
            "trust_env": False,
            "follow_redirects": False,
        },
    )
    made.warm_up()
    # Below ERROR it tells of each component that runs and of each answer that was stopped.
    logging.getLogger("haystack").setLevel(logging.ERROR)
    return made


def asking(messages: Sequence[ChatMessage], options: dict[str, Any] | None = None) -> Ask:
    """Puts these messages to the generator as they are."""
    return lambda made, callback: made.run(list(messages), callback, options)


def stream(
    ask: Ask,
    *,
    stopped: Callable[[], bool] = lambda: False,
    first_token_seconds: float | None = None,
) -> Iterator[str]:
    """Pieces of the model's answer to `ask` as they arrive.

    Ends early, and closes the request, once `stopped()` holds or the iterator is closed.
    Raises ModelError; what was yielded before stands. A failure before the first piece is
    tried once more where that may help.
    """
    made = generator()
    if made is None:
        raise ModelError("unreachable")
    limits = _settings()
    patience = limits.silent_seconds if first_token_seconds is None else first_token_seconds
    started = time.monotonic()
    for attempt in (1, 2):
        call = Call(made, ask)
        spoken = False
        try:
            for piece in call.pieces(
                stopped, started, patience, limits.silent_seconds, limits.answer_seconds
            ):
                spoken = True
                yield piece
            return
        except ModelError as error:
            if spoken and error.trouble != "broken":
                error = ModelError("cut")
            log.warning("model", trouble=error.trouble, attempt=attempt, spoken=spoken)
            late = time.monotonic() - started > patience / 2
            if spoken or late or attempt == 2 or error.trouble != "unreachable":
                raise error from None
        finally:
            call.abandon()
        time.sleep(RETRY_SECONDS)


def ask_json(
    messages: Sequence[ChatMessage],
    *,
    seconds: float = JSON_SECONDS,
    schema: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One JSON object from the model, not streamed; `schema` is a JSON schema for servers that
    hold to it. The caller must validate what comes. Raises ModelError, at the latest after
    `seconds`; never tries twice."""
    wanted: dict[str, Any] = {"type": "json_object"}
    if schema is not None:
        named = {"name": "answer", "strict": True, "schema": dict(schema)}
        wanted = {"type": "json_schema", "json_schema": named}
    text = _whole(messages, {"response_format": wanted, "temperature": 0.0}, seconds).text or ""
    try:
        found = json.loads(text.strip().removeprefix("```json").strip("`\n "))
    except ValueError as error:
        raise ModelError("broken") from error
    if not isinstance(found, dict):
        raise ModelError("broken")
    return found


def ask_tools(
    messages: Sequence[ChatMessage], tools: Sequence[Tool], *, seconds: float
) -> ChatMessage:
    """The model's answer where it may call these tools; nothing is carried out. The caller must
    validate names and arguments. Raises ModelError, at the latest after `seconds`; never tries
    twice."""
    # The tools go along as they are on the wire: Haystack would want functions to run.
    listed = [{"type": "function", "function": tool.as_dict()} for tool in tools]
    return _whole(messages, {"tools": listed, "temperature": 0.0}, seconds)


@dataclass(frozen=True)
class Tool:
    """What a model may call; `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "description": self.description,
            "parameters": dict(self.parameters),
        }


def _whole(messages: Sequence[ChatMessage], options: dict[str, Any], seconds: float) -> ChatMessage:
    """One answer that is not streamed. Raises ModelError, at the latest after `seconds`."""
    made = generator()
    if made is None:
        raise ModelError("unreachable")
    call = Call(made, asking(messages, options), streaming=False)
    try:
        for _ in call.pieces(lambda: False, time.monotonic(), seconds, seconds, seconds):
            pass
    finally:
        call.abandon()
    if call.reply is None:
        raise ModelError("broken")
    return call.reply
