"""Charts as data: the server places every bar, a template draws them as SVG.

Across, positions are percent of the drawing's width, so that one chart fits a phone and a
desk without script while its text keeps its size; down, they are CSS pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final
from zlib import crc32

from webapp.formatting import month, number, thousands

Point = tuple[str, float | None]
"""A label, such as a month, and its value, None where nobody gave one."""

HEIGHT: Final = 232
TOP: Final = 26
BASE: Final = 200
_BAR_SHARE: Final = 0.68
_MOST_TICKS: Final = 7
_APART: Final = 0.16
_STEPS: Final = (1, 2, 2.5, 5, 10)
_DAY: Final = re.compile(r"(\d{1,2}) 月 (\d{1,2}) 日")
_MONTH: Final = re.compile(r"(\d{4})(?:-| 年 )(\d{1,2})(?: 月)?")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `x`, `width`, `middle` in percent, `y`, `height` in pixels; no height: a gap."""

    label: str
    value: float | None
    text: str
    tick: str
    """What stands under the bar, empty for most."""
    x: float
    width: float
    middle: float
    y: float
    height: float
    peak: bool
    named: bool
    """Whether its figure is written above it: the highest and the last."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the chart at a round figure."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    id: str
    title: str
    unit: str
    summary: str
    height: int
    base: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


def bar_chart(
    points: Sequence[Point], *, title: str, unit: str, summary: str | None = None
) -> BarChart:
    """A bar for each point, in the order given; values must not be negative.

    A point without a value stays an empty place, never a bar of height 0. The summary says
    span, peak and last value unless another is given.
    """
    known = [value for _, value in points if value is not None]
    if any(value < 0 for value in known):
        raise ValueError("a bar chart starts at 0: negative values cannot be drawn")
    top = max(known, default=0)
    step = _step(top)
    lines = max(1, ceil(top / step))
    pixels = (BASE - TOP) / (lines * step)
    marks = (Mark(round(BASE - n * step * pixels, 1), _text(n * step)) for n in range(1, lines + 1))
    return BarChart(
        id=f"chart-{crc32(title.encode()):08x}",
        title=title,
        unit=unit,
        summary=summary if summary is not None else _summary(points, unit),
        height=HEIGHT,
        base=BASE,
        bars=tuple(_bars(points, pixels)),
        marks=tuple(marks) if known else (),
    )


def _bars(points: Sequence[Point], pixels: float) -> Iterator[Bar]:
    """`pixels` is the height of one unit."""
    values = [value for _, value in points]
    known = [index for index, value in enumerate(values) if value is not None]
    peak = max(known, key=lambda index: values[index] or 0, default=None)
    named = _named(peak, known[-1] if known else None, len(points))
    slot = 100 / max(1, len(points))
    every = ceil(len(points) / _MOST_TICKS)
    year = ""
    for index, (label, value) in enumerate(points):
        tick = ""
        if index % every == 0:
            tick, year = _tick(label, year)
        # A very low bar still shows that there is a figure.
        height = max(value * pixels, 1.0) if value else 0.0
        yield Bar(
            label=_label(label),
            value=value,
            text="" if value is None else _text(value),
            tick=tick,
            x=round(index * slot + slot * (1 - _BAR_SHARE) / 2, 3),
            width=round(slot * _BAR_SHARE, 3),
            middle=round((index + 0.5) * slot, 3),
            y=round(BASE - height, 1),
            height=round(height, 1),
            peak=index == peak,
            named=index in named,
        )


def _named(peak: int | None, last: int | None, count: int) -> set[int]:
    """Bars that carry their figure; the last one only where it does not run into the peak's."""
    if peak is None or last is None:
        return set()
    return {peak, last} if (last - peak) / count > _APART else {peak}


def _step(top: float) -> float:
    """A round step that makes one to four lines up to `top`; whole where `top` is whole."""
    if top <= 0:
        return 1.0
    unit = float(10 ** floor(log10(top / 3)))
    whole = top == int(top)
    steps = (unit * factor for factor in _STEPS)
    return next(s for s in steps if s * 3 >= top * 0.9 and (not whole or s == int(s)))


def _summary(points: Sequence[Point], unit: str) -> str:
    known = [(label, value) for label, value in points if value is not None]
    if not known:
        return "还没有数据。"
    first, last = known[0], known[-1]
    if len(known) == 1:
        return f"只有{_label(last[0])}的数据：{_text(last[1])} {unit}。"
    peak = max(known, key=lambda point: point[1])
    gaps = len(points) - len(known)
    gone = f"，缺 {gaps} 个数据" if gaps else ""
    latest = "" if peak is last else f"，最近 {_text(last[1])} {unit}"
    return (
        f"{_label(first[0])}至{_label(last[0])}{gone}；"
        f"最高是{_label(peak[0])}的 {_text(peak[1])} {unit}{latest}。"
    )


def _text(value: float) -> str:
    return thousands(int(value)) if value == int(value) else number(value)


def _label(label: str) -> str:
    """Months as visitors read them, everything else as it is."""
    found = _MONTH.fullmatch(label)
    return month(f"{found[1]}-{found[2]}") if found else label


def _tick(label: str, year: str) -> tuple[str, str]:
    """Short form under the axis, with the year only where it is not that of the tick before.

    Returns the text and the year it stands in.
    """
    if day := _DAY.fullmatch(label):
        return f"{day[1]}/{day[2]}", year
    found = _MONTH.fullmatch(label)
    if not found:
        return label, year
    text = f"{int(found[2])} 月"
    return (text if found[1] == year else f"{found[1][2:]} 年 {text}"), found[1]
