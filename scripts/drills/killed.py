"""`scripts/drill killed`: the master of the workers is killed in the middle of each long piece of
work, and must go on with it soon after its return, with nothing lost and nothing doubled.

It starts the whole product with the shipped cars in a folder of its own, and takes some minutes.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.drills.product import ROOT, Product, descendants, name_of, running
from scripts.drills.work import COLLECTION, COPIES, DOCUMENTS, PEOPLE

BEGIN_SECONDS: Final = 120.0
BACK_SECONDS: Final = 60.0
GO_ON_SECONDS: Final = 30.0
"""The bar: from the return of the worker until the work is seen to go on."""
END_SECONDS: Final = 300.0
LOOK_SECONDS: Final = 0.02


@dataclass(frozen=True)
class Work:
    """`done` is how much of it is done by now, from 0 to 1; `wrong` says what is lost or doubled
    at its end."""

    name: str
    done: Callable[[Product], float]
    wrong: Callable[[Product], list[str]]


@dataclass(frozen=True)
class Ran:
    """What became of one piece of work; seconds from the return of the worker."""

    name: str
    killed_at: float
    back: float
    went_on: float
    ended: float
    wrong: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/drill killed", description=__doc__)
    names = [work.name for work in WORKS]
    parser.add_argument("work", nargs="*", choices=[*names, []], help="all where none is named")
    chosen = parser.parse_args().work or names
    missed = []
    print(f"{'work':12}{'killed at':>10}{'back s':>8}{'on s':>8}{'end s':>8}  lost or doubled")
    with running() as product:
        for work in (work for work in WORKS if work.name in chosen):
            ran = _run(product, work)
            told = "; ".join(ran.wrong) or "nothing"
            print(
                f"{ran.name:12}{ran.killed_at:10.0%}{ran.back:8.1f}{ran.went_on:8.1f}"
                f"{ran.ended:8.1f}  {told}",
                flush=True,
            )
            missed += [f"{ran.name}: {wrong}" for wrong in ran.wrong]
            if ran.went_on > GO_ON_SECONDS:
                missed.append(f"{ran.name}: went on after {ran.went_on:.1f} s")
    for line in missed:
        print(f"MISSED: {line}")
    sys.exit(bool(missed))


def _run(product: Product, work: Work) -> Ran:
    assert product.settings is not None
    master = _master(product)
    assert master is not None
    folder = Path(product.settings["VAR_DIR"])
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "scripts.drills.work", work.name, str(folder)],
        cwd=ROOT,
        env=os.environ | product.settings | {"REDIS_URL": f"unix://{folder}/run/redis.sock?db=0"},
        check=True,
    )
    _until(lambda: work.done(product) > 0, BEGIN_SECONDS, f"{work.name} did not begin")
    os.kill(master, signal.SIGKILL)
    killed = time.monotonic()
    _until(lambda: _master(product) not in (None, master), BACK_SECONDS, "no worker came back")
    back, killed_at = time.monotonic(), work.done(product)
    # An import begins with the first row again, and passes quickly over what is there.
    _until(lambda: work.done(product) != killed_at, GO_ON_SECONDS * 4, f"{work.name} stands still")
    went_on = time.monotonic()
    _until(lambda: work.done(product) >= 1, END_SECONDS, f"{work.name} did not end")
    ended = time.monotonic()
    return Ran(
        work.name, killed_at, back - killed, went_on - back, ended - back, work.wrong(product)
    )


def _until(true: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            sys.exit(f"{otherwise} within {seconds:.0f} s")
        time.sleep(LOOK_SECONDS)


def _master(product: Product) -> int | None:
    """The process of Celery that starts the others."""
    below = descendants(product.pid)
    started = {pid: int(Path(f"/proc/{pid}/stat").read_text().split()[3]) for pid in below}
    by_supervisor = {pid for pid, by in started.items() if "supervisord" in name_of(by)}
    return next((pid for pid in by_supervisor if name_of(pid) == "worker"), None)


# --- how far each is, and what must be so at its end ----------------------------------------


def _imported(product: Product) -> float:
    # The shipped corrections are batches too.
    of_drill = " FROM batch WHERE title = 'drill.csv' AND state = "
    if product.number(f"SELECT count(*){of_drill}'imported'"):
        return 1.0
    rows = product.number(f"SELECT max(done){of_drill}'importing'")
    return min(rows / (544 * COPIES), 0.99)


def _import_wrong(product: Product) -> list[str]:
    wrong = []
    new = product.number("SELECT count(*) FROM trim WHERE key LIKE 'drill-%'")
    old = product.number("SELECT count(*) FROM trim WHERE key NOT LIKE 'drill-%'")
    if new != COPIES * old:
        wrong.append(f"{new:.0f} cars instead of {COPIES * old:.0f}")
    of = "SELECT count(*) FROM value JOIN trim ON trim.id = trim_id WHERE superseded_at IS {} NULL"
    own, other = " AND trim.key LIKE 'drill-%'", " AND trim.key NOT LIKE 'drill-%'"
    values = product.number(of.format("") + own)
    if values != COPIES * product.number(of.format("") + other):
        wrong.append(f"{values:.0f} values")
    if doubled := product.number(of.format("NOT") + own):
        wrong.append(f"{doubled:.0f} values superseded by the same")
    return wrong


def _ingested(product: Product) -> float:
    if product.number("SELECT count(*) FROM knowledge_change WHERE state = 'applied'"):
        return 1.0
    return min(product.number(_OF_DRILL, COLLECTION) / DOCUMENTS, 0.99)


_OF_DRILL: Final = "SELECT count(*) FROM knowledge_document WHERE collection = ?"


def _ingest_wrong(product: Product) -> list[str]:
    wrong = []
    if (documents := product.number(_OF_DRILL, COLLECTION)) != DOCUMENTS:
        wrong.append(f"{documents:.0f} documents instead of {DOCUMENTS}")
    doubled = product.number(
        "SELECT count(*) - count(DISTINCT document_id || ' ' || position) FROM knowledge_passage",
    )
    if doubled:
        wrong.append(f"{doubled:.0f} passages doubled")
    return wrong


def _rebuilt(product: Product) -> float:
    kept = {
        name.decode(): value for name, value in product.redis.hgetall("progress:search").items()
    }
    if kept.get("state") == b"done":
        return 1.0
    return min(int(kept.get("done", 0)) / max(int(kept.get("total", 0)), 1), 0.99)


def _rebuild_wrong(product: Product) -> list[str]:
    trims = product.number("SELECT count(*) FROM trim")
    told = int(product.redis.hget("progress:search", "done"))
    return [] if told == trims else [f"{told} cars in the index instead of {trims:.0f}"]


def _exported(product: Product) -> float:
    return product.number("SELECT count(*) FROM data_export WHERE ready_at NOT NULL") / PEOPLE


def _export_wrong(product: Product) -> list[str]:
    empty = product.number("SELECT count(*) FROM data_export WHERE content IS NULL")
    rows = product.number("SELECT count(*) FROM data_export")
    return (
        [] if rows == PEOPLE and not empty else [f"{rows:.0f} exports, {empty:.0f} of them empty"]
    )


WORKS: Final = (
    Work("exporting", _exported, _export_wrong),
    Work("ingesting", _ingested, _ingest_wrong),
    Work("importing", _imported, _import_wrong),
    Work("rebuilding", _rebuilt, _rebuild_wrong),
)


if __name__ == "__main__":
    main()
