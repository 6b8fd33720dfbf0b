"""Smooth curves through knots, as SVG path data.

Coordinates are millimetres with y upwards from the ground; path data flips y, so that the
ground is y = 0 and everything above it negative, as SVG wants it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
Segment = tuple[Point, Point, Point, Point]
"""One cubic Bezier: start, two handles, end."""

# A handle of 0.36 of the chord follows a circle closely for the turns a car body makes.
_HANDLE = 0.36


class Knot(NamedTuple):
    """A point the curve passes, with its direction in degrees before and after it."""

    x: float
    y: float
    into: float
    out: float


def knots(*rows: tuple[float, ...]) -> tuple[Knot, ...]:
    """Knots from rows of (x, y, direction) or, at a corner, (x, y, direction in, out)."""
    return tuple(Knot(row[0], row[1], row[2], row[-1]) for row in rows)


def smooth(line: Sequence[Knot], *, closed: bool = False) -> list[Segment]:
    """Cubic segments through the knots; closed joins the last knot to the first."""
    ends = [*line[1:], line[0]] if closed else line[1:]
    return [_segment(start, end) for start, end in zip(line, ends, strict=False)]


def _segment(start: Knot, end: Knot) -> Segment:
    reach = _HANDLE * math.hypot(end.x - start.x, end.y - start.y)
    away, home = math.radians(start.out), math.radians(end.into)
    return (
        (start.x, start.y),
        (start.x + reach * math.cos(away), start.y + reach * math.sin(away)),
        (end.x - reach * math.cos(home), end.y - reach * math.sin(home)),
        (end.x, end.y),
    )


def between(chain: Sequence[Segment], x_from: float, x_to: float) -> list[Segment]:
    """The part of a chain that runs left to right between two x."""
    part: list[Segment] = []
    for segment in chain:
        left, right = segment[0][0], segment[3][0]
        if right <= x_from or left >= x_to:
            continue
        if right > x_to:
            segment = _split(segment, _parameter(segment, x_to))[0]
        if left < x_from:
            segment = _split(segment, _parameter(segment, x_from))[1]
        part.append(segment)
    return part


def backwards(chain: Sequence[Segment]) -> list[Segment]:
    """The same line drawn from its end to its start."""
    return [(d, c, b, a) for a, b, c, d in reversed(chain)]


def path(chain: Sequence[Segment], *, closed: bool = False) -> str:
    """SVG path data, whole millimetres; gaps between segments are bridged by a line."""
    here = chain[0][0]
    words = [f"M{_pair(here)}"]
    for start, first, second, end in chain:
        if start != here:
            words.append(f"L{_pair(start)}")
        words.append(f"C{_pair(first)} {_pair(second)} {_pair(end)}")
        here = end
    return "".join(words) + ("Z" if closed else "")


def _pair(point: Point) -> str:
    return f"{round(point[0])} {round(-point[1])}"


def _parameter(segment: Segment, x: float) -> float:
    """Where on a segment that runs left to right its x is reached, 0..1."""
    low, high = 0.0, 1.0
    for _ in range(14):  # 1/16,000 of a segment: far below a millimetre
        middle = (low + high) / 2
        if _split(segment, middle)[0][3][0] < x:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _split(segment: Segment, t: float) -> tuple[Segment, Segment]:
    def mix(p: Point, q: Point) -> Point:
        return (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)

    a, b, c, d = segment
    ab, bc, cd = mix(a, b), mix(b, c), mix(c, d)
    abc, bcd = mix(ab, bc), mix(bc, cd)
    middle = mix(abc, bcd)
    return (a, ab, abc, middle), (middle, bcd, cd, d)


def piecewise(stops: Sequence[tuple[float, float]]) -> Callable[[float], tuple[float, float]]:
    """A piecewise linear map through (from, to) stops, rising; gives value and slope.

    Beyond the first and last stop it goes on with the slope of the nearest piece. At a stop
    the slope is the mean of both sides, so that a smooth line stays smooth across it.
    """
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(stops)]

    def value(x: float) -> tuple[float, float]:
        index = 0
        while index < len(slopes) - 1 and x > stops[index + 1][0]:
            index += 1
        start, target = stops[index]
        slope = slopes[index]
        if index < len(slopes) - 1 and x == stops[index + 1][0]:
            return target + (x - start) * slope, (slope + slopes[index + 1]) / 2
        return target + (x - start) * slope, slope

    return value
