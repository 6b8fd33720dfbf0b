"""The places of ten over twelve months, and small lines beside rows: placed here, drawn by a
template. Across, positions are percent of the width; down, CSS pixels. A line is broken where a
month is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from webapp.formatting import month
from webapp.rankings import addresses
from webapp.rankings.lists import Listed, Row

TOP: Final = 10
OUTSIDE: Final = TOP + 1
"""The line on which places behind the tenth stand."""
ROW_PIXELS: Final = 28
HEAD_PIXELS: Final = 14
FEWEST_MONTHS: Final = 2
SPARK_WIDTH: Final = 92
SPARK_HEIGHT: Final = 22
_EDGE: Final = 3


@dataclass(frozen=True)
class Dot:
    """`place` is written in it, "10 名外" beside it for one that stands on the last line."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Line:
    """One series. `segments` join months that follow each other and are both known."""

    key: str
    name: str
    href: str | None
    tint: int
    dots: tuple[Dot, ...]
    segments: tuple[tuple[Dot, Dot], ...]
    places: tuple[int | None, ...]

    @property
    def end(self) -> Dot:
        return self.dots[-1]


@dataclass(frozen=True)
class Column:
    x: float
    label: str
    tick: str
    is_known: bool


@dataclass(frozen=True)
class BumpChart:
    height: int
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    summary: str


@dataclass(frozen=True)
class Spark:
    """Points are pixels in a box of SPARK_WIDTH by SPARK_HEIGHT; `text` says it in words."""

    strokes: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    text: str


def bump_chart(months: Sequence[str], lists: Mapping[str, Listed]) -> BumpChart | None:
    """The first ten of the last month through all of them; None where fewer than two are known."""
    newest = lists.get(months[-1])
    if newest is None or len([m for m in months if m in lists]) < FEWEST_MONTHS:
        return None
    xs = [round((n + 0.5) * 100 / len(months), 2) for n in range(len(months))]
    columns = tuple(
        Column(x, month(m), _tick(months, n), m in lists)
        for n, (x, m) in enumerate(zip(xs, months, strict=True))
    )
    by_month = [
        {row.entry.key: row.place for row in lists[m].rows} if m in lists else None for m in months
    ]
    lines = [
        _line(row, number, xs, months, _through(row.entry.key, by_month))
        for number, row in enumerate(newest.rows[:TOP], start=1)
    ]
    gone = sum(1 for column in columns if not column.is_known)
    missing = f"，其中 {gone} 个月没有数据，线在那里断开" if gone else ""
    summary = (
        f"{columns[0].label}至{columns[-1].label}{missing}；"
        f"最后一个月第一名是{newest.rows[0].entry.name}。"
    )
    return BumpChart(HEAD_PIXELS * 2 + ROW_PIXELS * TOP, columns, tuple(lines), summary)


def _through(key: str, by_month: Sequence[Mapping[str, int] | None]) -> list[int | None]:
    return [None if places is None else places.get(key) for places in by_month]


def _line(
    row: Row, number: int, xs: Sequence[float], months: Sequence[str], places: list[int | None]
) -> Line:
    dots = [
        None if place is None else Dot(x, _y(place), f"{month(m)}第 {place}")
        for x, m, place in zip(xs, months, places, strict=True)
    ]
    # Rows that share the tenth place would lie on each other: the last dot keeps the row's order.
    end = Dot(xs[-1], _y(number), f"{month(months[-1])}第 {row.place}")
    dots[-1] = end
    links = addresses.of_entry(row.entry)
    return Line(
        key=row.entry.key,
        name=row.entry.name,
        href=links[0][1] if len(links) == 1 else None,
        tint=number,
        dots=tuple(dot for dot in dots if dot),
        segments=tuple((one, other) for one, other in pairwise(dots) if one and other),
        places=tuple(places),
    )


def _y(place: int) -> float:
    return HEAD_PIXELS + ROW_PIXELS * (min(place, OUTSIDE) - 1)


def _tick(months: Sequence[str], at: int) -> str:
    """Every third month and the last, the year where it changes."""
    if (len(months) - 1 - at) % 3:
        return ""
    year, number = months[at].split("-")
    return f"{year[2:]}/{int(number)}"


def spark(values: Sequence[float | None], unit: str) -> Spark | None:
    """A small line of values; None where fewer than two are known."""
    known = [value for value in values if value is not None]
    if len(known) < FEWEST_MONTHS:
        return None
    low, high = min(known), max(known)
    step = (SPARK_WIDTH - 2 * _EDGE) / (len(values) - 1)
    span = (high - low) or 1
    points = [
        None
        if value is None
        else (
            round(_EDGE + n * step, 1),
            round(SPARK_HEIGHT - _EDGE - (value - low) / span * (SPARK_HEIGHT - 2 * _EDGE), 1),
        )
        for n, value in enumerate(values)
    ]
    strokes, alone = [], []
    run: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
            continue
        if len(run) > 1:
            strokes.append(" ".join(f"{x},{y}" for x, y in run))
        elif run:
            alone.append(run[0])
        run = []
    text = f"{len(values)} 个月里有 {len(known)} 个月的数，最低 {low:g}，最高 {high:g} {unit}"
    return Spark(tuple(strokes), tuple(alone), text)
