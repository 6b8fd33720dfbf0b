"""SVG path data of `webapp.cars.drawing` as polylines, for a raster."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final

Point = tuple[float, float]
_TOKEN: Final = re.compile(r"([MLCAZ])([^MLCAZ]*)")
_STEPS: Final = 16
"""Straight pieces of one curve."""


def polylines(path: str) -> list[list[Point]]:
    """Each subpath as points; a closed one ends where it began. Knows M, L, C, circular A, Z."""
    found: list[list[Point]] = []
    for command, text in _TOKEN.findall(path):
        numbers = [float(word) for word in text.split()]
        if command == "M":
            found.append([(numbers[0], numbers[1])])
        elif command == "Z":
            found[-1].append(found[-1][0])
        else:
            found[-1] += _points(command, found[-1][-1], numbers)
    return found


def _points(command: str, start: Point, numbers: list[float]) -> Iterator[Point]:
    if command == "L":
        yield numbers[0], numbers[1]
    elif command == "C":
        for at in range(0, len(numbers), 6):
            a, b, c = (tuple(numbers[at + n : at + n + 2]) for n in (0, 2, 4))
            yield from _curve(start, (a[0], a[1]), (b[0], b[1]), (c[0], c[1]))
            start = c[0], c[1]
    else:
        radius, _, _, large, sweep, x, y = numbers
        yield from _arc(start, radius, bool(large), bool(sweep), (x, y))


def _curve(a: Point, b: Point, c: Point, d: Point) -> Iterator[Point]:
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        u = 1 - t
        weights = u**3, 3 * u * u * t, 3 * u * t * t, t**3
        points = tuple(zip((a, b, c, d), weights, strict=True))
        yield sum(p[0] * w for p, w in points), sum(p[1] * w for p, w in points)


def _arc(start: Point, radius: float, large: bool, sweep: bool, end: Point) -> Iterator[Point]:
    """Of a circle, as SVG means it (SVG 2, 9.5.1)."""
    half_x, half_y = (end[0] - start[0]) / 2, (end[1] - start[1]) / 2
    half = math.hypot(half_x, half_y)
    radius = max(radius, half)
    away = math.sqrt(radius**2 - half**2) / half if half else 0.0
    if large == sweep:
        away = -away
    middle_x = start[0] + half_x - away * half_y
    middle_y = start[1] + half_y + away * half_x
    first = math.atan2(start[1] - middle_y, start[0] - middle_x)
    last = math.atan2(end[1] - middle_y, end[0] - middle_x)
    turn = (last - first) % math.tau if sweep else -((first - last) % math.tau)
    for step in range(1, 2 * _STEPS + 1):
        angle = first + turn * step / (2 * _STEPS)
        yield middle_x + radius * math.cos(angle), middle_y + radius * math.sin(angle)
