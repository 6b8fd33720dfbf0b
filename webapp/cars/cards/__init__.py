"""The picture that stands beside a shared link: cars to scale, their name and figures.

Pure drawing, no Flask. Letters come from a Chinese font of the machine; where it has none, the
cars stand alone, since boxes in place of characters help nobody.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from webapp.cars.cards.paths import Point, polylines
from webapp.cars.drawing import Outline
from webapp.config import ROOT

WIDTH: Final = 1200
HEIGHT: Final = 630
LOOK: Final = 1
"""Rises when cards are drawn otherwise, so that none drawn before is shown."""
FONTS: Final = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)
"""Where Debian, Arch, Fedora and macOS have a Chinese font. None is shipped."""
_FINE: Final = 2
"""Everything is drawn so many times larger, and made smaller at the end: smooth edges."""
_SMALLEST: Final = 24
"""Letters of this height can still be read in a chat."""
_MARGIN: Final = 64
_STAGE: Final = (250, 430)
"""Between these heights cars stand; the lower is the ground."""


@dataclass(frozen=True)
class Card:
    """`figures` are (label, value with its unit); several `cars` are drawn over one another, front
    axles aligned, each in its tint, and named in `names`."""

    title: str
    subtitle: str
    figures: tuple[tuple[str, str], ...]
    cars: tuple[Outline, ...]
    names: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Differs where the picture would."""
        said = repr((LOOK, font_path(), _colours(), self))
        return hashlib.sha256(said.encode()).hexdigest()[:32]


@cache
def font_path() -> str | None:
    return next((path for path in FONTS if Path(path).exists()), None)


def draw(card: Card) -> bytes:
    """A PNG of 1200 x 630 pixels."""
    image = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE), _colours()["paper"])
    pen = _Pen(ImageDraw.Draw(image))
    pen.line([(_MARGIN, _STAGE[1]), (WIDTH - _MARGIN, _STAGE[1])], "line-strong", 2)
    if len(card.cars) == 1:
        _car(pen, card.cars[0])
    elif card.cars:
        _overlay(pen, card.cars)
    if font_path() is not None:
        _words(pen, card)
    written = io.BytesIO()
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    small.save(written, "PNG", optimize=True)
    return written.getvalue()


@cache
def _colours() -> dict[str, str]:
    """Those of the light theme, as static/css/tokens.css has them."""
    text = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light = text.partition("}")[0]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))


class _Pen:
    """Draws in pixels of the finished card, with colours by the name of their token."""

    def __init__(self, drawing: ImageDraw.ImageDraw) -> None:
        self._drawing = drawing

    def line(self, points: list[Point], colour: str, width: float) -> None:
        fine = [(x * _FINE, y * _FINE) for x, y in points]
        self._drawing.line(fine, _colours()[colour], round(width * _FINE), joint="curve")

    def shape(self, points: list[Point], colour: str) -> None:
        self._drawing.polygon([(x * _FINE, y * _FINE) for x, y in points], _colours()[colour])

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        self._drawing.circle((x * _FINE, y * _FINE), radius * _FINE, _colours()[colour])

    def ring(self, x: float, y: float, radius: float, colour: str) -> None:
        self._drawing.circle(
            (x * _FINE, y * _FINE), radius * _FINE, outline=_colours()[colour], width=3 * _FINE
        )

    def text(
        self, at: Point, text: str, size: int, colour: str, *, room: float, anchor: str = "ls"
    ) -> None:
        """Write on one line within `room`, smaller or cut where it would not fit."""
        font = _font(fitting([text], size, room))
        while len(text) > 1 and font.getlength(text) > room * _FINE:
            text = text.rstrip("…")[:-1] + "…"
        place = (at[0] * _FINE, at[1] * _FINE)
        self._drawing.text(place, text, _colours()[colour], font, anchor=anchor)


