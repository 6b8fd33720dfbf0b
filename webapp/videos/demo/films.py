"""The films: what is drawn at each second, and the words that go with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from webapp.cars.drawing import Outline, outline
from webapp.catalogue.queries import TrimRow
from webapp.catalogue.vocabulary import BODIES
from webapp.videos.demo.canvas import GROUND, MUTED, TINTS, WIDTH, Canvas
from webapp.videos.watching.chapters import Chapter
from webapp.videos.watching.webvtt import Cue

FRAMES: Final = 15
"""A second."""
LEAD: Final = 2
"""Seconds for which the finished drawing is seen first: of these is the poster."""


@dataclass(frozen=True)
class Film:
    """`draw(second)` gives a frame; `moments` are (second, parameter) of `trim`."""

    key: str
    title: str
    description: str
    seconds: float
    draw: Callable[[float], bytes]
    cues: list[Cue]
    chapters: list[Chapter]
    trim: TrimRow | None
    moments: tuple[tuple[int, str], ...] = ()


def films(trims: Sequence[TrimRow]) -> list[Film]:
    """Three films: of the first of these cars, of the first two, of all body types."""
    made = [_bodies()]
    if len(trims) > 1:
        made.append(_two(trims[0], trims[1]))
    if trims:
        made.append(_dimensions(trims[0]))
    return [_led(film) for film in made]


def _led(film: Film) -> Film:
    """The film with its end in front of it."""

    def draw(second: float) -> bytes:
        return film.draw(second - LEAD if second >= LEAD else film.seconds)

    def later(cue: Cue) -> Cue:
        return Cue(cue.start + LEAD * 1000, cue.end + LEAD * 1000, cue.lines)

    return replace(
        film,
        seconds=film.seconds + LEAD,
        draw=draw,
        cues=[later(cue) for cue in film.cues],
        chapters=[Chapter(at + LEAD if at else 0, title) for at, title in film.chapters],
        moments=tuple((at + LEAD, subject) for at, subject in film.moments),
    )


def _dimensions(trim: TrimRow) -> Film:
    car = _outline(trim)
    scale = 860 / car.width
    x = (WIDTH - 60 - car.width * scale) / 2
    front, rear = (x + wheel[0] * scale for wheel in car.wheels)

    def draw(second: float) -> bytes:
        canvas = Canvas()
        canvas.ground(_share(second, 0, 0.8))
        if second > 0.6:
            canvas.car(car, x, scale, _share(second, 0.6, 3.4))
        if second > 4:
            canvas.measure(front, rear, GROUND + 46, str(trim.wheelbase_mm), _share(second, 4, 5))
        if second > 8:
            end = x + car.width * scale
            canvas.measure(x, end, GROUND + 124, str(trim.length_mm), _share(second, 8, 9))
        if second > 12:
            side, top = x + car.width * scale + 34, GROUND - car.height * scale
            canvas.upright(side, top, str(trim.height_mm), _share(second, 12, 13))
        return canvas.frame()

    return Film(
        "dimensions",
        f"{trim.series}：轴距、长和高画给你看",
        f"{trim.full_name}的侧面按参数画成，单位是毫米。\n"
        "这是示例视频，由本站的图形生成，不是实拍。",
        16,
        draw,
        _said(
            (0, f"{trim.series}的侧面，按参数表里的长、高、轴距画出来"),
            (4, f"轴距 {trim.wheelbase_mm} 毫米：两个车轮的中心之间"),
            (8, f"车长 {trim.length_mm} 毫米：从前保险杠到后保险杠"),
            (12, f"车高 {trim.height_mm} 毫米"),
            (16, ""),
        ),
        [Chapter(0, "轮廓"), Chapter(4, "轴距"), Chapter(8, "车长"), Chapter(12, "车高")],
        trim,
        ((4, "wheelbase_mm"), (8, "length_mm"), (12, "height_mm")),
    )


def _two(one: TrimRow, other: TrimRow) -> Film:
    cars = [_outline(one), _outline(other)]
    scale = 880 / max(car.width for car in cars)
    x = (WIDTH - max(car.width for car in cars) * scale) / 2

    def draw(second: float) -> bytes:
        canvas = Canvas()
        canvas.ground()
        for car, colour, start in zip(cars, TINTS, (0.5, 4.5), strict=False):
            if second > start:
                canvas.silhouette(car, x, scale, colour, _share(second, start, start + 3))
        for place, (trim, start) in enumerate(zip((one, other), (8.5, 10), strict=True)):
            if second > start:
                end, y = x + cars[place].width * scale, GROUND + 46 + 72 * place
                canvas.measure(x, end, y, str(trim.length_mm), _share(second, start, start + 1))
        return canvas.frame()

    longer, shorter = (one, other) if one.length_mm > other.length_mm else (other, one)  # type: ignore[operator]
    return Film(
        "two",
        f"{one.series}和{other.series}叠在一起看大小",
        f"{one.full_name}与{other.full_name}，前保险杠对齐，同一个比例。\n"
        "这是示例视频，由本站的图形生成，不是实拍。",
        14,
        draw,
        _said(
            (0, f"黑线是{one.series}"),
            (4, f"橙线是{other.series}，前保险杠对齐，同一个比例"),
            (8, f"{one.series}长 {one.length_mm} 毫米，{other.series}长 {other.length_mm} 毫米"),
            (
                11,
                f"{longer.series}长出 {longer.length_mm - shorter.length_mm} 毫米",  # type: ignore[operator]
            ),
            (14, ""),
        ),
        [Chapter(0, one.series), Chapter(4, other.series), Chapter(8, "差多少")],
        one,
    )


def _bodies() -> Film:
    shown = [body for body in BODIES if body in ("轿车", "SUV", "MPV", "旅行车", "跑车", "皮卡")]
    shown = (shown or list(BODIES))[:5]
    cars = [outline(body, length_mm=None, height_mm=None, wheelbase_mm=None) for body in shown]
    scale = 900 / max(car.width for car in cars)

    def draw(second: float) -> bytes:
        canvas = Canvas()
        canvas.ground()
        place = min(int(second / 3), len(cars) - 1)
        car, share = cars[place], _share(second, place * 3, place * 3 + 1.6)
        canvas.car(car, (WIDTH - car.width * scale) / 2, scale, share)
        canvas.figure((WIDTH / 2, 640), f"{place + 1} / {len(cars)}", MUTED, 26)
        return canvas.frame()

    marks = [(place * 3, body) for place, body in enumerate(shown)]
    return Film(
        "bodies",
        f"{len(shown)} 种车身，一条地线",
        "同一个比例下，各种车身有多长、多高。\n这是示例视频，由本站的图形生成，不是实拍。",
        3.0 * len(shown),
        draw,
        _said(*((second, body) for second, body in marks), (3 * len(shown), "")),
        [Chapter(second, body) for second, body in marks],
        None,
    )


def _outline(trim: TrimRow) -> Outline:
    return outline(
        trim.body,
        length_mm=trim.length_mm,
        height_mm=trim.height_mm,
        wheelbase_mm=trim.wheelbase_mm,
    )


def _share(second: float, start: float, end: float) -> float:
    """How far something is that runs from `start` to `end`, easing in and out."""
    t = min(max((second - start) / (end - start), 0.0), 1.0)
    return t * t * (3 - 2 * t)


def _said(*marks: tuple[float, str]) -> list[Cue]:
    """Cues, each until the next begins."""
    return [
        Cue(int(start * 1000), int(end * 1000) - 100, (text,))
        for (start, text), (end, _) in itertools.pairwise(marks)
    ]
