"""The car in true proportion: a side view from body type, length, height and wheelbase.

Pure functions in millimetres, no Flask. The ground is y = 0 and up is negative, as in SVG; the
front bumper stands at x = 0. The reference shape of a body type is bent so that bumpers, axles
and roof lie exactly where the figures put them, while wheels stay round.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from webapp.cars.drawing.curves import (
    Knot,
    Segment,
    backwards,
    between,
    path,
    piecewise,
    smooth,
)
from webapp.cars.drawing.shapes import ANY_BODY, ARCH_GAP, SHAPES, Line, Shape

Wheel = tuple[int, int, int]
"""cx, cy, r."""

# A wheelbase outside these shares of the length is a slip of the pen in the data: no car on
# sale comes near, and wheels drawn there would stand outside the body.
_WHEELBASE_SHARES: Final = (0.48, 0.76)
_WELL_LIP: Final = 34
_SPOKES: Final = 5


@dataclass(frozen=True, slots=True)
class Outline:
    """The drawing of one car as SVG path data, whole millimetres.

    `length_mm`, `height_mm` and `wheelbase_mm` are the figures as given; where one is None (or
    the body is unknown) the drawing uses what is typical and `approximate` is true. `width`
    and `height` are the size as drawn.
    """

    body: str | None
    length_mm: int | None
    height_mm: int | None
    wheelbase_mm: int | None
    width: int
    height: int
    approximate: bool
    body_path: str
    glass_path: str
    wheels: tuple[Wheel, Wheel]
    wells: tuple[str, ...]
    """Shadow between tyre and arch, drawn above the lines."""
    lines: tuple[str, ...]
    """Door cuts, creases, bumper joints: open strokes."""
    lamps: tuple[str, ...]
    """Lamps and mirror: small closed shapes."""
    spokes: tuple[str, ...]


@lru_cache(maxsize=1024)
def outline(
    body: str | None,
    *,
    length_mm: int | None,
    height_mm: int | None,
    wheelbase_mm: int | None,
) -> Outline:
    """Draw a car; `body` is a body type of the vocabulary or None, sizes are millimetres."""
    shape = SHAPES.get(body or "", SHAPES[ANY_BODY])
    length = length_mm or shape.length
    height = height_mm or shape.height
    usual = shape.wheelbase / shape.length
    share = wheelbase_mm / length if wheelbase_mm else usual
    believable = _WHEELBASE_SHARES[0] <= share <= _WHEELBASE_SHARES[1]
    bend = _Bend(shape, length, height, length * (share if believable else usual))
    given = body in SHAPES and length_mm and height_mm and wheelbase_mm and believable
    return Outline(
        body=body,
        length_mm=length_mm,
        height_mm=height_mm,
        wheelbase_mm=wheelbase_mm,
        width=round(length),
        height=round(height),
        approximate=not given,
        body_path=_body(shape, bend),
        glass_path=_glass(shape, bend),
        wheels=(bend.wheel(bend.front), bend.wheel(bend.rear)),
        wells=(bend.arch(bend.front, 0), bend.arch(bend.rear, 0)),
        lines=_lines(shape, bend),
        lamps=tuple(path(bend.curve(lamp, closed=True), closed=True) for lamp in shape.lamps),
        spokes=(bend.spokes(bend.front), bend.spokes(bend.rear)),
    )


class _Bend:
    """Maps reference coordinates to those of the car being drawn."""

    def __init__(self, shape: Shape, length: float, height: float, wheelbase: float) -> None:
        self.front = shape.front / (shape.length - shape.wheelbase) * (length - wheelbase)
        self.rear = self.front + wheelbase
        # Tyres grow with the car: 1 mm of diameter for each 10 mm of length, as on the road.
        self.radius = shape.radius + 0.05 * (length - shape.length)
        self.arch_radius = self.radius + ARCH_GAP
        axles = (shape.front, self.front), (shape.front + shape.wheelbase, self.rear)
        self._x = piecewise([(0, 0), *axles, (shape.length, length)])
        # Below the axle height scales with the tyre, above it with the height of the car.
        self._y = piecewise([(0, 0), (shape.radius, self.radius), (shape.height, height)])
        self.sill = tuple(self.y(height) for height in shape.sill)

    def x(self, value: float) -> float:
        return self._x(value)[0]

    def y(self, value: float) -> float:
        return self._y(value)[0]

    def curve(self, line: Line, *, closed: bool = False) -> list[Segment]:
        return smooth([self._knot(knot) for knot in line], closed=closed)

    def _knot(self, knot: Knot) -> Knot:
        (x, stretch_x), (y, stretch_y) = self._x(knot.x), self._y(knot.y)

        def turned(degrees: float) -> float:
            angle = math.radians(degrees)
            return math.degrees(
                math.atan2(stretch_y * math.sin(angle), stretch_x * math.cos(angle))
            )

        return Knot(x, y, turned(knot.into), turned(knot.out))

    def foot(self, y: float, radius: float) -> float:
        """How far from the axle an arch of this radius reaches down to y."""
        return math.sqrt(radius**2 - (self.radius - y) ** 2)

    def arch(self, axle: float, lip: float) -> str:
        """The arch over a wheel from foot to foot; `lip` widens it."""
        radius = self.arch_radius + lip
        left, right = (self.sill[0], self.sill[1]) if axle == self.front else self.sill[1:]
        return (
            f"M{round(axle - self.foot(left, radius))} {round(-left)}"
            f"A{round(radius)} {round(radius)} 0 1 1 "
            f"{round(axle + self.foot(right, radius))} {round(-right)}"
        )

    def wheel(self, axle: float) -> Wheel:
        return round(axle), round(-self.radius), round(self.radius)

    def spokes(self, axle: float) -> str:
        """Tapering spokes from hub to rim, each a closed shape."""
        shapes = []
        for step in range(_SPOKES):
            turn = 90 + step * 360 / _SPOKES
            corners = ((-38, 0.15), (-7.5, 0.71), (7.5, 0.71), (38, 0.15))
            points = (self._polar(axle, turn + side, share) for side, share in corners)
            shapes.append(f"M{'L'.join(points)}Z")
        return "".join(shapes)

    def _polar(self, axle: float, degrees: float, share: float) -> str:
        angle, reach = math.radians(degrees), share * self.radius
        x, y = axle + reach * math.cos(angle), self.radius + reach * math.sin(angle)
        return f"{round(x)} {round(-y)}"


def _body(shape: Shape, bend: _Bend) -> str:
    """The silhouette: skin, rear arch, sill, front arch."""
    front_foot, sill, rear_foot = bend.sill
    skin = bend.curve(shape.skin)
    start = (bend.front - bend.foot(front_foot, bend.arch_radius), front_foot)
    end = (bend.rear + bend.foot(rear_foot, bend.arch_radius), rear_foot)
    skin[0] = (start, *skin[0][1:])
    skin[-1] = (*skin[-1][:3], end)
    radius = round(bend.arch_radius)
    reach = bend.foot(sill, bend.arch_radius)
    return (
        f"{path(skin)}A{radius} {radius} 0 1 0 {round(bend.rear - reach)} {round(-sill)}"
        f"L{round(bend.front + reach)} {round(-sill)}"
        f"A{radius} {radius} 0 1 0 {round(start[0])} {round(-start[1])}Z"
    )


def _glass(shape: Shape, bend: _Bend) -> str:
    """Each window is cut out of one daylight opening, so that they share their lines."""
    top, bottom = bend.curve(shape.glass_top), bend.curve(shape.glass_bottom)
    windows = []
    for top_left, bottom_left, top_right, bottom_right in shape.windows:
        roof = between(top, bend.x(top_left), bend.x(top_right))
        belt = between(bottom, bend.x(bottom_left), bend.x(bottom_right))
        windows.append(path([*roof, *backwards(belt)], closed=True))
    return "".join(windows)


def _lines(shape: Shape, bend: _Bend) -> tuple[str, ...]:
    lines = [path(bend.curve(line)) for line in shape.lines]
    if shape.cladding:
        lines += [bend.arch(axle, _WELL_LIP) for axle in (bend.front, bend.rear)]
    return tuple(lines)
