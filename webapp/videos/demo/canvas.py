"""A frame of a film: cars to scale on one ground line, lines with their measure, figures.

Words would need a Chinese font, and none can be counted on: those are in the captions.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from webapp.cars.drawing import Outline
from webapp.videos.demo.strokes import Point, chains, drawn

WIDTH: Final = 1280
HEIGHT: Final = 720
_OVER: Final = 2
"""Drawn so many times larger and then made smaller, so that lines are smooth."""
GROUND: Final = 520
"""Where the wheels stand, from the top."""
# As the light theme of static/css/tokens.css.
PAPER: Final = "#fbfaf7"
INK: Final = "#15181d"
MUTED: Final = "#5a626e"
LINE: Final = "#82868d"
BODY: Final = "#ffffff"
WINDOW: Final = "#e8ecef"
TYRE: Final = "#22262c"
SHADE: Final = "#a3abb4"
ACCENT: Final = "#b4232a"
TINTS: Final = ("#15181d", "#b8500a", "#7446b5", "#0e7080", "#a8286f")


class Canvas:
    """`scale` is pixels a millimetre; x of a car's front bumper and y of the ground are pixels."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH * _OVER, HEIGHT * _OVER), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def frame(self) -> bytes:
        """RGB, row by row."""
        return self._image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).tobytes()

    def ground(self, share: float = 1.0) -> None:
        self.line((60, GROUND), (60 + (WIDTH - 120) * share, GROUND), LINE, 2)

    def car(self, outline: Outline, x: float, scale: float, share: float = 1.0) -> None:
        """A car as a side view; below 1 only its outline, as far as it is drawn."""
        if share >= 1:
            self._fill(outline.body_path, x, scale, BODY)
            self._fill(outline.glass_path, x, scale, WINDOW)
            for well in outline.wells:
                self._stroke(well, x, scale, TYRE, 3)
            for line in outline.lines:
                self._stroke(line, x, scale, LINE, 1)
            self._wheels(outline, x, scale)
            self._stroke(outline.glass_path, x, scale, INK, 1)
        self._stroke(outline.body_path, x, scale, INK, 3, share)

    def silhouette(
        self, outline: Outline, x: float, scale: float, colour: str, share: float
    ) -> None:
        self._stroke(outline.body_path, x, scale, colour, 3, share)
        if share >= 1:
            for cx, cy, r in outline.wheels:
                self.ring((x + cx * scale, GROUND + cy * scale), r * scale, colour)

    def ring(self, centre: Point, radius: float, colour: str) -> None:
        x, y, r = centre[0] * _OVER, centre[1] * _OVER, radius * _OVER
        self._draw.ellipse((x - r, y - r, x + r, y + r), outline=colour, width=2 * _OVER)

    def measure(self, left: float, right: float, y: float, figure: str, share: float) -> None:
        """A dimension line between two places, growing from its middle, with its figure."""
        middle, half = (left + right) / 2, (right - left) / 2 * min(share, 1)
        self.line((middle - half, y), (middle + half, y), ACCENT, 2)
        for end in (middle - half, middle + half):
            self.line((end, y - 9), (end, y + 9), ACCENT, 2)
        if share >= 1:
            self.figure((middle, y + 34), figure, ACCENT)

    def upright(self, x: float, top: float, figure: str, share: float) -> None:
        """The same from the ground up."""
        reach = GROUND - (GROUND - top) * min(share, 1)
        self.line((x, GROUND), (x, reach), ACCENT, 2)
        for end in (GROUND, reach):
            self.line((x - 9, end), (x + 9, end), ACCENT, 2)
        if share >= 1:
            self.figure((x + 58, (GROUND + top) / 2), figure, ACCENT)

    def figure(self, centre: Point, text: str, colour: str = INK, size: int = 34) -> None:
        place = centre[0] * _OVER, centre[1] * _OVER
        self._draw.text(place, text, fill=colour, font=_font(size * _OVER), anchor="mm")

    def line(self, start: Point, end: Point, colour: str, width: int) -> None:
        points = [start[0] * _OVER, start[1] * _OVER, end[0] * _OVER, end[1] * _OVER]
        self._draw.line(points, fill=colour, width=width * _OVER)

    def _wheels(self, outline: Outline, x: float, scale: float) -> None:
        for (cx, cy, radius), spokes in zip(outline.wheels, outline.spokes, strict=True):
            for share, colour in ((1.0, TYRE), (0.72, SHADE)):
                mx, my, r = (x + cx * scale), GROUND + cy * scale, radius * scale * share
                box = [side * _OVER for side in (mx - r, my - r, mx + r, my + r)]
                self._draw.ellipse(box, fill=colour)
            self._fill(spokes, x, scale, BODY)

    def _fill(self, path: str, x: float, scale: float, colour: str) -> None:
        for chain in chains(path):
            self._draw.polygon(self._placed(chain, x, scale), fill=colour)

    def _stroke(
        self, path: str, x: float, scale: float, colour: str, width: int, share: float = 1.0
    ) -> None:
        for chain in chains(path):
            placed = self._placed(drawn(chain, share), x, scale)
            self._draw.line(placed, fill=colour, width=width * _OVER, joint="curve")

    def _placed(self, chain: tuple[Point, ...], x: float, scale: float) -> list[Point]:
        return [((x + px * scale) * _OVER, (GROUND + py * scale) * _OVER) for px, py in chain]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
