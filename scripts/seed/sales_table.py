"""Monthly sales of the seed's series out of the shared sales file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FIRST_PERIOD: Final = "2022-01"
SCOPES: Final = {"retail": "retail", "wholesale(incl. export)": "wholesale"}
SOURCES: Final = {
    "kaggle-china-auto-sales": "车主之家，经 Kaggle",
    "autohome-rank": "汽车之家销量榜",
    "16888": "车主之家销量榜",
    "16888-or-autohome via chinese-car-watch": "车主之家或汽车之家，经 chinese-car-watch",
}
_UNCERTAIN: Final = "16888-or-autohome via chinese-car-watch"
"""Who counted is not said."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A series of the seed and what the other files call it, each name only where it is certain."""

    brand: str
    series: str
    sales_names: tuple[str, ...]
    ranking_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """Units of a series sold in one month."""

    brand: str
    series: str
    period: str
    scope: str
    units: int
    source: str
    confidence: str


def read_wanted(path: Path) -> list[Wanted]:
    """The table of series next to this module."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Wanted(
                row["brand"],
                row["series"],
                tuple(filter(None, row["sales_names"].split("|"))),
                tuple(filter(None, row["ranking_names"].split("|"))),
            )
            for row in csv.DictReader(file)
        ]


def same_name(name: str) -> str:
    """Names that differ in spaces or case only are the same."""
    return "".join(name.split()).casefold()


def read_sales(path: Path, wanted: Sequence[Wanted]) -> list[Month]:
    """The months of the wanted series since 2022, by series, scope and period.

    Raises ValueError where two rows claim the same month of a series.
    """
    by_name = {
        same_name(name): series
        for series in wanted
        for name in (series.series, *series.sales_names)
    }
    months: dict[tuple[str, str, str], Month] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            series = by_name.get(same_name(row["series"]))
            if series is None or row["month"] < FIRST_PERIOD:
                continue
            month = _month(series, row)
            at = (month.series, month.scope, month.period)
            if at in months:
                raise ValueError(f"two figures for {at}")
            months[at] = month
    order = {series.series: position for position, series in enumerate(wanted)}
    listed = sorted(months.values(), key=lambda m: (order[m.series], m.scope, m.period))
    return _without_carried_over(listed)


def _month(series: Wanted, row: Mapping[str, str]) -> Month:
    scope, source = SCOPES[row["scope"]], SOURCES[row["source"]]
    confidence = "low" if row["source"] == _UNCERTAIN else "listed"
    return Month(
        series.brand, series.series, row["month"], scope, int(row["units"]), source, confidence
    )


def _without_carried_over(months: Iterable[Month]) -> list[Month]:
    """Without months that only repeat the figure of the month before, to the last car."""
    kept: list[Month] = []
    for month in months:
        before = kept[-1] if kept else None
        if before and _without_period(month) == _without_period(before):
            continue
        kept.append(month)
    return kept


def _without_period(month: Month) -> tuple[str, str, int]:
    return month.series, month.scope, month.units


def best_sellers(path: Path, wanted: Sequence[Wanted], count: int) -> dict[str, bool]:
    """The `count` best-selling names of the 2025 ranking, and whether each is in the seed."""
    names = {
        same_name(name) for series in wanted for name in (series.series, *series.ranking_names)
    }
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["rank"]))
    return {row["series_name"]: same_name(row["series_name"]) in names for row in rows[:count]}
