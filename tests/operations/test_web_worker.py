"""What one client may hold of the web server's worker."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gevent
import pytest
from gunicorn.workers.base_async import AsyncWorker
from werkzeug.exceptions import RequestTimeout

from scripts import web_worker
from scripts.web_worker import BODY_BYTES_A_SECOND, BODY_SECONDS, PER_NETWORK, PacedReader
from tests.live import LiveServer, live_server

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, blank: Path) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("worker"), like=blank) as live:
        yield live


def connect(server: LiveServer, *, source: str) -> socket.socket:
    port = urlsplit(server.url).port
    made = socket.create_connection(("127.0.0.1", port), 10, source_address=(source, 0))
    made.settimeout(10)
    return made


def test_one_network_cannot_take_all_connections(server: LiveServer) -> None:
    with ExitStack() as stack:
        for _ in range(PER_NETWORK):
            stack.enter_context(connect(server, source="127.0.0.66")).send(b"GET / HTTP/1.1\r\n")
        refused = stack.enter_context(connect(server, source="127.0.0.66"))
        answer = refused.recv(1000)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert "同一网络" in answer.decode()
        other = stack.enter_context(connect(server, source="127.0.0.67"))
        other.send(GET)
        assert other.recv(1000).startswith(b"HTTP/1.1 200 ")
    again = connect(server, source="127.0.0.66")
    with again:
        again.send(GET)
        assert again.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert "Traceback" not in server.log.read_text("utf-8")


def reader(read: Callable[[int], bytes]) -> Any:
    return type("Reader", (), {"read": staticmethod(read)})()


def test_a_body_that_trickles_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_worker, "BODY_SECONDS", 0.05)

    def trickle(size: int) -> bytes:
        gevent.sleep(0.01)
        return b"x"

    paced = PacedReader(reader(trickle))
    assert paced.read(1000) == b"x"
    with pytest.raises(RequestTimeout):
        _ = [paced.read(1000) for _ in range(100)]


def test_a_body_that_comes_slowly_but_well_may_take_its_time() -> None:
    now = 0.0

    def slowly(size: int) -> bytes:
        nonlocal now
        now += size / BODY_BYTES_A_SECOND
        return b"x" * size

    paced = PacedReader(reader(slowly), clock=lambda: now)
    total = sum(len(paced.read(2**20)) for _ in range(50))
    assert total > BODY_SECONDS * BODY_BYTES_A_SECOND * 10


def test_a_worker_takes_as_many_connections_at_once_as_it_has() -> None:
    """One by one while it is calm, so that workers get equal shares; the line of a flood is gone
    in a few rounds."""
    held, rounds = 0, 0
    while held < PER_NETWORK:
        held, rounds = held + web_worker.accepted_at_once(held), rounds + 1
    assert rounds < 12
    assert web_worker.accepted_at_once(0) == web_worker.accepted_at_once(1) == 1
    assert web_worker.accepted_at_once(10_000) == web_worker.MOST_ACCEPTED


def test_what_a_client_does_not_read_fills_little_of_the_kernel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = socket.socketpair()
    kept: list[int] = []

    def write(worker: object, listener: object, client: socket.socket, address: object) -> None:
        client.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                kept.append(client.send(b"x" * 16_384))

    monkeypatch.setattr(AsyncWorker, "handle", write)
    worker = web_worker.Worker.__new__(web_worker.Worker)
    worker._clients = {}
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * web_worker.UNREAD_BYTES)
        worker._serve(None, ours, None)
    assert 0 < sum(kept) <= 2 * web_worker.UNREAD_BYTES
