"""The language model: any OpenAI-compatible server, through Haystack's generator.

Whatever it does, a caller waits no longer than the limits below: the request runs in a thread
(a greenlet in the web server) and its connection is shut down from outside when nobody wants
the answer any more. Haystack and its client are imported when first needed, in a real thread;
without LLM_BASE_URL never.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import logging
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import structlog
from flask import Flask, current_app

from webapp.backends.thoughts import Thoughts
from webapp.backends.threads import beside_the_hub

if TYPE_CHECKING:
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.dataclasses import ChatMessage

JSON_SECONDS: Final = 1.5
CONNECT_SECONDS: Final = 2.0
RETRY_SECONDS: Final = 0.3
POLL_SECONDS: Final = 0.1
"""How often a silent model's reader looks whether it is still wanted."""
PAYMENT_REQUIRED: Final = 402

Trouble = Literal["unreachable", "slow", "quota", "cut", "broken"]
"""`quota` is "too many requests" or a refused key's limit; `broken` an answer of no use."""

log = structlog.get_logger(__name__)


class ModelError(Exception):
    """The model gave no whole answer. `retry_after` in seconds, where the server named it."""

    def __init__(self, trouble: Trouble, retry_after: float | None = None) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.retry_after = retry_after


class _Abandoned(Exception):
    """Nobody reads any more; raised inside the stream so that it ends upstream."""


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
            "event_hooks": {"request": [_follow_connection], "response": [_follow_response]},
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


Ask = Callable[["OpenAIChatGenerator", "Callable[[Any], None] | None"], dict[str, Any]]
"""Runs a generator, alone or in a pipeline, with the callback for its pieces; gives what the
generator returned."""


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
        call = _Call(made, ask)
        spoken = False
        try:
            for piece in call.pieces(stopped, started, patience, limits):
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
    made = generator()
    if made is None:
        raise ModelError("unreachable")
    wanted: dict[str, Any] = {"type": "json_object"}
    if schema is not None:
        named = {"name": "answer", "strict": True, "schema": dict(schema)}
        wanted = {"type": "json_schema", "json_schema": named}
    options = {"response_format": wanted, "temperature": 0.0}
    call = _Call(made, asking(messages, options), streaming=False)
    try:
        text = "".join(call.pieces(lambda: False, time.monotonic(), seconds, _settings()))
    finally:
        call.abandon()
    try:
        found = json.loads(text.strip().removeprefix("```json").strip("`\n "))
    except ValueError as error:
        raise ModelError("broken") from error
    if not isinstance(found, dict):
        raise ModelError("broken")
    return found


_END: Final = object()
_current: contextvars.ContextVar[_Call | None] = contextvars.ContextVar("call", default=None)


class _Call:
    """One request in a thread of its own; what it brings goes through a queue."""

    def __init__(
        self,
        made: OpenAIChatGenerator,
        ask: Ask,
        *,
        streaming: bool = True,
    ) -> None:
        self._made = made
        self._ask = ask
        self._streaming = streaming
        self._arrived: queue.Queue[Any] = queue.Queue()
        self._abandoned = threading.Event()
        self._socket: socket.socket | None = None
        self._response: Any = None
        self._begun = False
        threading.Thread(target=self._run, name="model", daemon=True).start()

    def pieces(
        self,
        stopped: Callable[[], bool],
        started: float,
        first_token_seconds: float,
        limits: _Settings,
    ) -> Iterator[str]:
        limit = started + first_token_seconds
        spoken = False
        thoughts = Thoughts()
        while not stopped():
            now = time.monotonic()
            if now > limit:
                raise ModelError("cut" if spoken else "slow")
            try:
                arrived = self._arrived.get(timeout=min(POLL_SECONDS, limit - now + 0.001))
            except queue.Empty:
                continue
            if arrived is _END:
                return
            if isinstance(arrived, ModelError):
                raise arrived
            silent = time.monotonic() + limits.silent_seconds
            limit = min(silent, started + limits.answer_seconds)
            if visible := thoughts.without(arrived):
                spoken = True
                yield visible

    def abandon(self) -> None:
        """Close the request, whatever it is doing. Safe to repeat."""
        self._abandoned.set()
        if self._socket is not None:
            # Closing would not wake a thread that waits in recv; shutting down does.
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def follow_response(self, response: Any) -> None:
        self._response = response

    def follow(self, opened: socket.socket) -> None:
        self._socket = opened
        if self._abandoned.is_set():
            self.abandon()

    def _run(self) -> None:
        _current.set(self)
        try:
            # A pipeline copies its inputs; a plain function stays what it is.
            take = (lambda chunk: self._take(chunk)) if self._streaming else None
            result = self._ask(self._made, take)
            (reply,) = result["replies"]
            if not self._streaming:
                self._arrived.put(reply.text or "")
            elif reply.meta.get("finish_reason") in (None, "length"):
                # Without a reason the stream broke; at the limit the last sentence is not whole.
                raise ModelError("cut" if reply.text else "broken")
            self._arrived.put(_END)
        except Exception as error:  # the client raises many kinds, a bad stream any kind
            reason = _reason(error)
            if not isinstance(reason, _Abandoned):
                told = reason if isinstance(reason, ModelError) else _translated(reason)
                self._arrived.put(told)
        finally:
            # Left to the garbage collector, a stream that was not read to its end is closed
            # at any time, in whatever thread, and that may hold the client's lock just then.
            if self._response is not None:
                self._response.close()

    def _take(self, chunk: Any) -> None:
        if self._abandoned.is_set():
            raise _Abandoned
        # A later piece without text is one of a model that still thinks: it is alive.
        if chunk.content or self._begun:
            self._arrived.put(chunk.content or "")
        self._begun = True


def _follow_connection(request: Any) -> None:
    """Event hook of the HTTP client: note the socket this request's call opens."""
    call = _current.get()
    if call is None:
        return

    def trace(event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            opened = info["return_value"].get_extra_info("socket")
            if opened is not None:
                call.follow(opened)

    request.extensions["trace"] = trace
    # Reaching a server must not take as long as waiting for its words.
    request.extensions["timeout"] = request.extensions.get("timeout", {}) | {
        "connect": CONNECT_SECONDS
    }


def _follow_response(response: Any) -> None:
    call = _current.get()
    if call is not None:
        call.follow_response(response)


def _reason(error: Exception) -> BaseException:
    """The error itself, not the pipeline's report of it."""
    from haystack.core.errors import PipelineRuntimeError

    if isinstance(error, PipelineRuntimeError) and error.__cause__ is not None:
        return error.__cause__
    return error


def _translated(error: BaseException) -> ModelError:
    """What went wrong in our words; nothing of the server's answer is kept or logged."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return ModelError("slow")
    if isinstance(error, openai.RateLimitError):
        return ModelError("quota", _seconds(error.response.headers.get("retry-after")))
    if isinstance(error, openai.APIStatusError):
        if error.status_code == PAYMENT_REQUIRED:
            return ModelError("quota")
        return ModelError("unreachable" if error.status_code >= 500 else "broken")
    if isinstance(error, openai.APIConnectionError):
        return ModelError("unreachable")
    if type(error).__module__.partition(".")[0] in ("httpx", "httpx2", "httpcore", "httpcore2"):
        return ModelError("cut")
    return ModelError("broken")


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
