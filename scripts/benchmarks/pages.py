"""`scripts/bench pages [UNION]`: how fast and how heavy the public pages are.

UNION is a folder `catalog_union` of the shared data, which is imported first; without it the
shipped seed is used. Throughput of cached pages is held against a bare one-line Flask view
under the same server with the same workers; server time of uncached pages is measured inside
one process with the page cache left out.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from scripts.benchmarks.server import Server, environment, serve

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 50
SECONDS = 6
ROUNDS = 3
BARS = {
    "list, 3 conditions": 60.0,
    "trim": 40.0,
    "compare of 6": 60.0,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench pages", description=__doc__)
    parser.add_argument("union", nargs="?", type=Path, help="folder catalog_union")
    union: Path | None = parser.parse_args().union
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        load_catalogue(env, union, Path(folder))
        os.environ.update(env)
        series, trims = some_ids()
        throughput(env, ["/", "/cars/", f"/cars/series/{series}", f"/cars/trims/{trims[0]}"])
        server_time(trims)
        weight(
            env,
            [
                "/",
                "/cars/",
                "/cars/brands",
                f"/cars/series/{series}",
                f"/cars/trims/{trims[0]}",
                f"/cars/compare?ids={','.join(map(str, trims[:6]))}",
            ],
        )


def load_catalogue(env: dict[str, str], union: Path | None, folder: Path) -> None:
    manage = [sys.executable, "-m", "flask", "--app", "wsgi"]
    everything = os.environ | env
    subprocess.run(
        [*manage, "db", "upgrade"],
        cwd=ROOT,
        env=everything,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    command = [*manage, "cars", "seed"]
    if union is not None:
        table = folder / "union.csv"
        converter = ROOT / "scripts" / "seed" / "from_union.py"
        subprocess.run([sys.executable, converter, union, table], check=True)
        command = [*manage, "cars", "import", str(table)]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=everything, capture_output=True, text=True)
    print(f"catalogue: {done.stdout.splitlines()[-1]} in {time.perf_counter() - started:.1f} s")


def some_ids() -> tuple[int, list[int]]:
    """The series with most trims, and trims spread over the catalogue."""
    from sqlalchemy import func, select

    from webapp import create_app
    from webapp.catalogue.models import Trim
    from webapp.extensions import db

    with create_app().app_context():
        count = func.count().desc()
        series = db.session.scalars(
            select(Trim.series_id).group_by(Trim.series_id).order_by(count)
        ).first()
        ids = list(db.session.scalars(select(Trim.id).order_by(Trim.id)))
    assert series is not None
    return series, ids[:: max(1, len(ids) // 200)]


def throughput(env: dict[str, str], paths: list[str]) -> None:
    print(f"\nThroughput at {CONNECTIONS} connections, best of {ROUNDS}, {SECONDS} s each")
    with serve("scripts.benchmarks.bare:app", env) as bare, serve("wsgi:app", env) as product:
        rates: dict[str, list[float]] = {"bare view": [], **{path: [] for path in paths}}
        for _ in range(ROUNDS):  # in turn, so that a noisy moment hits both
            rates["bare view"].append(load(bare.url + "/"))
            for path in paths:
                rates[path].append(load(product.url + path))
        yardstick = max(rates["bare view"])
        print(f"{'page':32}{'req/s':>10}{'ratio':>8}   bar 0.80")
        for path, measured in rates.items():
            best = max(measured)
            print(f"{path:32}{best:10.0f}{best / yardstick:8.2f}")
        print("\nMemory of a web worker after that (bar 160 MB)")
        for name, server in (("bare", bare), ("product", product)):
            print(f"{name:32}{max(server.worker_megabytes()):10.0f} MB")


def load(url: str) -> float:
    """Requests a second, by `wrk`: a client in Python would be the bottleneck."""
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("scripts/bench pages needs wrk (Debian package wrk)")
    urlopen(url, timeout=10).read()  # noqa: S310 - our own server
    done = subprocess.run(
        [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", url],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if found is None or "Non-2xx" in done.stdout:
        sys.exit(f"{url}: {done.stdout}")
    return float(found[1])


def server_time(trims: list[int]) -> None:
    """Milliseconds of one process, page cache left out, against one bare view likewise."""
    from scripts.benchmarks.bare import app as bare
    from webapp import create_app

    app = create_app()
    del app.wsgi_app  # page cache and counters, back to Flask's own
    client, yardstick = app.test_client(), bare.test_client()
    compare = [trims[n : n + 6] for n in range(0, len(trims) - 6, 6)]
    cases: dict[str, Callable[[int], str]] = {
        "list, 3 conditions": lambda n: (
            f"/cars/?energy=BEV&price_wan_max={15 + n % 30}&range_km_min={300 + n}"
        ),
        "list, 1 condition": lambda n: f"/cars/?price_wan_max={20 + n % 40}",
        "list, swap": lambda n: f"/cars/?body=SUV&price_wan_max={15 + n % 30}",
        "trim": lambda n: f"/cars/trims/{trims[n % len(trims)]}",
        "compare of 6": lambda n: (
            "/cars/compare?ids=" + ",".join(map(str, compare[n % len(compare)]))
        ),
        "home": lambda n: "/",
        "brands": lambda n: "/cars/brands",
    }
    base = statistics.median(timed(lambda: yardstick.get("/")) for _ in range(200))
    print(f"\nServer time, uncached (bare view: {base:.2f} ms)")
    print(f"{'page':24}{'p50 ms':>9}{'p95 ms':>9}{'x bare':>9}{'bar ms':>9}")
    for name, path in cases.items():
        headers = {"HX-Request": "true"} if name.endswith("swap") else {}
        for n in range(5):
            assert client.get(path(n), headers=headers).status_code == 200, path(n)
        get = partial(client.get, headers=headers)
        times = sorted(timed(partial(get, path(n))) for n in range(60))
        p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
        bar = f"{BARS[name]:9.0f}" if name in BARS else ""
        print(f"{name:24}{p50:9.1f}{p95:9.1f}{p50 / base:9.1f}{bar}")


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def weight(env: dict[str, str], paths: list[str]) -> None:
    print("\nFirst view, HTML + CSS + JS, compressed (bars: 100 KB, 25 requests)")
    with serve("wsgi:app", env) as server:
        for path in paths:
            html = urlopen(server.url + path, timeout=30).read()  # noqa: S310 - our own server
            files = sorted(set(re.findall(rb'(?:href|src)="(/static/[^"]+)"', html)))
            sizes = [packed(html), *(packed(fetch(server, file)) for file in files)]
            print(f"{path[:40]:42}{sum(sizes) / 1024:8.1f} KB{len(sizes):5} requests")


def fetch(server: Server, path: bytes) -> bytes:
    body: bytes = urlopen(server.url + path.decode(), timeout=30).read()  # noqa: S310
    return body


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 6))


if __name__ == "__main__":
    main()
