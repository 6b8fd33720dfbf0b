"""A model server on loopback whose every answer a test writes: a function of the request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Request = dict[str, Any]


@dataclass
class ModelServer:
    """`answer` takes the handler and the request and writes whatever it likes.

    `requests` are the bodies received, `closed` is set once a client has gone away early.
    """

    url: str
    answer: Callable[[Reply, Request], None]
    requests: list[Request] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


class Reply:
    """What a handler can send."""

    def __init__(self, handler: BaseHTTPRequestHandler, server: ModelServer) -> None:
        self._handler = handler
        self._server = server

    def refuse(self, status: int, **headers: str) -> None:
        body = b'{"error": {"message": "no"}}'
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Content-Length", str(len(body)))
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def whole(self, text: str) -> None:
        """An answer that is not streamed."""
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self._json(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [choice],
            }
        )

    def _json(self, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Content-Length", str(len(body)))
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def begin(self) -> None:
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "text/event-stream")
        self._handler.end_headers()
        self.raw(": hello\n\n")

    def raw(self, text: str) -> None:
        self._handler.wfile.write(text.encode())
        self._handler.wfile.flush()

    def piece(self, text: str | None, finish: str | None = None) -> None:
        delta = {} if text is None else {"content": text}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        said = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": [choice],
        }
        self.raw(f"data: {json.dumps(said)}\n\n")

    def end(self) -> None:
        self.piece(None, "stop")
        self.raw("data: [DONE]\n\n")

    def say(self, text: str, size: int = 4) -> None:
        """A whole streamed answer in pieces of `size` characters."""
        self.begin()
        for start in range(0, len(text), size):
            self.piece(text[start : start + size])
        self.end()

    def wait_for_goodbye(self) -> None:
        """Be silent until the client closes its connection, or the test ends."""
        self._handler.connection.settimeout(20)
        if self._handler.connection.recv(1) == b"":
            self._server.closed.set()

    def wait_for_release(self) -> None:
        self._server.release.wait(20)


@contextmanager
def model_server(answer: Callable[[Reply, Request], None]) -> Iterator[ModelServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = json.loads(body) | {"authorization": self.headers.get("Authorization")}
            served.requests.append(request)
            try:
                served.answer(Reply(self, served), request)
            except (BrokenPipeError, ConnectionResetError):
                served.closed.set()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = ModelServer(f"http://127.0.0.1:{server.server_port}/v1", answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        served.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
