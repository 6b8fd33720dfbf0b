"""Figures, and the table they are printed as."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """One measured value; `bar` is what it should reach, with `at_most` for what it may cost.

    `value` is None where it could not be measured; `note` says why, or what it counts.
    """

    part: str
    name: str
    value: float | None
    bar: float | None = None
    at_most: bool = False
    unit: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.value is None or self.bar is None:
            return ""
        reached = self.value <= self.bar if self.at_most else self.value >= self.bar
        return "ok" if reached else "below" if not self.at_most else "above"

    def shown(self, value: float | None) -> str:
        if value is None:
            return "-"
        if self.unit == "%":
            return f"{value * 100:.1f} %"
        return f"{value:.1f} {self.unit}" if self.unit else f"{value:.4g}"


def table(figures: Iterable[Figure]) -> str:
    rows = [("part", "figure", "value", "bar", "", "note")]
    for one in figures:
        sign = "≤ " if one.at_most else "≥ "
        bar = sign + one.shown(one.bar) if one.bar is not None else ""
        rows.append((one.part, one.name, one.shown(one.value), bar, one.verdict, one.note))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file. Raises ValueError naming the line that is none."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
    return found


def percentile(seconds: Sequence[float], share: float) -> float:
    """The nearest-rank percentile in milliseconds; 0 of nothing."""
    if not seconds:
        return 0.0
    return sorted(seconds)[math.ceil(share * len(seconds)) - 1] * 1000


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
