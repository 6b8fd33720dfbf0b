"""`scripts/drill hostile [--url http://127.0.0.1:PORT]`: attacks from one address, and what a
second visitor saw meanwhile.

Without --url it starts the whole product with the shipped cars in a folder of its own; then
memory of each process and Redis are measured too. It takes about two minutes and a start. The
attackers share the processors with the product, at a lower priority, so that times are worse
than with attackers elsewhere; what counts is how they compare with those at rest.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from scripts.drills.attacks import ATTACKS
from scripts.drills.product import ROOT, Product, running
from scripts.drills.visitor import Seen, Visitor
from scripts.parent import end_with

REST_SECONDS: Final = 10.0
PHASE_SECONDS: Final = 9.0
SETTLE_SECONDS: Final = 2.0
SETTLED_SECONDS: Final = 90.0
EXAMPLES_SECONDS: Final = 300.0
"""A new product draws and encodes its example videos, where ffmpeg is there."""
SAME_SECONDS: Final = 8.0
TRIMS: Final = list(range(1, 60))

TIMES_IDLE: Final = 3.0
GROWN_MB: Final = 20.0
PAGES_MB: Final = 64.0
"""The bars: p95 against that at rest, growth of each process, pages in Redis."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/drill hostile", description=__doc__)
    parser.add_argument("--url", type=_loopback, help="a product that runs on this machine")
    url: str | None = parser.parse_args().url
    with _attacked(url) as product:
        missed = drill(product)
    for line in missed:
        print(f"MISSED: {line}")
    sys.exit(bool(missed))


def drill(product: Product) -> list[str]:
    """Run all phases and print what was seen; what missed its bar."""
    load = os.getloadavg()[0]  # by others: with much of it no figure below says anything
    visitor = Visitor(product.port, TRIMS)
    _settled(product)
    visitor.browse(REST_SECONDS)  # what is imported or compiled at first
    _quietly(product, 1.0)
    before, kept = product.memory(), product.kept()
    idle = visitor.browse(REST_SECONDS)
    print(f"load of this machine when it began {load:.1f}, processors {os.cpu_count()}")
    print(
        f"{'phase':12}{'requests':>9}{'errors':>8}{'sockets':>9}{'p95 ms':>9}{'x idle':>8}"
        f"{'slowest':>9}"
    )
    _line("idle", idle, idle)
    missed = []
    for name in (*ATTACKS, "documents"):
        with _attack(name, product, PHASE_SECONDS):
            seen = visitor.browse(PHASE_SECONDS)
        _line(name, seen, idle)
        if seen.errors:
            missed.append(f"{name}: {len(seen.errors)} errors, such as {seen.errors[0]}")
        if seen.p95 > TIMES_IDLE * idle.p95:
            missed.append(f"{name}: p95 {seen.p95 / idle.p95:.1f} times that at rest")
        time.sleep(SETTLE_SECONDS)
    return missed + _compare(product, before, kept)


def _compare(
    product: Product, before: dict[str, float], kept: tuple[int, float, float]
) -> list[str]:
    missed = []
    after, held = product.memory(), product.kept()
    print(f"\n{'process':24}{'before MB':>10}{'after MB':>10}{'grown':>8}")
    for name in after:
        grown = after[name] - before.get(name, 0.0)
        print(f"{name:24}{before.get(name, 0.0):10.1f}{after[name]:10.1f}{grown:8.1f}")
        if grown > GROWN_MB and name in before:
            missed.append(f"{name}: grown by {grown:.1f} MB")
    gone = set(before) - set(after)
    missed += [f"{name} is gone" for name in sorted(gone)]
    for what, values in (("before", kept), ("after", held)):
        keys, pages, used = values
        print(f"Redis {what}: {keys} keys, {pages:.1f} MB of pages, {used:.1f} MB in all")
    if held[1] > PAGES_MB:
        missed.append(f"Redis: {held[1]:.1f} MB of pages")
    return missed


def _line(name: str, seen: Seen, idle: Seen) -> None:
    times = seen.p95 / idle.p95 if idle.p95 else 0.0
    print(
        f"{name:12}{len(seen.times):9}{len(seen.errors):8}{seen.sockets:9}{seen.p95:9.1f}"
        f"{times:8.1f}{seen.slowest:9.1f}",
        flush=True,
    )


@contextmanager
def _attack(name: str, product: Product, seconds: float) -> Iterator[None]:
    what = ["attacks", name, str(product.port)] if name != "documents" else [name]
    process = subprocess.Popen(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            f"scripts.drills.{what[0]}",
            *what[1:],
            str(seconds),
        ],
        cwd=ROOT,
        preexec_fn=lambda: end_with(os.getppid()),
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        if ended := process.poll():
            raise RuntimeError(f"the attack {name} ended with {ended}")
        process.terminate()
        process.wait()


def _settled(product: Product) -> None:
    """Until memory stands still: a new product builds its indexes and videos in the background."""
    deadline = time.monotonic() + EXAMPLES_SECONDS
    while product.settings and not _has_examples(product) and time.monotonic() < deadline:
        time.sleep(SAME_SECONDS)
    deadline, before = time.monotonic() + SETTLED_SECONDS, product.memory()
    while time.monotonic() < deadline:
        time.sleep(SAME_SECONDS)
        now = product.memory()
        if all(abs(now[name] - before.get(name, 0.0)) < 1.0 for name in now):
            return
        before = now


def _has_examples(product: Product) -> bool:
    runs = "SELECT count(*) FROM task_run WHERE "
    made = product.number(f"{runs} task = 'tasks.watching.make_examples' AND state = 'done'")
    busy = product.number(f"{runs} task LIKE 'tasks.videos.%' AND state <> 'done'")
    return bool(made and not busy)


def _quietly(product: Product, seconds: float) -> None:
    """Each attack for a moment, so that what they load once is no growth."""
    for name in ATTACKS:
        with _attack(name, product, seconds):
            time.sleep(seconds)


@contextmanager
def _attacked(url: str | None) -> Iterator[Product]:
    if url is not None:
        yield Product(urlsplit(url).port or 80)
        return
    with running() as product:
        yield product


def _loopback(text: str) -> str:
    url = urlsplit(text)
    if url.scheme != "http" or url.hostname not in ("127.0.0.1", "localhost"):
        raise argparse.ArgumentTypeError("only http:// on this machine may be attacked")
    return text


if __name__ == "__main__":
    main()
