"""What `scripts/run` asks the web server once it serves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from scripts.supervise import knowledge_line
from tests.knowledge.conftest import draft
from tests.live import free_port
from webapp.knowledge import service


@pytest.fixture
def settings(app: Flask) -> Iterator[dict[str, Any]]:
    """Where the application is served."""
    app.config["EMBEDDER"] = "none"
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield {"HOST": "0.0.0.0", "PORT": server.port, "BASE_URL": app.config["BASE_URL"]}
    server.shutdown()
    thread.join()
    server.server_close()


def test_how_far_the_knowledge_base_is_can_be_asked_from_outside(settings: dict[str, Any]) -> None:
    service.ingest(collection="samples", drafts=[draft("a", "雨刷条每年更换一次。")])
    assert knowledge_line(settings).startswith("知识库正在准备：0 / 1")
    service.build_words()
    assert knowledge_line(settings).startswith("知识库已准备好：1 段")


def test_a_server_that_does_not_answer_says_nothing() -> None:
    settings = {"HOST": "127.0.0.1", "PORT": free_port(), "BASE_URL": "http://127.0.0.1"}
    assert knowledge_line(settings) == ""
