"""A server that is told to end finishes the answers it writes, and takes no others."""

from __future__ import annotations

import http.client
import os
import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.assistant.conftest import SECONDS, Frame, Talker, visitor_cookie
from tests.live import LiveServer, goes_on, live_server

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def test_a_server_told_to_end_writes_its_answers_to_the_last_word_and_takes_nothing_new(
    tmp_path: Path, blank: Path
) -> None:
    app = "tests.assistant.served:app"
    with live_server(tmp_path, like=blank, application=app, DRAIN_SECONDS="20") as server:
        cookie = visitor_cookie(server)
        idle, busy, reader = (Talker(server, cookie) for _ in range(3))
        reader.send(type="ask", text="written 30 0.1")
        busy.send(type="ask", text="written 20 0.1")
        idle.send(type="ping")
        seen = [talker.frame() for talker in (idle, busy, reader)][2:]
        os.kill(server.pid, signal.SIGTERM)

        assert idle.closed_with() == 1012
        assert status(server, "/readyz") == 503
        assert status(server, "/healthz") == 200  # pages are served on
        assert status(server, "/assistant/socket", **HANDSHAKE) == 503  # a proxy asks another one
        busy.send(type="ask", text="pieces 1 0")
        assert busy.closed_with() == 1012  # and asks again where it is heard

        frames = seen + reader.frames()
        assert frames[-1]["type"] == "done"
        assert text_of(frames) == "".join(f"第{n}句。" for n in range(1, 31))
        assert reader.closed_with() == 1012
        ended(server)
        for talker in (idle, busy, reader):
            talker.drop()


def text_of(frames: list[Frame]) -> str:
    return "".join(frame["text"] for frame in frames if frame["type"] == "text")


def status(server: LiveServer, path: str, **headers: str) -> int:
    client = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=SECONDS)
    try:
        client.request("GET", path, headers=headers)
        return client.getresponse().status
    finally:
        client.close()


def ended(server: LiveServer) -> None:
    deadline = time.monotonic() + SECONDS
    while goes_on(server.pid):
        assert time.monotonic() < deadline, "the server goes on"
        time.sleep(0.05)
