"""The attacks of `scripts/drill hostile`, each in a process of its own with a lower priority:

    python -m scripts.drills.attacks NAME PORT SECONDS

They come from 127.0.0.66, so that the product tells them from other visitors, and each ends by
itself.
"""

from __future__ import annotations

if __name__ == "__main__":  # before anything imports a socket; who imports this is no attacker
    from gevent import monkey

    monkey.patch_all()

import argparse
import os
import random
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import quote

import gevent
from gevent.pool import Pool

SOURCE: Final = "127.0.0.66"
CONNECTIONS: Final = 16
"""That send one request after the other."""
SOCKETS: Final = 1_200
TALKING: Final = 16
HALVES: Final = 900
UNREAD: Final = 400
SENTENCES: Final = (
    "百万",
    "9",
    "汉或",
    "纯电",
    "不要",
    "二",
    "20万、",
    "特斯啦",
    "[",
    "a ",
    "宝马",
    "几",
    "5座",
)
WORDS: Final = (
    "汉",
    "宋",
    "纯电",
    "SUV",
    "20万",
    "以内",
    "不要",
    "续航",
    "600",
    "公里",
    "以上",
    "或",
    "和",
)


class Attack:
    """What every attack needs: where to, until when, and its own numbers by chance."""

    def __init__(self, port: int, seconds: float) -> None:
        self.port = port
        self.until = time.monotonic() + seconds
        self.chance = random.Random(7)  # noqa: S311 - the same attack each time

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.until

    def connect(self) -> socket.socket:
        made = socket.create_connection(
            ("127.0.0.1", self.port), timeout=10, source_address=(SOURCE, 0)
        )
        made.settimeout(10)
        return made

    def rest(self) -> None:
        gevent.sleep(max(0.0, self.until - time.monotonic()))

    def request(self, addresses: Iterator[tuple[str, str, str]]) -> None:
        """Send (method, address, host) after each other on CONNECTIONS connections."""

        def run() -> None:
            while self.goes_on:
                with suppress(OSError), self.connect() as sock:
                    for method, address, host in addresses:
                        head = f"{method} {address} HTTP/1.1\r\nHost: {host}\r\n\r\n"
                        sock.sendall(head.encode("latin-1"))
                        if not self.goes_on or not _read_answer(sock, method):
                            break
                gevent.sleep(0)

        gevent.joinall([gevent.spawn(run) for _ in range(CONNECTIONS)])


def sockets(attack: Attack) -> None:
    """As many sockets as can be had, with a new cookie each; some of them never stop talking."""
    held: list[socket.socket] = []

    def open_one(number: int) -> None:
        with suppress(OSError):
            sock = attack.connect()
            held.append(sock)
            sock.sendall(
                b"GET /assistant/socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                b"Cookie: visitor=" + secrets.token_urlsafe(16).encode() + b"\r\n\r\n"
            )
            while number < TALKING and attack.goes_on:
                sock.sendall(_frame(b'{"type": "ping"}') * 50)
                sock.recv(65536)

    pool = Pool(200)
    for number in range(SOCKETS):
        pool.spawn(open_one, number)
    attack.rest()


def addresses(attack: Attack) -> None:
    """Endless spellings of one page, by number, host and query."""

    def spelled() -> Iterator[tuple[str, str, str]]:
        while True:
            n = attack.chance.randrange(1, 10**6)
            yield "GET", f"/cars/trims/{'0' * (n % 40)}1", "localhost"
            yield "GET", f"/cars/trims/{quote('１')}{n}", "localhost"
            yield "GET", "/cars/trims/1", f"localhost:{n}"
            yield "GET", f"/cars/?page=1&n={n}", "localhost"
            yield "GET", f"/?n={n}", "localhost"

    attack.request(spelled())


def static(attack: Attack) -> None:
    """Endless spellings of one file."""

    def spelled() -> Iterator[tuple[str, str, str]]:
        while True:
            n = attack.chance.randrange(1, 2000)
            yield "GET", f"/static/css/{'./' * n}base.css", "localhost"
            yield "GET", f"/static/v-{n}/css/base.css", "localhost"

    attack.request(spelled())


def heads(attack: Attack) -> None:
    """HEAD of the pages that others read."""

    def pages() -> Iterator[tuple[str, str, str]]:
        while True:
            for path in ("/", "/cars/", "/cars/brands", "/knowledge/", "/assistant/", "/no"):
                yield "HEAD", path, "localhost"
            yield "HEAD", f"/cars/trims/{attack.chance.randrange(1, 300)}", "localhost"

    attack.request(pages())


def halves(attack: Attack) -> None:
    """Requests of which the head, or the body, trickles in."""

    def trickle(number: int) -> None:
        while attack.goes_on:
            with suppress(OSError), attack.connect() as sock:
                if number % 2:
                    sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
                    piece = b"X-A: b\r\n"
                else:
                    sock.sendall(
                        b"POST /cars/basket HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000"
                        b"\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
                    )
                    piece = b"a=1&"
                while attack.goes_on:
                    gevent.sleep(1)
                    sock.sendall(piece)
            gevent.sleep(1)

    gevent.joinall([gevent.spawn(trickle, n) for n in range(HALVES)])


def unread(attack: Attack) -> None:
    """Pages that are asked for again and again and never read."""

    def ask(number: int) -> None:
        while attack.goes_on:
            with suppress(OSError), attack.connect() as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                sock.settimeout(1)
                while attack.goes_on:
                    sock.sendall(b"GET /cars/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    gevent.sleep(0.2)
            gevent.sleep(0.5)

    gevent.joinall([gevent.spawn(ask, n) for n in range(UNREAD)])


def sentences(attack: Attack) -> None:
    """Sentences that take long to read, as long as they may be."""

    def asked() -> Iterator[tuple[str, str, str]]:
        while True:
            for unit in SENTENCES:
                text = quote((unit * 2000)[:2000])
                yield "GET", f"/cars/?q={text}", "localhost"
                yield "GET", f"/knowledge/?q={text}", "localhost"
                mixed = "".join(attack.chance.choices(WORDS, k=600))
                yield "GET", f"/cars/?q={quote(mixed[:2000])}", "localhost"

    attack.request(asked())


ATTACKS: Final[dict[str, Callable[[Attack], None]]] = {
    attack.__name__: attack
    for attack in (sockets, addresses, static, heads, halves, unread, sentences)
}


def _frame(message: bytes) -> bytes:
    """A masked text frame of fewer than 126 bytes; with a mask of zeros it is as it is."""
    return bytes([0x81, 0x80 | len(message), 0, 0, 0, 0]) + message


def _read_answer(sock: socket.socket, method: str) -> bool:
    """Read one answer; whether the connection goes on."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = sock.recv(65536)
        if not part:
            return False
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    left = 0 if method == "HEAD" else int(fields.get(b"content-length", 0)) - len(body)
    while left > 0:
        part = sock.recv(65536)
        if not part:
            return False
        left -= len(part)
    return fields.get(b"connection") != b"close" and b"transfer-encoding" not in fields


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m scripts.drills.attacks")
    parser.add_argument("name", choices=sorted(ATTACKS))
    parser.add_argument("port", type=int)
    parser.add_argument("seconds", type=float)
    given = parser.parse_args()
    os.nice(10)
    ATTACKS[given.name](Attack(given.port, given.seconds))
    os._exit(0)  # greenlets that still wait are of no use to anybody
