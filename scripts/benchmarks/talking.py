"""Applications for `scripts/bench sockets`: answers that say when each piece was made.

`app` is the product; a question "stream N SECONDS" gets N pieces so long apart instead of an
answer, each the monotonic time of this machine. `bare` is flask-sock alone, doing the same
without storing, checking or counting anything: the yardstick.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
from flask import Flask
from flask_sock import Sock

from webapp import create_app
from webapp.assistant import live
from webapp.assistant.answering.answer import answer
from webapp.assistant.events import (
    Answer,
    Done,
    Event,
    Paragraph,
    Question,
    Sentence,
    Status,
    Text,
)


def stamped(question: Question, stop: Callable[[], bool]) -> Iterator[Event]:
    if not question.text.startswith("stream "):
        yield from answer(question, stop)
        return
    yield Status("stamping")
    for stamp in _stamps(question.text):
        yield Text(stamp)
    yield Done(Answer("other", (Paragraph((Sentence("done"),)),)))


def _stamps(text: str) -> Iterator[str]:
    _, count, apart = text.split()
    for _ in range(int(count)):
        gevent.sleep(float(apart))
        yield f"{time.monotonic():.4f} "


app = create_app()
live.init_app(app, stamped)

bare = Flask(__name__)
_sock = Sock(bare)


@bare.get("/")
@bare.get("/assistant/")
def index() -> str:
    return "ok"


@_sock.route("/assistant/socket")  # type: ignore[untyped-decorator]
def talk(ws: Any) -> None:
    while True:
        message = json.loads(ws.receive())
        if message["type"] == "ping":
            ws.send(json.dumps({"type": "pong"}))
            continue
        question = message["text"]
        ws.send(json.dumps({"type": "status"}))
        for stamp in _stamps(question):
            ws.send(json.dumps({"type": "text", "text": stamp}))
        ws.send(json.dumps({"type": "done"}))
