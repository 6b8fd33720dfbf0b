"""`scripts/bench sockets`: many open sockets, some of them streaming, on two workers.

200 sockets of 20 visitors stay open. 20 of them stream at once, pieces 50 ms apart that say
when they were made, so that what is measured is the delay from there to the visitor; the same
through flask-sock alone is the yardstick. Then the product's own answers over the shipped
cars, without a model: how long until the first frame and the first text; and how long a stop
takes. Client and server share this machine.
"""

# ruff: noqa: E402
from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import gevent
from simple_websocket import Client

from scripts.benchmarks.pages import load_catalogue
from scripts.benchmarks.server import Server, environment, serve

OPEN = 200
VISITORS = 20
STREAMING = 20
PIECES = 60
APART = 0.05
QUESTIONS = (
    "二十万以内的纯电 SUV",
    "六座的插混有哪些",
    "续航六百公里以上的轿车",
    "海豚的轴距是多少",
    "CLTC 续航是怎么测的",
)


def main() -> None:
    argparse.ArgumentParser(prog="scripts/bench sockets", description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        load_catalogue(env, None, Path(folder))
        with serve("scripts.benchmarks.talking:bare", env) as bare, sockets(bare) as open_sockets:
            yardstick = stream(open_sockets)
        apart = f"{APART * 1000:.0f} ms apart"
        print(f"{OPEN} sockets open, {STREAMING} streaming {PIECES} pieces {apart}")
        print(f"{'':28}{'bare':>10}{'product':>10}{'ratio':>8}   bar")
        with serve("scripts.benchmarks.talking:app", env) as product:
            with sockets(product) as open_sockets:
                ask_all(open_sockets[:4], QUESTIONS[0])  # what is imported by the first question
                measured = stream(open_sockets)
                for name, bar in (
                    ("delay p50", ""),
                    ("delay p95", ""),
                    ("delay max", "500 ms"),
                    ("first frame max", "200 ms"),
                ):
                    line(name, yardstick[name], measured[name], bar)
                answers(open_sockets)
                stops(open_sockets)
            memory = max(product.worker_megabytes())
        print(f"{'memory of a worker':28}{'':10}{memory:8.0f} MB{'':8}   320 MB")


def line(name: str, bare: float, product: float, bar: str) -> None:
    print(f"{name:28}{bare * 1000:7.1f} ms{product * 1000:7.1f} ms{product / bare:8.1f}   {bar}")


@contextmanager
def sockets(server: Server) -> Iterator[list[Client]]:
    """So many open sockets of so many visitors, a few of each."""
    address = server.url.replace("http:", "ws:") + "/assistant/socket"
    cookies = [_cookie(server) for _ in range(VISITORS)]
    opened = [
        Client.connect(address, headers={"Cookie": cookies[n % VISITORS]}) for n in range(OPEN)
    ]
    try:
        for socket in opened:  # one that says nothing is closed
            _send(socket, type="ping")
            _receive(socket)
        yield opened
    finally:
        for socket in opened:
            socket.close()


def stream(opened: list[Client]) -> dict[str, float]:
    """Delays in seconds of every piece over all streams, and of the first frames."""
    delays: list[float] = []
    firsts: list[float] = []

    def one(socket: Client) -> None:
        asked = time.monotonic()
        _send(socket, type="ask", text=f"stream {PIECES} {APART}")
        firsts.append(_receive(socket)[0] - asked)
        while True:
            at, frame = _receive(socket)
            if frame["type"] in ("done", "error"):
                assert frame["type"] == "done", frame
                return
            stamps = frame["text"].split() if frame["type"] == "text" else ()
            delays.extend(at - float(stamp) for stamp in stamps)

    _together(one, opened[:STREAMING])
    assert len(delays) == STREAMING * PIECES
    ordered = sorted(delays)
    return {
        "delay p50": statistics.median(ordered),
        "delay p95": ordered[int(len(ordered) * 0.95)],
        "delay max": ordered[-1],
        "first frame max": max(firsts),
    }


def answers(opened: list[Client]) -> None:
    """The product's own answers, five visitors at a time."""
    firsts: list[float] = []
    texts: list[float] = []

    def one(socket: Client, question: str) -> None:
        asked = time.monotonic()
        _send(socket, type="ask", text=question)
        firsts.append(_receive(socket)[0] - asked)
        said = False
        while True:
            at, frame = _receive(socket)
            if frame["type"] in ("text", "cars", "done") and not said:
                texts.append(at - asked)
                said = True
            if frame["type"] in ("done", "error"):
                assert frame["type"] == "done", frame
                return

    for start in range(0, VISITORS, 5):
        group = opened[start : start + 5]
        gevent.joinall(
            [gevent.spawn(one, s, q) for s, q in zip(group, QUESTIONS, strict=True)],
            raise_error=True,
        )
    print(f"{'answer, first frame max':28}{'':10}{max(firsts) * 1000:7.1f} ms{'':8}   200 ms")
    print(f"{'answer, first text p50':28}{'':10}{statistics.median(texts) * 1000:7.1f} ms")
    print(f"{'answer, first text max':28}{'':10}{max(texts) * 1000:7.1f} ms{'':8}   700 ms")


def stops(opened: list[Client]) -> None:
    """From the word "stop" to the last frame, before which the source is closed."""
    taken: list[float] = []

    def one(socket: Client) -> None:
        _send(socket, type="ask", text="stream 10000 0.05")
        for _ in range(6):
            _receive(socket)
        asked = time.monotonic()
        _send(socket, type="stop")
        while True:
            at, frame = _receive(socket)
            if frame["type"] in ("done", "error"):
                assert frame["state"] == "stopped", frame
                taken.append(at - asked)
                return

    _together(one, opened[:STREAMING])
    print(f"{'stop max':28}{'':10}{max(taken) * 1000:7.1f} ms{'':8}   500 ms")


def ask_all(opened: list[Client], text: str) -> None:
    def one(socket: Client) -> None:
        _send(socket, type="ask", text=text)
        while _receive(socket)[1]["type"] not in ("done", "error"):
            pass

    _together(one, opened)


def _together(one: Callable[[Client], None], opened: list[Client]) -> None:
    gevent.joinall([gevent.spawn(one, socket) for socket in opened], raise_error=True)


def _send(socket: Client, **message: object) -> None:
    socket.send(json.dumps(message, ensure_ascii=False))


def _receive(socket: Client) -> tuple[float, dict[str, Any]]:
    body = socket.receive(timeout=30)
    assert body is not None, "no frame came"
    return time.monotonic(), json.loads(body)


def _cookie(server: Server) -> str:
    answer = urlopen(server.url + "/assistant/", timeout=10)  # noqa: S310 - our own server
    return str(answer.headers.get("Set-Cookie", "")).partition(";")[0]


if __name__ == "__main__":
    main()
