"""SVG path data of our drawings as chains of points: what a raster image is drawn from."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

Point = tuple[float, float]
Chain = tuple[Point, ...]

_WORDS: Final = re.compile(r"([MLCAZ])([^MLCAZ]*)")
_CURVE_STEPS: Final = 14
_ARC_STEPS: Final = 28


@lru_cache(maxsize=256)
def chains(path: str) -> tuple[Chain, ...]:
    """The lines of a path, curves and arcs in short steps, in the path's own units.

    It reads what `cars.drawing` writes: absolute M, L, C, A (circles) and Z.
    """
    found: list[list[Point]] = []
    for command, text in _WORDS.findall(path):
        numbers = [float(word) for word in text.split()]
        if command == "M":
            found.append([(numbers[0], numbers[1])])
        elif command == "L":
            found[-1].append((numbers[0], numbers[1]))
        elif command == "C":
            for start in range(0, len(numbers), 6):
                found[-1] += _curve(found[-1][-1], numbers[start : start + 6])
        elif command == "A":
            found[-1] += _arc(found[-1][-1], numbers)
        else:
            found[-1].append(found[-1][0])
    return tuple(tuple(chain) for chain in found)


def drawn(chain: Chain, share: float) -> Chain:
    """The first part of a chain, by its length."""
    if share >= 1:
        return chain
    steps = [math.dist(a, b) for a, b in itertools.pairwise(chain)]
    left = sum(steps) * max(share, 0)
    part = [chain[0]]
    for (start, end), step in zip(itertools.pairwise(chain), steps, strict=True):
        if step >= left:
            along = left / step if step else 0
            part.append(
                (start[0] + (end[0] - start[0]) * along, start[1] + (end[1] - start[1]) * along)
            )
            break
        part.append(end)
        left -= step
    return tuple(part)


def _curve(start: Point, numbers: list[float]) -> Iterator[Point]:
    (x0, y0), (x1, y1, x2, y2, x3, y3) = start, numbers
    for step in range(1, _CURVE_STEPS + 1):
        t = step / _CURVE_STEPS
        u = 1 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def _arc(start: Point, numbers: list[float]) -> Iterator[Point]:
    """Of a circle, by radius, the large-arc and the sweep flag (SVG 1.1, F.6.5)."""
    radius, _, _, large, sweep, x, y = numbers
    half = math.dist(start, (x, y)) / 2
    radius = max(radius, half)
    if not half:
        return
    middle = ((start[0] + x) / 2, (start[1] + y) / 2)
    away = math.sqrt(radius**2 - half**2) / (2 * half)
    side = 1 if large == sweep else -1
    centre = (middle[0] + side * away * (y - start[1]), middle[1] - side * away * (x - start[0]))
    begin = math.atan2(start[1] - centre[1], start[0] - centre[0])
    turn = math.atan2(y - centre[1], x - centre[0]) - begin
    if sweep and turn < 0:
        turn += 2 * math.pi
    elif not sweep and turn > 0:
        turn -= 2 * math.pi
    for step in range(1, _ARC_STEPS + 1):
        angle = begin + turn * step / _ARC_STEPS
        yield centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)
