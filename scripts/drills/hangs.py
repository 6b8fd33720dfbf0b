"""`scripts/drill hangs`: each process of the product is killed, and stopped for 20 seconds, while a
visitor goes on reading; prints what the visitor saw and how long all took to be well again.

It starts the whole product with the shipped cars in a folder of its own. Servers of the settings
in the environment (DATABASE_URL, REDIS_URL, BROKER_URL, SEARCH_URL) are used where they are given;
NAME=PID names one of those to be stopped, with its children.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scripts.drills.product import Product, descendants, name_of, running
from scripts.drills.visitor import Seen, Visitor

FAULT_SECONDS: Final = 20.0
WELL_SECONDS: Final = 120.0
SLOWEST_MS: Final = 3000.0
"""The bar: nobody waits longer for any answer while something hangs."""
LOOK_SECONDS: Final = 0.25
OWN: Final = ("redis-server", "worker", "beat")
HEAD: Final = (
    f"{'what':16}{'how':6}{'requests':>9}{'errors':>8}{'slowest ms':>12}{'well after s':>14}"
)


@dataclass(frozen=True)
class Target:
    name: str
    pids: Callable[[], list[int]]
    kinds: tuple[int, ...]


@dataclass(frozen=True)
class Ran:
    """`well` is None where it was not within WELL_SECONDS."""

    name: str
    how: str
    seen: Seen
    well: float | None

    def row(self) -> str:
        well = "never" if self.well is None else f"{self.well:.1f}"
        requests, errors = len(self.seen.times), len(self.seen.errors)
        return (
            f"{self.name:16}{self.how:6}{requests:9}{errors:8}{self.seen.slowest:12.0f}{well:>14}"
        )

    def missed(self) -> list[str]:
        """What is below the bar; a request that was refused at once is not."""
        found = []
        if self.how == "STOP" and self.seen.slowest > SLOWEST_MS:
            found.append(f"somebody waited {self.seen.slowest:.0f} ms")
        if self.well is None:
            found.append("it did not become well again")
        return [f"{self.name} {self.how}: {line}" for line in found]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/drill hangs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("servers", nargs="*", type=_server, metavar="NAME=PID")
    parser.add_argument("--only", help="the name of one target")
    given = parser.parse_args()
    missed: list[str] = []
    with running() as product:
        _until_well(product)
        print(HEAD, flush=True)
        for target in (*given.servers, *_own(product)):
            if given.only in (None, target.name):
                for kind in target.kinds:
                    ran = _run(product, target, kind)
                    print(ran.row(), flush=True)
                    missed += ran.missed()
    for line in missed:
        print(f"MISSED: {line}")
    sys.exit(bool(missed))


def _server(text: str) -> Target:
    name, _, pid = text.partition("=")
    number = int(pid)
    return Target(name, lambda: descendants(number), (signal.SIGSTOP,))


def _own(product: Product) -> list[Target]:
    def named(name: str) -> Callable[[], list[int]]:
        return lambda: [pid for pid in descendants(product.pid) if name_of(pid) == name]

    def web_worker() -> list[int]:
        return named("gunicorn")()[-1:]

    kinds = (signal.SIGKILL, signal.SIGSTOP)
    return [Target(name, named(name), kinds) for name in OWN if named(name)()] + [
        Target("web worker", web_worker, kinds)
    ]


def _run(product: Product, target: Target, kind: int) -> Ran:
    how = signal.Signals(kind).name.removeprefix("SIG")
    seen: list[Seen] = []
    visitor = Visitor(product.port, list(range(1, 300)))
    reading = threading.Thread(target=lambda: seen.append(visitor.browse(FAULT_SECONDS)))
    reading.start()
    hit = target.pids()
    for pid in hit:
        os.kill(pid, kind)
    reading.join()
    if kind == signal.SIGSTOP:
        for pid in hit:
            os.kill(pid, signal.SIGCONT)
    return Ran(target.name, how, seen[0], _until_well(product))


def _until_well(product: Product) -> float | None:
    """Seconds until every part is as it should be, and a page is made anew."""
    began = time.monotonic()
    while time.monotonic() - began < WELL_SECONDS:
        if _is_well(product, int(began * 1000) % 400):
            return time.monotonic() - began
        time.sleep(LOOK_SECONDS)
    return None


def _is_well(product: Product, new: int) -> bool:
    try:
        _, body = _get(product, "/readyz")
        parts = json.loads(body)["checks"]
        page, _ = _get(product, f"/cars/?range_km_min={300 + new}")
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return False
    needed = ("database", "cache", "broker", "beat", "worker", "search")
    return page == 200 and all(parts[name]["state"] == "ok" for name in needed)


def _get(product: Product, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


if __name__ == "__main__":
    main()
