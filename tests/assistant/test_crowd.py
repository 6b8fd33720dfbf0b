"""Who may have how many sockets, and how fast they may talk."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from simple_websocket import ConnectionClosed

from webapp.assistant import crowd, socket
from webapp.assistant.crowd import PER_NETWORK, PER_OWNER, PER_PROCESS, Crowd, Full, Pace, Seat


def sit(crowd: Crowd, stack: ExitStack, owner: str, network: str) -> Seat:
    return stack.enter_context(crowd.seated(owner, network))


def test_one_network_gets_its_share_whatever_cookies_it_makes_up() -> None:
    room = Crowd()
    with ExitStack() as stack:
        for n in range(PER_NETWORK):
            sit(room, stack, f"guest:{n}", "192.0.2.1")
        with pytest.raises(Full):
            sit(room, stack, "guest:new", "192.0.2.1")
        sit(room, stack, "guest:new", "192.0.2.2")
    assert PER_NETWORK * 4 <= PER_PROCESS


def test_a_visitor_gets_so_many_wherever_they_come_from_and_nobody_more_than_there_are() -> None:
    room = Crowd()
    with ExitStack() as stack:
        for n in range(PER_OWNER):
            sit(room, stack, "guest:a", f"192.0.2.{n}")
        with pytest.raises(Full):
            sit(room, stack, "guest:a", "192.0.2.99")
        for n in range(PER_PROCESS - PER_OWNER):
            sit(room, stack, f"guest:{n}", f"198.51.100.{n}")
        with pytest.raises(Full):
            sit(room, stack, "guest:b", "203.0.113.1")


def test_nothing_is_remembered_of_sockets_that_are_closed() -> None:
    room = Crowd()
    with ExitStack() as stack:
        for n in range(10):
            sit(room, stack, f"guest:{n}", f"192.0.2.{n}")
        assert len(room) == 10
    assert (len(room), room._owners, room._networks) == (0, {}, {})


def test_a_pace_allows_a_burst_then_so_much_a_second() -> None:
    now = 0.0
    pace = Pace(20, 40, clock=lambda: now)
    assert [pace.take() for _ in range(40)] == [0.0] * 40
    assert pace.take() == pytest.approx(1 / 20)
    now += 1.05
    assert [pace.take() for _ in range(20)] == [0.0] * 20
    assert pace.take() > 0
    now += 1000
    assert [pace.take() for _ in range(40)] == [0.0] * 40
    assert pace.take() > 0


def test_many_sockets_of_one_network_talk_no_faster_than_it_may() -> None:
    room = Crowd()
    with ExitStack() as stack:
        seats = [sit(room, stack, f"guest:{n}", "192.0.2.1") for n in range(100)]
        said = sum(seat.may_speak() for _ in range(20) for seat in seats)
        other = sit(room, stack, "guest:other", "192.0.2.2")
        assert other.may_speak()
    assert said < 100 * 20 / 3


def test_what_is_sent_faster_than_it_is_read_waits() -> None:
    room = Crowd()
    with ExitStack() as stack:
        seat = sit(room, stack, "guest:a", "192.0.2.1")
        assert seat.pause(int(crowd.BYTES_AT_ONCE) - 100) == 0
        assert seat.pause(int(crowd.BYTES_A_SECOND) + 100) == pytest.approx(1, abs=0.1)


class Silent:
    """A socket on which nothing comes."""

    def __init__(self) -> None:
        self.closed: list[Any] = []

    def receive(self, timeout: float) -> None:
        return None

    def close(self, *why: Any) -> None:
        self.closed.append(why)


def test_a_socket_that_says_nothing_is_closed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "FIRST_SECONDS", 0.0)
    ws = Silent()
    with Crowd().seated("guest:a", "192.0.2.1") as seat:
        socket.converse(app, ws, seat, owner="guest:a", network="192.0.2.1")
    assert ws.closed == [(1012, "idle")]


class Chatty(Silent):
    """A socket on which pings come without end."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def receive(self, timeout: float) -> Any:
        return '{"type": "ping"}'

    def send(self, body: str) -> None:
        self.sent.append(body)


def test_a_socket_that_talks_too_fast_is_told_so_and_closed(app: Flask) -> None:
    ws = Chatty()
    with (
        Crowd().seated("guest:a", "192.0.2.1") as seat,
        pytest.raises(ConnectionClosed),
    ):
        socket.converse(app, ws, seat, owner="guest:a", network="192.0.2.1")
    assert ws.closed == [(1008,)]
    assert '"code": "too_fast"' in ws.sent[-1]
    assert 40 <= len(ws.sent) - 1 <= 60
