"""Workers that are killed, told to end, or kept from writing: nobody waits for ever."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Event, Request, TextMessage

from tests.assistant.conftest import Frame, Talker, visitor_cookie
from tests.live import LiveServer, children
from webapp.assistant import service
from webapp.assistant.live.follow import POLL_SECONDS
from webapp.assistant.live.registry import RENEW_SECONDS
from webapp.config.sqlite import BUSY_MILLISECONDS


def processor_seconds(pid: int) -> float:
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def end_workers(server: LiveServer, number: int) -> None:
    for pid in children(server.pid):
        os.kill(pid, number)


def wait_until_replaced(server: LiveServer, workers: list[int]) -> None:
    """A worker that was told to end refuses sockets for as long as it goes on serving pages."""
    for _ in range(400):
        there = children(server.pid)
        if there and not set(there) & set(workers):
            return
        time.sleep(0.05)  # another process: it can only be looked at again
    raise AssertionError("a worker that was told to end is still there")


def test_after_a_killed_worker_the_visitor_gets_an_error_and_may_ask_again(
    server: LiveServer,
) -> None:
    cookie = visitor_cookie(server)
    talker = Talker(server, cookie)
    talker.send(type="ask", text="endless")
    seen = talker.frames(4)
    end_workers(server, signal.SIGKILL)
    talker.drop()

    again = reconnected(server, cookie)
    where = {"conversation": seen[0]["conversation"]}
    again.send(type="resume", after=len(seen), **where)
    rest = again.frames()
    assert [frame["seq"] for frame in seen + rest] == list(range(1, len(seen + rest) + 1))
    assert (rest[-1]["type"], rest[-1]["code"]) == ("error", "interrupted")
    assert rest[-1]["retry_after"] >= 0
    assert RENEW_SECONDS + BUSY_MILLISECONDS / 1000 < service.LEASE_SECONDS
    assert service.LEASE_SECONDS + POLL_SECONDS < 15
    again.send(type="ask", again=rest[-1]["turn"], **where)
    assert [frame["type"] for frame in again.frames(3)] == ["status", "status", "text"]
    again.send(type="stop")
    again.frames()
    again.drop()


def test_a_worker_in_the_place_of_a_killed_one_imports_nothing_again(server: LiveServer) -> None:
    end_workers(server, signal.SIGKILL)
    reconnected(server, "").drop()
    # Importing the product takes three times as much.
    assert max(processor_seconds(worker) for worker in children(server.pid)) < 0.5


def test_a_worker_told_to_end_lets_short_answers_end_and_closes_with_1012(
    server: LiveServer,
) -> None:
    cookie = visitor_cookie(server)
    idle, brief, long = (Talker(server, cookie) for _ in range(3))
    brief.send(type="ask", text="pieces 6 0.1")
    long.send(type="ask", text="endless")
    idle.send(type="ping")
    for talker in (idle, brief, long):
        talker.frame()
    workers = children(server.pid)
    end_workers(server, signal.SIGTERM)

    assert idle.closed_with() == 1012
    assert brief.frames()[-1]["type"] == "done"
    last = long.frames()[-1]
    assert (last["type"], last["code"]) == ("error", "interrupted")
    assert long.closed_with() == 1012
    for talker in (idle, brief, long):
        talker.drop()
    wait_until_replaced(server, workers)


def test_a_reader_that_pauses_delays_nobody_and_gets_every_frame_whole(
    server: LiveServer,
) -> None:
    slow = Sleeper(server, visitor_cookie(server))
    slow.send({"type": "ask", "text": "flood 120"})
    other = Talker(server, visitor_cookie(server))
    assert other.ask("pieces 20 0.1")[-1]["type"] == "done"
    other.drop()

    told = slow.wake()
    assert [frame["seq"] for frame in told] == list(range(1, len(told) + 1))
    assert sum(len(frame["text"]) for frame in told if frame["type"] == "text") == 120 * 60_000
    assert told[-1]["type"] == "done"


def test_a_slow_reader_that_asks_for_the_beginning_again_gets_every_frame_whole(
    server: LiveServer,
) -> None:
    cookie = visitor_cookie(server)
    other = Talker(server, cookie)
    where = {"conversation": other.ask("pieces 1 0")[0]["conversation"]}
    slow = Sleeper(server, cookie)
    slow.send({"type": "ask", "text": "flood 120", **where})
    assert other.ask("pieces 10 0.1")[-1]["type"] == "done"  # by now a frame is half sent
    other.drop()
    slow.send({"type": "resume", "after": 0, **where})

    numbers = [frame["seq"] for frame in slow.wake()]
    begins = [place for place, number in enumerate(numbers) if number == 1]
    assert begins[0] == 0
    for begin, end in zip(begins, [*begins[1:], len(numbers)], strict=True):
        assert numbers[begin:end] == list(range(1, end - begin + 1))
    assert len(begins) == 2


class Sleeper:
    """A visitor whose socket is read only after `wake`, with next to no buffer of its own."""

    def __init__(self, server: LiveServer, cookie: str) -> None:
        host = urlsplit(server.url)
        self._sock = socket.socket()
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._sock.settimeout(20)
        self._sock.connect((host.hostname, host.port))
        self._wire = WSConnection(ConnectionType.CLIENT)
        headers = [(b"Cookie", cookie.encode())]
        request = Request(host=host.netloc, target="/assistant/socket", extra_headers=headers)
        self._sock.sendall(self._wire.send(request))
        while not any(isinstance(event, AcceptConnection) for event in self._events()):
            pass

    def send(self, message: dict[str, object]) -> None:
        self._sock.sendall(self._wire.send(TextMessage(data=json.dumps(message))))

    def wake(self) -> list[Frame]:
        told: list[Frame] = []
        body = ""
        while not told or told[-1]["type"] not in ("done", "error"):
            for event in self._events():
                assert isinstance(event, TextMessage)
                body += event.data
                if event.message_finished:
                    told.append(json.loads(body))
                    body = ""
        self._sock.close()
        return told

    def _events(self) -> Iterator[Event]:
        received = self._sock.recv(65536)
        assert received, "the server closed the connection"
        self._wire.receive_data(received)
        yield from self._wire.events()


def reconnected(server: LiveServer, cookie: str) -> Talker:
    """As soon as there is a worker again."""
    for _ in range(100):
        try:
            return Talker(server, cookie)
        except OSError:
            time.sleep(0.1)  # another process: it can only be looked at again
    raise AssertionError("no worker came back")
