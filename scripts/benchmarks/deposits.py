"""`scripts/bench deposits`: what opening a payment and taking a notice of it cost the product.

Deposits are opened and paid over the stand-ins of both channels. Counted is the processor time of
the thread that works on the request, so neither the channel nor waiting for it; beside it stands
the time by the clock, with both. One row written and committed to the same database is the
yardstick.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scripts.drills.payment_site import CHANNELS, Order, Site
from scripts.sandbox import together
from webapp import clock
from webapp.deposits.models import Offer
from webapp.extensions import db
from webapp.transactions import transaction

DEPOSITS: Final = 100
BARS: Final = {"open": 60.0, "notice": 100.0}
"""Milliseconds, p95."""


class Times:
    """Milliseconds of processor time of the calling thread and by the clock, by what was done."""

    def __init__(self) -> None:
        self._taken: defaultdict[str, list[float]] = defaultdict(list)
        self._passed: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        began, at = time.thread_time(), time.perf_counter()
        yield
        self._taken[name].append((time.thread_time() - began) * 1000)
        self._passed[name].append((time.perf_counter() - at) * 1000)

    def show(self) -> None:
        print(
            f"{'':22}{'times':>6}{'p50 ms':>9}{'p95 ms':>9}{'x yardstick':>13}{'bar ms':>8}"
            f"{'clock p95 ms':>14}"
        )
        (yard, *_) = (statistics.median(taken) for taken in self._taken.values())
        for name, taken in self._taken.items():
            half, most = statistics.median(taken), _p95(taken)
            bar = BARS.get(name.partition(" ")[0])
            told = f"{bar:8.0f}" if bar else " " * 8
            passed = f"{_p95(self._passed[name]):14.1f}"
            print(f"{name:22}{len(taken):6}{half:9.1f}{most:9.1f}{half / yard:13.1f}{told}{passed}")


def _p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def measure(site: Site, deposits: int) -> Times:
    times = Times()
    with site.context():
        for n in range(deposits):
            with times.of("one row committed"), transaction():
                db.session.add(
                    Offer(title=f"{n}", seller="尺", amount_fen=100, opens_at=clock.now())
                )
    made: list[Order] = []
    for _ in range(deposits // len(CHANNELS)):
        made += site.open_orders(len(CHANNELS), timed=lambda c: times.of(f"open {c}"))
    with site.context():
        client = site.app.test_client()
        for order in made:
            headers, body = site.sandboxes[order.channel].pay(order.number).make()
            with times.of(f"notice {order.channel}"):
                answer = client.post(
                    f"/deposits/notices/{order.channel}", data=body, headers=headers
                )
            if not site.sandboxes[order.channel].takes(answer.status_code, answer.text):
                raise SystemExit(f"{order.channel} was answered {answer.status_code}")
    return times


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench deposits", description=__doc__)
    parser.add_argument("--deposits", type=int, default=DEPOSITS)
    parser.add_argument("--database", default="", help="as DATABASE_URL; an empty one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, together.running() as providers:
        site = Site(Path(folder), providers, given.database)
        try:
            measure(site, given.deposits).show()
        finally:
            site.end()


if __name__ == "__main__":
    main()
