"""The server: chat completions, models and embeddings as OpenAI's API has them."""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import BadRequest

from scripts.sandbox import pages, serving
from scripts.sandbox.control import control, sent_json
from scripts.sandbox.frame import Entry
from scripts.sandbox.hooks import Sandbox, cut, linger, watch
from scripts.sandbox.llm import answers, faults, wire
from scripts.sandbox.llm.answers import Reply
from scripts.sandbox.llm.embeddings import DIMENSIONS, embed, packed

STALL_SECONDS: Final = 600.0
MAX_DIMENSIONS: Final = 4096


class Model(Sandbox):
    """The model behind one server, for tests that hold it in their hands.

    `url` goes into LLM_BASE_URL. `pace` is the time between two pieces of an answer, in seconds.
    """

    def __init__(self, pace: float = 0.0) -> None:
        super().__init__()
        self.pace = pace
        self.url = ""
        self._next: deque[Reply] = deque()
        self._ids = itertools.count(1)
        self._lock = threading.Lock()

    def answer_next(self, *replies: Reply | str) -> None:
        """Answer the next requests with these, in order, whatever they ask."""
        with self._lock:
            self._next += [Reply(r) if isinstance(r, str) else r for r in replies]

    def fail_next(self, *names: str) -> None:
        """Disturb the next requests by these faults (`faults.NAMED`), one each."""
        for name in names:
            self.faults.add(*faults.named(name, endpoint="chat"))

    def asked(self) -> list[dict[str, Any]]:
        """The bodies of the chat requests so far."""
        return [json.loads(entry.body) for entry in self.log.entries("chat")]

    def closed_by_client(self, seconds: float = 2.0) -> Entry | None:
        """The first chat request whose client hung up early, waited for at most so long."""

        def closed(entries: list[Entry]) -> list[Entry]:
            return [e for e in entries if e.outcome == "closed by client"]

        self.log.wait_for(closed, seconds)
        return next(iter(closed(self.log.entries("chat"))), None)

    def take_reply(self, body: dict[str, Any]) -> Reply:
        with self._lock:
            return self._next.popleft() if self._next else answers.by_rule(body)

    def next_id(self) -> int:
        return next(self._ids)

    def reset(self) -> None:
        super().reset()
        with self._lock:
            self._next.clear()


@contextlib.contextmanager
def running(pace: float = 0.0, port: int = 0) -> Iterator[Model]:
    """A model behind a server on loopback until the block ends."""
    model = Model(pace)
    with serving.running(create_app(model), port) as address:
        model.url = f"{address}/v1"
        yield model


def create_app(model: Model | None = None, *, pace: float = 0.0) -> Flask:
    """The WSGI application of `model`, or of a new one."""
    model = model or Model(pace)
    app = Flask(__name__, static_folder=None, template_folder=str(pages.TEMPLATES))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]

    def about() -> dict[str, Any]:
        sent = request.get_json(silent=True)
        return {"model": sent.get("model")} if isinstance(sent, dict) else {}

    watch(
        app,
        model,
        endpoints=frozenset({"chat", "models", "embeddings"}),
        about=about,
        asked=lambda: _asked() or {},
    )
    bp = control(model.log, model.clock, model.faults, named=faults.named, reset=model.reset)

    @bp.post("/next")
    def script() -> tuple[Response, int]:
        try:
            replies = [answers.reply_from(reply) for reply in sent_json()["answers"]]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadRequest(f'{{"answers": [...]}} is expected: {error}') from error
        model.answer_next(*replies)
        return jsonify(waiting=len(replies)), 201

    @app.post("/v1/chat/completions")
    def chat() -> Response:
        return refusal() or _chat(model)

    @app.get("/v1/models")
    def models() -> Response:
        entry = {
            "id": faults.MODEL,
            "object": "model",
            "created": 1767225600,
            "owned_by": "sandbox",
        }
        variants = [entry | {"id": f"{faults.MODEL}:{name}"} for name in faults.NAMED]
        return refusal() or jsonify(object="list", data=[entry, *variants])

    @app.post("/v1/embeddings")
    def embeddings() -> Response:
        return refusal() or _embeddings()

    app.register_blueprint(bp)
    app.register_blueprint(
        pages.dashboard(
            model,
            title="语言模型",
            theme="llm",
            labels={name: label for name, (label, _, _) in faults.NAMED.items()},
            named=lambda name: faults.named(name, endpoint="chat"),
            template="llm.html",
            actions={"answer": lambda: model.answer_next(request.form.get("answer", ""))},
        )
    )
    return app


def refusal() -> Response | None:
    """An error for a key that says it is wrong; any other key is as good as none."""
    if "invalid" not in request.headers.get("Authorization", ""):
        return None
    return _error(401, "Incorrect API key provided", "invalid_request_error", "invalid_api_key")


def _error(status: int, message: str, kind: str, code: str | None = None) -> Response:
    g.entry.verdict = message
    response = jsonify(wire.error(message, kind, code))
    response.status_code = status
    return response


