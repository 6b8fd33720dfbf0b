"""`scripts/bench home [UNION]`: the home page and a list, uncached, from Redis and from memory.

All of it beside a bare one-line Flask view under the same server with the same workers, at 50,
200 and 1,000 connections. The requests are those of 500 visitors behind one proxy: connections
of one network alone are bounded (docs/limits.md). Then what a page costs the processor in one
process without the page cache, and how that grows from 500 trims to 100,000. UNION is a folder
`catalog_union`, which is imported first; without it the shipped seed is used and copied to grow.
Client and server share this machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.request import urlopen

from scripts.benchmarks.pages import load_catalogue
from scripts.benchmarks.server import ROOT, environment, serve
from scripts.embedded_redis import MISSING, command, find_redis_server
from webapp.config import sqlite_library

CONNECTIONS: Final = (50, 200, 1000)
LIST: Final = "/cars/?energy=BEV&price_wan_max=20&range_km_min=400"
LAYERS: Final = {
    "memory": "wsgi:app",
    "Redis": "scripts.benchmarks.layers:make_from_redis()",
}
UNCACHED: Final = "scripts.benchmarks.layers:make_uncached()"
SIZES: Final = (500, 7_264, 20_000, 100_000)
RUNS: Final = 30
VIEWS_A_DAY: Final = 1_000_000
PEAK: Final = 10
"""How many times the mean of a day the busiest second may be."""
HEADS: Final = ("x bare", "p50 ms", "p99 ms", "errors")
CASES: Final[dict[str, Callable[[int], str]]] = {
    "home": lambda n: f"/?n={n}",
    "list, 3 conditions": lambda n: f"/cars/?energy=BEV&price_wan_max={15 + n}&range_km_min=400",
    "list, 5 conditions": lambda n: (
        f"/cars/?energy=BEV&body=SUV&price_wan_max={25 + n}&range_km_min=400&seats=5"
    ),
    "suggestions": lambda n: f"/cars/suggest?q={'hsbtqgcd'[n % 8]}{'aeiu'[n % 4]}",
}
BARS: Final = {
    "home": 80.0,
    "list, 3 conditions": 25.0,
    "list, 5 conditions": 25.0,
    "suggestions": 20.0,
}


class Load(NamedTuple):
    """What `wrk` saw: requests a second, milliseconds, and answers that were no success."""

    rate: float
    p50: float
    p99: float
    errors: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench home", description=__doc__)
    parser.add_argument("union", nargs="?", type=Path, help="folder catalog_union")
    parser.add_argument("--seconds", type=int, default=5, help="of each load (5)")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="trims to grow to")
    given = parser.parse_args()
    now = datetime.now(UTC)
    print(f"{now:%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors, {platform.machine()},", end=" ")
    print(f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = environment(folder) | {"TRUSTED_PROXIES": "1"}
        load_catalogue(env, given.union, folder)
        with redis(folder) as url:
            env["REDIS_URL"] = url
            rate = throughput(env, given.seconds)
            by_workers(env, given.seconds)
        arithmetic(rate)
        growth(env, folder, given.sizes)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis of its own on a socket in the folder."""
    executable = find_redis_server()
    if executable is None:
        sys.exit(MISSING)
    path = folder / "redis.sock"
    started = [*command(executable, socket=path, folder=folder), "--save", ""]
    server = subprocess.Popen(started, stdout=subprocess.DEVNULL)
    try:
        while not path.exists():
            time.sleep(0.02)
        yield f"unix://{path}?db=0"
    finally:
        server.terminate()
        server.wait(10)


def throughput(env: dict[str, str], seconds: int) -> float:
    """Print all layers; the rate of the home page from memory at 200 connections."""
    print(f"\nThroughput, 2 workers, {seconds} s each (bars: memory 1.0 x bare, Redis 0.5 x;")
    print("at 200 connections from memory 5,000 a second and p99 100 ms; no error)")
    print(f"{'':26}{'connections':>12}{'req/s':>9}" + "".join(f"{h:>8}" for h in HEADS))
    bare: dict[int, float] = {}
    kept = 0.0
    with serve("scripts.benchmarks.bare:app", env) as server:
        for number in CONNECTIONS:
            seen = load(server.url + "/", number, seconds)
            bare[number] = seen.rate
            line("bare view", number, seen, seen.rate)
    for layer, application in LAYERS.items():
        with serve(application, env) as server:
            for page, path in (("home", "/"), ("list", LIST)):
                for number in CONNECTIONS:
                    seen = load(server.url + path, number, seconds)
                    line(f"{page} from {layer}", number, seen, bare[number])
                    if (page, layer, number) == ("home", "memory", 200):
                        kept = seen.rate
    with serve(UNCACHED, env) as server:
        for page, path in (("home", "/"), ("list", LIST)):
            line(f"{page} uncached", 50, load(server.url + path, 50, seconds), bare[50])
    return kept


