"""`scripts/drill outages`: each process and server of the product is killed, and stopped, for some
seconds, its disk is full, its clock jumps and its network to the database is slow, silent and cut,
while a visitor reads and work is accepted. Prints what the visitor saw, what of the work was late
or lost, and how long all took to be well again.

It starts the whole product with the shipped cars in folders of its own. Of PostgreSQL and nginx it
uses those of the system; Elasticsearch, RabbitMQ and MinIO are started by NAME/start and ended by
NAME/stop of a folder that --services names. libfaketime moves the clock. What is not there gets a
row that says so.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scripts.drills.faults import Fault, Site, arranged, kinds
from scripts.drills.product import ROOT, Product, running
from scripts.drills.visitor import Seen, Visitor

FAULT_SECONDS: Final = 20.0
WELL_SECONDS: Final = 120.0
SLOWEST_MS: Final = 3000.0
"""The bar: nobody waits longer for any answer while something hangs."""
LOOK_SECONDS: Final = 0.25
HEAD: Final = (
    f"{'what':16}{'how':12}{'requests':>9}{'errors':>8}{'slowest ms':>12}"
    f"{'accepted':>10}{'late':>6}{'lost':>6}{'well after s':>14}"
)


@dataclass(frozen=True)
class Ran:
    """`well` is None where it was not within WELL_SECONDS; `work` by kind is as
    scripts.drills.accepted tells it."""

    name: str
    how: str
    seen: Seen
    work: dict[str, dict[str, int]]
    well: float | None

    def sum(self, what: str) -> int:
        return sum(kind[what] for kind in self.work.values())

    def row(self) -> str:
        well = "never" if self.well is None else f"{self.well:.1f}"
        requests, errors = len(self.seen.times), len(self.seen.errors)
        return (
            f"{self.name:16}{self.how:12}{requests:9}{errors:8}{self.seen.slowest:12.0f}"
            f"{self.sum('accepted'):10}{self.sum('late'):6}{self.sum('lost'):6}{well:>14}"
        )

    def missed(self) -> list[str]:
        """What is below the bar; a request that was refused at once is not."""
        found = [
            f"{kind['lost']} of {kind['accepted']} of kind {name} lost"
            for name, kind in self.work.items()
            if kind["lost"]
        ]
        if self.how == "STOP" and self.seen.slowest > SLOWEST_MS:
            found.append(f"somebody waited {self.seen.slowest:.0f} ms")
        if not self.sum("accepted"):
            found.append("no work was accepted")
        if self.well is None:
            found.append("it did not become well again")
        return [f"{self.name} {self.how}: {line}" for line in found]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/drill outages",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("only", nargs="*", metavar="NAME[:HOW]", help="such as redis:KILL")
    parser.add_argument("--seconds", type=float, default=FAULT_SECONDS, help="of each fault")
    parser.add_argument("--services", type=Path, help="a folder with NAME/start and NAME/stop")
    given = parser.parse_args()
    missed: list[str] = []
    print(HEAD, flush=True)
    for kind in kinds(given.only):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="drill-")))
            folder.chmod(0o755)  # PostgreSQL has another user
            site = stack.enter_context(arranged(kind, folder, given.services, given.only))
            if site.is_missing:
                continue
            product = stack.enter_context(running(site.settings, folder=site.var))
            if _until_well(product) is None:
                sys.exit(f"the product was never well: {_get(product, '/readyz')}")
            for fault in site.faults(product):
                if fault.is_chosen(given.only):
                    ran = _run(product, site, fault, given.seconds, folder)
                    print(ran.row(), flush=True)
                    missed += ran.missed()
    for line in missed:
        print(f"MISSED: {line}")
    sys.exit(bool(missed))


def _run(product: Product, site: Site, fault: Fault, seconds: float, folder: Path) -> Ran:
    seen: list[Seen] = []
    visitor = Visitor(site.port or product.port, list(range(1, 300)))
    file = folder / f"{fault.name}-{fault.how}.jsonl".replace(" ", "-")
    with _accepting(product, file):
        reading = threading.Thread(target=lambda: seen.append(visitor.browse(seconds)))
        reading.start()
        fault.begin()
        try:
            reading.join()
        finally:
            fault.end()
        well = _until_well(product)
    return Ran(fault.name, fault.how, seen[0], _looked(product, file), well)


@contextmanager
def _accepting(product: Product, file: Path) -> Iterator[None]:
    """While this lasts, work is accepted and written down."""
    with subprocess.Popen(
        _command("put", file),
        cwd=ROOT,
        env=_environ(product),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what it is refused is counted
    ) as process:
        assert process.stdout is not None
        try:
            if process.stdout.readline() != b"begun\n":
                sys.exit("no work was accepted before the fault")
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


def _looked(product: Product, file: Path) -> dict[str, dict[str, int]]:
    done = subprocess.run(
        _command("look", file), cwd=ROOT, env=_environ(product), stdout=subprocess.PIPE, check=True
    )
    told: dict[str, dict[str, int]] = json.loads(done.stdout)
    return told


def _command(what: str, file: Path) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", "scripts.drills.accepted", what, str(file)]


def _environ(product: Product) -> dict[str, str]:
    settings = product.settings or {}
    own = {"REDIS_URL": f"unix://{settings['VAR_DIR']}/run/redis.sock?db=0"}
    return os.environ | own | settings


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
        parts: dict[str, Any] = json.loads(body)["checks"]
        page, _ = _get(product, f"/cars/?range_km_min={300 + new}")
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return False
    needed = ("database", "cache", "broker", "beat", "worker", "search", "storage")
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