def fitting(texts: Iterable[str], size: int, room: float) -> int:
    """The largest size up to `size` at which each of the texts fits, but none too small to read."""
    longest = list(texts)
    while size > _SMALLEST and any(_font(size).getlength(t) > room * _FINE for t in longest):
        size -= 2
    return size


def _font(size: int) -> ImageFont.FreeTypeFont:
    path = font_path()
    assert path is not None  # nothing is written without one
    return ImageFont.truetype(path, size * _FINE)


def _car(pen: _Pen, car: Outline) -> None:
    scale = min((_STAGE[1] - _STAGE[0]) / car.height, 620 / car.width) * 1.15
    left = (WIDTH - car.width * scale) / 2

    def placed(path: str) -> list[list[Point]]:
        return [[(left + x * scale, _STAGE[1] + y * scale) for x, y in p] for p in polylines(path)]

    for body in placed(car.body_path):
        pen.shape(body, "car-body")
        pen.line(body, "car-edge", 2.5)
    for window in placed(car.glass_path):
        pen.shape(window, "car-glass")
    for lines in car.lines:
        for line in placed(lines):
            pen.line(line, "car-line", 1.2)
    for lamps in car.lamps:
        for lamp in placed(lamps):
            pen.shape(lamp, "car-rim")
            pen.line(lamp, "car-edge", 1.2)
    for x, y, radius in car.wheels:
        centre = left + x * scale, _STAGE[1] + y * scale
        for share, colour in ((1.0, "car-tyre"), (0.7, "car-rim"), (0.14, "car-edge")):
            pen.disc(*centre, radius * scale * share, colour)


def _overlay(pen: _Pen, cars: tuple[Outline, ...]) -> None:
    fronts = [car.wheels[0][0] for car in cars]
    before = max(fronts)
    behind = max(car.width - front for car, front in zip(cars, fronts, strict=True))
    tallest = max(car.height for car in cars)
    scale = min(1.15 * (_STAGE[1] - _STAGE[0]) / tallest, 760 / (before + behind))
    axle = (WIDTH - (before + behind) * scale) / 2 + before * scale
    for number, (car, front) in enumerate(zip(cars, fronts, strict=True), start=1):
        for path, width in ((car.body_path, 3.0), (car.glass_path, 1.2)):
            for line in polylines(path):
                points = [(axle + (x - front) * scale, _STAGE[1] + y * scale) for x, y in line]
                pen.line(points, f"tint-{number}", width)
        for x, y, radius in car.wheels:
            centre = axle + (x - front) * scale, _STAGE[1] + y * scale
            pen.ring(*centre, radius * scale, f"tint-{number}")


def _words(pen: _Pen, card: Card) -> None:
    pen.text((WIDTH - _MARGIN, 96), "车知", 40, "accent", room=120, anchor="rs")
    wide = WIDTH - 2 * _MARGIN
    pen.text((_MARGIN, 112), card.title, 60, "ink", room=wide - 140)
    pen.text((_MARGIN, 166), card.subtitle, 32, "muted", room=wide)
    if card.names:
        _names(pen, card.names)
        return
    column = wide / max(1, len(card.figures))
    size = fitting((value for _, value in card.figures), 46, column - 24)
    for number, (label, value) in enumerate(card.figures):
        left = _MARGIN + number * column
        pen.text((left, 500), label, 26, "muted", room=column - 24)
        pen.text((left, 562), value, size, "ink", room=column - 24)


def _names(pen: _Pen, names: tuple[str, ...]) -> None:
    columns = 2 if len(names) <= 4 else 3
    column = (WIDTH - 2 * _MARGIN) / columns
    for number, name in enumerate(names):
        left, top = _MARGIN + number % columns * column, 492 + number // columns * 58
        pen.line([(left, top - 10), (left + 36, top - 10)], f"tint-{number + 1}", 6)
        pen.text((left + 50, top), name, 30, "ink", room=column - 74)
