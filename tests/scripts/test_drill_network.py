"""The network of a drill passes everything on, late, never, or is cut."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from scripts.drills.proxy import Network
from scripts.drills.servers import listening

SECONDS = 10.0


@pytest.fixture
def network() -> Iterator[Network]:
    """To a server that says back what it hears."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=echo, args=(door,), daemon=True).start()
        with Network("127.0.0.1", door.getsockname()[1]).running() as network:
            yield network
        door.shutdown(socket.SHUT_RDWR)


def echo(door: socket.socket) -> None:
    while True:
        try:
            line, _ = door.accept()
        except OSError:
            return
        with line:
            while heard := line.recv(65_536):
                line.sendall(heard)


def line(network: Network) -> socket.socket:
    return socket.create_connection(("127.0.0.1", network.port), SECONDS)


def say(to: socket.socket, words: bytes) -> bytes:
    to.sendall(words)
    heard = b""
    while len(heard) < len(words):
        if not (piece := to.recv(65_536)):
            raise ConnectionResetError
        heard += piece
    return heard


def test_a_network_passes_everything_on_and_its_server_is_found_by_its_port(
    network: Network,
) -> None:
    with line(network) as to:
        assert say(to, b"x" * 200_000) == b"x" * 200_000
    assert listening(network.port) == [os.getpid()]


def test_a_slow_network_takes_its_time_both_ways(network: Network) -> None:
    with line(network) as to:
        say(to, b"a")
        network.delay(0.1)
        began = time.monotonic()
        say(to, b"b")
        assert time.monotonic() - began >= 0.2


def test_a_silent_network_loses_nothing_that_it_held_back(network: Network) -> None:
    with line(network) as to:
        say(to, b"a")
        network.silent(True)
        to.sendall(b"b")
        to.settimeout(0.1)
        with pytest.raises(TimeoutError):
            to.recv(1)
        network.silent(False)
        to.settimeout(SECONDS)
        assert to.recv(1) == b"b"


def test_a_cut_network_breaks_what_there_is_and_what_comes(network: Network) -> None:
    with line(network) as to:
        say(to, b"a")
        network.cut(True)
        with pytest.raises(ConnectionError):
            say(to, b"b")
    with pytest.raises(ConnectionError), line(network) as to:
        say(to, b"c")
    network.cut(False)
    with line(network) as to:
        assert say(to, b"d") == b"d"
