"""Which trims of a series go into the seed: the newest, spread over energy, body and price."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from statistics import median
from typing import Final

from scripts.seed.autohome import Listed

TRIMS_PER_SERIES: Final = 5
TRIMS_PER_FURTHER_KIND: Final = 2
MOST_TRIMS: Final = 10
FULLNESS: Final = 0.85
"""Least number of parameters, as a share of the median page of the series."""


def choose(series: Sequence[Listed]) -> list[Listed]:
    """The trims of one series for the seed, in the order of the source.

    Each kind (energy, body, launched or not) gets its turn; a kind offers its newest model
    year first, of a year the cheapest, the dearest, and then whichever lies furthest from
    those before.
    """
    typical = median(len(trim.raw) for trim in series)
    eligible = [
        trim
        for trim in series
        if trim.launched == (trim.price_wan is not None) and len(trim.raw) >= FULLNESS * typical
    ]
    kinds: dict[tuple[str, str, bool], list[Listed]] = {}
    for trim in eligible:
        kind = (trim.union["energy"], trim.union["body"], trim.launched)
        kinds.setdefault(kind, []).append(trim)
    wanted = min(
        TRIMS_PER_SERIES + TRIMS_PER_FURTHER_KIND * (len(kinds) - 1), MOST_TRIMS, len(eligible)
    )
    queues = [_by_merit(kind) for kind in kinds.values()]
    chosen: list[Listed] = []
    while len(chosen) < wanted:
        for queue in queues:
            if queue and len(chosen) < wanted:
                chosen.append(queue.pop(0))
    return [trim for trim in eligible if trim in chosen]


def _by_merit(kind: Sequence[Listed]) -> list[Listed]:
    def year(trim: Listed) -> str:
        return trim.union["model_year"]

    newest_first = sorted(kind, key=year, reverse=True)
    return [trim for _, group in groupby(newest_first, key=year) for trim in _spread(list(group))]


def _spread(trims: list[Listed]) -> list[Listed]:
    prices = {trim.union["uid"]: trim.price_wan or 0.0 for trim in trims}
    rest = sorted(trims, key=lambda trim: (prices[trim.union["uid"]], trim.union["uid"]))
    ordered = [rest.pop(0)]
    if rest:
        ordered.append(rest.pop())
    while rest:
        furthest = max(
            rest,
            key=lambda trim: min(
                abs(prices[trim.union["uid"]] - prices[taken.union["uid"]]) for taken in ordered
            ),
        )
        rest.remove(furthest)
        ordered.append(furthest)
    return ordered