def by_workers(env: dict[str, str], seconds: int) -> None:
    print("\nThe home page from memory by workers, at 200 connections")
    for workers in (1, 2):
        with serve("wsgi:app", env | {"WEB_WORKERS": str(workers)}) as server:
            seen = load(server.url + "/", 200, seconds)
            line(f"{workers} worker{'s' if workers > 1 else ''}", 200, seen, None)


def line(name: str, number: int, seen: Load, bare: float | None) -> None:
    times = f"{seen.rate / bare:8.2f}" if bare else " " * 8
    print(
        f"{name:26}{number:12}{seen.rate:9.0f}{times}{seen.p50:8.1f}{seen.p99:8.1f}{seen.errors:8}",
        flush=True,
    )


def load(url: str, connections: int, seconds: int) -> Load:
    """By `wrk`: a client in Python would be the bottleneck."""
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("scripts/bench home needs wrk (Debian package wrk)")
    urlopen(url, timeout=60).read()  # noqa: S310 - our own server
    script = str(ROOT / "scripts" / "benchmarks" / "visitors.lua")
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
    done = subprocess.run(
        [wrk, *options, "-s", script, url], capture_output=True, text=True, check=True
    ).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    broken = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", done)
    errors = int(failed[1]) if failed else 0
    errors += sum(map(int, broken.groups())) if broken else 0
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done)
    assert rate, done
    return Load(float(rate[1]), _milliseconds(done, 50), _milliseconds(done, 99), errors)


def _milliseconds(said: str, percent: int) -> float:
    found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", said)
    assert found, said
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def arithmetic(rate: float) -> None:
    mean = VIEWS_A_DAY / 86_400
    print(
        f"\n{VIEWS_A_DAY:,} views a day are {mean:.1f} a second, {mean * PEAK:.0f} in a second"
        f" {PEAK} times as busy:\n{mean * PEAK / rate:.1%} of {rate:,.0f} a second from memory."
    )


def growth(env: dict[str, str], folder: Path, sizes: list[int]) -> None:
    """The processor's own milliseconds, for other programs' do not count in them."""
    print(f"\nProcessor time of a page without the page cache, p50 of {RUNS}, and statements")
    print(f"{'trims':>8}" + "".join(f"{name:>24}" for name in CASES))
    print(f"{'bar':>8}" + "".join(f"{f'{bar:.0f} ms':>24}" for bar in BARS.values()))
    for size in sizes:
        own = folder / str(size)
        (own / "var").mkdir(parents=True)
        _copy(folder / "var" / "chezhi.sqlite3", own / "var" / "chezhi.sqlite3", size)
        code = "from scripts.benchmarks.home import costs; costs()"
        told = os.environ | env | {"VAR_DIR": str(own / "var")}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=told, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(done.stderr)
        print(f"{size:8}{done.stdout.rstrip()}", flush=True)


def costs() -> None:
    """One row of the table above, of the catalogue that the settings name."""
    from sqlalchemy import event

    from scripts.benchmarks.layers import make_uncached
    from webapp.extensions import db

    app = make_uncached()
    client = app.test_client()
    asked: list[object] = []

    def note(*statement: object) -> None:
        asked.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    for path in CASES.values():
        times = []
        for n in range(RUNS + 3):
            asked.clear()
            started = time.process_time()
            assert client.get(path(n)).status_code == 200, path(n)
            times.append((time.process_time() - started) * 1000)
        print(f"{f'{statistics.median(times[3:]):.1f} ms, {len(asked)}':>24}", end="")


def _copy(source: Path, target: Path, size: int) -> None:
    """The catalogue with so many trims: the first ones, or all and copies of them."""
    library = sqlite_library().module
    with library.connect(source) as old:
        old.execute("VACUUM INTO ?", (str(target),))
    database = library.connect(target)
    (own,) = database.execute("SELECT count(*) FROM trim").fetchone()
    series, trims = _columns(database, "series"), _columns(database, "trim")
    for nth in range(1, -(-size // own)):
        step = nth * 1_000_000
        database.execute(
            f"INSERT INTO series (id, name, {series}) SELECT id + ?, name || ?, {series}"  # noqa: S608 - our own columns
            " FROM series WHERE id < 1000000",
            (step, f" {nth}"),
        )
        database.execute(
            f"INSERT INTO trim (id, key, series_id, {trims}) SELECT id + ?, key || ?,"  # noqa: S608
            f" series_id + ?, {trims} FROM trim WHERE id < 1000000 ORDER BY id LIMIT ?",
            (step, f"-{nth}", step, size - nth * own),
        )
    database.execute("DELETE FROM trim WHERE id NOT IN (SELECT id FROM trim LIMIT ?)", (size,))
    database.execute("DELETE FROM series WHERE id NOT IN (SELECT series_id FROM trim)")
    database.execute("ANALYZE")
    database.commit()
    database.close()


def _columns(database: Any, table: str) -> str:
    """Those that a copy takes over as they are."""
    changed = ("id", "key", "series_id") if table == "trim" else ("id", "name")
    rows = database.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return ", ".join(name for (name,) in rows if name not in changed)


if __name__ == "__main__":
    main()
