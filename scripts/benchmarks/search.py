"""`scripts/bench search [UNION] [--elastic URL]`: both engines side by side, and SQL LIKE.

UNION is a folder `catalog_union` of the shared data, which is imported first; without it the
shipped seed is used. Each query is text, two ranges and all facets, 20 hits; the yardstick is
the catalogue's own SQL with LIKE over names, for the same selections. LARGE documents are made
by repeating the catalogue's under other numbers.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from scripts.benchmarks.pages import load_catalogue
from scripts.benchmarks.server import environment

LARGE: Final = 20_000
ROUNDS: Final = 20
TEXTS: Final = (
    "SUV",
    "纯电",
    "大众",
    "比亚迪",
    "PLUS",
    "四驱 SUV",
    "新能源 轿车",
    "激光雷达",
    "丰田 自动",
    "座椅加热 MPV",
)
BARS: Final = (
    "bars: Whoosh p50 30, p95 60, at 20,000 at most 2.5 times that; Elasticsearch p95 40 ms"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench search", description=__doc__)
    parser.add_argument("union", nargs="?", type=Path, help="folder catalog_union")
    parser.add_argument("--elastic", help="http://host:9200/PREFIX; its indices are deleted after")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        os.environ.update(env)
        load_catalogue(env, given.union, Path(folder))
        measure(Path(folder), given.elastic)


def measure(folder: Path, elastic: str | None) -> None:
    from webapp import create_app
    from webapp.backends.search import make_engine
    from webapp.catalogue.filters import Condition, Selection
    from webapp.catalogue.queries import search_trims
    from webapp.catalogue.queries.listing import FACETS
    from webapp.search.finding import query_of
    from webapp.search.index import LAYOUT, car_documents

    ranges = (
        Condition("price_wan", ">=", 5.0),
        Condition("price_wan", "<=", 40.0),
        Condition("length_mm", ">=", 4200),
        Condition("length_mm", "<=", 5100),
    )
    selections = [Selection(conditions=ranges, text=text) for text in TEXTS]
    wanted = [query_of(item, limit=20, facets=(*FACETS, "features")) for item in selections]
    urls = {"Whoosh": "whoosh:"} | ({"Elasticsearch": elastic} if elastic else {})
    print(
        f"\n{'way':16}{'documents':>10}{'reindex s':>11}{'p50 ms':>9}{'p95 ms':>9}{'ratio p50':>11}"
    )
    with create_app().app_context():
        documents = car_documents()
        yardstick = quantiles(lambda item: search_trims(item, size=20), selections)
        row("SQL LIKE", len(documents), None, yardstick, yardstick)
        for size in (len(documents), LARGE):
            many = [
                documents[n % len(documents)]
                if n < len(documents)
                else replace(documents[n % len(documents)], id=1_000_000 + n)
                for n in range(size)
            ]
            for name, url in urls.items():
                engine = make_engine(url, folder / "index", LAYOUT)
                started = time.perf_counter()
                engine.rebuild(many, 1, lambda _done, _all: None)
                seconds = time.perf_counter() - started
                row(name, size, seconds, quantiles(engine.search, wanted), yardstick)
    if elastic:
        drop(elastic)
    print(BARS)


def quantiles(search: Callable[[Any], object], asked: Sequence[Any]) -> tuple[float, float]:
    """Median and 95th percentile in ms, after a round that warms up."""
    taken = []
    for round_ in range(ROUNDS + 1):
        for item in asked:
            started = time.perf_counter()
            search(item)
            if round_:
                taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def row(
    name: str,
    documents: int,
    seconds: float | None,
    measured: tuple[float, float],
    yardstick: tuple[float, float],
) -> None:
    shown = f"{seconds:.1f}" if seconds is not None else ""
    p50, p95 = measured
    print(f"{name:16}{documents:10}{shown:>11}{p50:9.1f}{p95:9.1f}{p50 / yardstick[0]:11.2f}")
    sys.stdout.flush()


def drop(url: str) -> None:
    """Delete the indices below the prefix; nothing else may use it."""
    from webapp.backends.search.elastic import client_of

    client, prefix = client_of(url)
    with client:
        names = [*client.indices.get(index=f"{prefix}-*", expand_wildcards="open")]
        if names:
            client.indices.delete(index=names)


if __name__ == "__main__":
    main()
