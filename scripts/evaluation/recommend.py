"""How well the affinity of cars finds those that people considered as well.

The file has a line `bought,considered,n` for each pair of series. In ten parts, each pair, both
its directions together, is left out once: from the others must follow which car was considered.
Cars whose pair with the bought one is known are no answer. The facts are those of the catalogue.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scripts.evaluation.catalogue import data_folder
from scripts.evaluation.figures import Figure

if TYPE_CHECKING:
    from webapp.recommend.affinity import Facts, Matrix

PART = "recommend"
PARTS = 10
PLACES = 10
BAR = 0.60
Pair = tuple[int, int, float]
Method = Callable[[Sequence["Facts"], Iterable[Pair]], "Matrix"]


class Considered(NamedTuple):
    bought: str
    considered: str
    times: float


def measure(shared: Path) -> list[Figure]:
    """The hit rate among the first ten, beside that of how often cars are considered."""
    from webapp.recommend.affinity import affinities

    pairs = read_pairs(data_folder(shared) / "queries" / "considered_pairs.csv")
    names = sorted({name for pair in pairs for name in pair[:2]})
    facts = read_facts(data_folder(shared) / "catalog_union" / "series.csv")
    cars = [facts.get(name, unknown()) for name in names]
    note = f"of {len(pairs)} pairs, {len(names)} series"
    return [
        Figure(PART, "hits at 10", hit_rate(affinities, cars, names, pairs), BAR, False, "%", note),
        Figure(
            PART, "hits at 10 by popularity", hit_rate(popularity, cars, names, pairs), unit="%"
        ),
    ]


def hit_rate(
    method: Method, cars: Sequence[Facts], names: Sequence[str], pairs: Sequence[Considered]
) -> float:
    """How many of the pairs left out stand among the first ten of their row."""
    place = {name: number for number, name in enumerate(names)}
    asked = [(place[pair.bought], place[pair.considered], pair.times) for pair in pairs]
    parts = parts_of(asked)
    hits = 0
    for part in range(PARTS):
        known = [pair for pair in asked if parts[frozenset(pair[:2])] != part]
        near = method(cars, known)
        beside: dict[int, set[int]] = defaultdict(set)
        for one, other, _ in known:
            beside[one].add(other)
            beside[other].add(one)
        for one, other, _ in asked:
            if parts[frozenset((one, other))] == part:
                row = near[one].copy()
                row[[one, *beside[one]]] = -np.inf
                hits += int(np.count_nonzero(row > row[other]) < PLACES)
    return hits / len(asked) if asked else 0.0


def parts_of(pairs: Iterable[Pair]) -> dict[frozenset[int], int]:
    """The part of each pair, whichever of the two was bought."""
    both = sorted({tuple(sorted(pair[:2])) for pair in pairs})
    Random(7).shuffle(both)  # noqa: S311  (the same parts each time)
    return {frozenset(pair): number % PARTS for number, pair in enumerate(both)}


def popularity(cars: Sequence[Facts], pairs: Iterable[Pair]) -> Matrix:
    counts = np.zeros(len(cars))
    for one, other, times in pairs:
        counts[one] += times
        counts[other] += times
    rows: Matrix = np.tile(counts, (len(cars), 1))
    return rows


def read_pairs(file: Path) -> list[Considered]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [
            Considered(row["bought"], row["considered"], float(row["n"]))
            for row in csv.DictReader(opened)
        ]


def read_facts(file: Path) -> dict[str, Facts]:
    from webapp.catalogue.vocabulary import SIZES
    from webapp.recommend.affinity import Facts

    found = {}
    with file.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv.DictReader(opened):
            prices = [float(row[key]) for key in ("price_min_wan", "price_max_wan") if row[key]]
            sizes = sorted((size for size in SIZES if row["level"].startswith(size)), key=len)
            found[row["series"]] = Facts(
                sum(prices) / len(prices) if prices else None,
                sizes[-1] if sizes else None,
                row["body"] or None,
                frozenset(row["energies"].split("|")) - {""},
            )
    return found


def unknown() -> Facts:
    from webapp.recommend.affinity import Facts

    return Facts(None, None, None, frozenset())