def _refused(message: str) -> Response:
    return _error(400, message, "invalid_request_error")


def _body(needed: str) -> dict[str, Any] | None:
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) and body.get(needed) else None


def _asked() -> dict[str, Any] | None:
    """The actions that the model's name and the header ask for; None where one is unknown."""
    sent = request.get_json(force=True, silent=True)
    name = str(sent.get("model", "")) if isinstance(sent, dict) else ""
    try:
        return faults.from_request(name, request.headers.get("X-Sandbox-Fault", ""))
    except (KeyError, ValueError):
        return None


def _chat(model: Model) -> Response:
    body = _body("messages")
    if body is None or not all(isinstance(message, dict) for message in body["messages"]):
        return _refused("messages: a list that is not empty is expected")
    if body.get("n", 1) != 1:
        return _refused("n: only 1 is supported")
    if _asked() is None:
        return _error(404, "no such model, or no such fault", "invalid_request_error")
    g.entry.verdict = "ok"
    doing: dict[str, Any] = g.action
    reply = _reply(model, body, doing)
    head = {
        "id": f"chatcmpl-{model.next_id():08d}",
        "created": int(model.clock.now()),
        "model": body.get("model", faults.MODEL),
    }
    if body.get("stream"):
        return _stream(model, wire.chunks(head, body, reply), doing)
    linger(model, doing.get("first_token", 0.0) + doing.get("pace", 0.0))
    if "cut_after" in doing or "stall_after" in doing:
        linger(model, STALL_SECONDS if "stall_after" in doing else 0.0)
        cut(model)
    return jsonify(wire.completion(head, body, reply))


def _reply(model: Model, body: dict[str, Any], doing: dict[str, Any]) -> Reply:
    messages = body["messages"]
    if doing.get("obeys_injection"):
        return answers.obeying_injection(messages)
    reply = model.take_reply(body)
    if doing.get("hallucinated_number"):
        return answers.with_made_up_number(reply, messages)
    if doing.get("empty"):
        return Reply("")
    if doing.get("too_long"):
        return Reply(reply.content[: len(reply.content) // 2], finish_reason="length")
    if doing.get("wrong_json"):
        calls = tuple((name, f'{arguments[:-1]}, "') for name, arguments in reply.tool_calls)
        return Reply("" if calls else '{"answer": "没有写完', calls)
    return reply


def _stream(model: Model, events: Iterator[str], doing: dict[str, Any]) -> Response:
    """Server-sent events; says in the log how they ended, whoever ended them."""
    pace = float(doing.get("pace", model.pace))
    if doing.get("wrong_stream"):
        events = _with_noise(events)

    entry, started = g.entry, g.started

    def close(outcome: str) -> None:
        model.log.close(entry, outcome, time.monotonic() - started)

    sending = _sending(events, request.environ, entry, close, pace, doing)
    return Response(
        sending, content_type="text/event-stream", headers={"Cache-Control": "no-cache"}
    )


def _sending(
    events: Iterator[str],
    environ: dict[str, Any],
    entry: Entry,
    close: Callable[[str], None],
    pace: float,
    doing: dict[str, Any],
) -> Iterator[bytes]:
    try:
        serving.pause(environ, float(doing.get("first_token", 0.0)))
        for number, event in enumerate(events):
            if number == doing.get("cut_after"):
                close("dropped")
                # A polite end, without the last chunk: what was sent is surely received.
                raise serving.Dropped
            if number == doing.get("stall_after"):
                serving.pause(environ, STALL_SECONDS)
            yield event.encode()
            entry.sent += 1
            serving.pause(environ, pace)
        yield b"data: [DONE]\n\n"
        close("complete")
    finally:
        # Reached first where the server could not write, or the pause saw the client go.
        close("closed by client")


def _with_noise(events: Iterator[str]) -> Iterator[str]:
    for number, event in enumerate(events):
        if number == 3:
            yield ': keep-alive\n\ndata: {"id": "chatcmpl-broken", "choices": [{"delta": \n\n'
        yield event


def _embeddings() -> Response:
    body = _body("input")
    if body is None:
        return _refused("input: text or a list of texts is expected")
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    size = body.get("dimensions", DIMENSIONS)
    if not all(isinstance(text, str) for text in texts):
        return _refused("input: text or a list of texts is expected")
    if not isinstance(size, int) or not 2 <= size <= MAX_DIMENSIONS:
        return _refused(f"dimensions: a number from 2 to {MAX_DIMENSIONS} is expected")
    vectors = [embed(text, size) for text in texts]
    as_text = body.get("encoding_format") == "base64"
    counted = sum(map(len, texts))
    g.entry.verdict = "ok"
    return jsonify(
        object="list",
        model=body.get("model", faults.MODEL),
        data=[
            {"object": "embedding", "index": i, "embedding": packed(v) if as_text else v}
            for i, v in enumerate(vectors)
        ],
        usage={"prompt_tokens": counted, "total_tokens": counted},
    )
