"""One request to a model, in a thread of its own, that ends when nobody wants it any more."""

from __future__ import annotations

import contextlib
import contextvars
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from webapp.backends.thoughts import Thoughts

if TYPE_CHECKING:
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.dataclasses import ChatMessage

CONNECT_SECONDS: Final = 2.0
POLL_SECONDS: Final = 0.1
"""How often a silent model's reader looks whether it is still wanted."""
PAYMENT_REQUIRED: Final = 402

Trouble = Literal["unreachable", "slow", "quota", "cut", "broken"]
"""`quota` is "too many requests" or a refused key's limit; `broken` an answer of no use."""
Ask = Callable[["OpenAIChatGenerator", "Callable[[Any], None] | None"], dict[str, Any]]
"""Runs a generator, alone or in a pipeline, with the callback for its pieces; gives what the
generator returned."""


class ModelError(Exception):
    """The model gave no whole answer. `retry_after` in seconds, where the server named it."""

    def __init__(self, trouble: Trouble, retry_after: float | None = None) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.retry_after = retry_after


class _Abandoned(Exception):
    """Nobody reads any more; raised inside the stream so that it ends upstream."""


_END: Final = object()
_current: contextvars.ContextVar[Call | None] = contextvars.ContextVar("call", default=None)


class Call:
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
        self.reply: ChatMessage | None = None
        """The answer of a request that does not stream."""
        threading.Thread(target=self._run, name="model", daemon=True).start()

    def pieces(
        self,
        stopped: Callable[[], bool],
        started: float,
        first_token_seconds: float,
        silent_seconds: float,
        answer_seconds: float,
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
            silent = time.monotonic() + silent_seconds
            limit = min(silent, started + answer_seconds)
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
                self.reply = reply
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


def follow_connection(request: Any) -> None:
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


def follow_response(response: Any) -> None:
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
