"""A live server with the scripted answerer, and visitors who talk to it over the socket."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from simple_websocket import Client, ConnectionClosed

from tests.live import LiveServer, live_server

Frame = dict[str, Any]
SECONDS = 60.0


class Talker:
    """One open socket of a visitor."""

    def __init__(self, server: LiveServer, cookie: str, **headers: str) -> None:
        given = {"Cookie": cookie, **headers} if cookie else headers
        address = server.url.replace("http:", "ws:") + "/assistant/socket"
        self.socket = Client.connect(address, headers=given)

    def send(self, **message: object) -> None:
        self.socket.send(json.dumps(message, ensure_ascii=False))

    def frame(self) -> Frame:
        body = self.socket.receive(timeout=SECONDS)
        assert body is not None, "no frame came"
        read: Frame = json.loads(body)
        return read

    def frames(self, count: int | None = None) -> list[Frame]:
        """So many frames, or all up to the last of the turn."""
        found: list[Frame] = []
        while count is None or len(found) < count:
            found.append(self.frame())
            if found[-1]["type"] in ("done", "error"):
                break
        return found

    def ask(self, text: str, **more: object) -> list[Frame]:
        self.send(type="ask", text=text, **more)
        return self.frames()

    def closed_with(self) -> int:
        """The code the server closes with; frames before it are dropped."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                self.socket.receive(timeout=1)
            except ConnectionClosed as closed:
                return int(closed.reason)
        raise AssertionError("the socket stayed open")

    def drop(self) -> None:
        """Break off without a word, as a phone in a tunnel does."""
        with contextlib.suppress(OSError):  # closed already
            self.socket.sock.shutdown(socket.SHUT_RDWR)
        self.socket.thread.join(SECONDS)
        self.socket.sock.close()


def visitor_cookie(server: LiveServer) -> str:
    answer = requests.get(server.url + "/assistant/", timeout=SECONDS)
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory, blank: Path) -> Iterator[LiveServer]:
    """Two workers, so that who resumes may get the one that does not write the answer."""
    folder = tmp_path_factory.mktemp("talk")
    app = "tests.assistant.served:app"
    with live_server(folder, like=blank, application=app, WEB_WORKERS="2") as live:
        yield live


@pytest.fixture
def cookie(server: LiveServer) -> str:
    return visitor_cookie(server)


@pytest.fixture
def talk(server: LiveServer, cookie: str) -> Iterator[Callable[..., Talker]]:
    """Opens sockets of one visitor, closed when the test ends."""
    opened: list[Talker] = []

    def connect(**headers: str) -> Talker:
        opened.append(Talker(server, headers.pop("cookie", cookie), **headers))
        return opened[-1]

    yield connect
    for talker in opened:
        talker.drop()


@pytest.fixture
def folder(server: LiveServer) -> Path:
    return server.var_dir
