"""The drawn car: true to its figures, honest about missing ones."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from webapp.cars.drawing import Outline, outline
from webapp.catalogue.vocabulary import BODIES

SMALL = {"length_mm": 2920, "height_mm": 1493, "wheelbase_mm": 1940}
LARGE = {"length_mm": 5500, "height_mm": 1900, "wheelbase_mm": 3300}
USUAL = {"length_mm": 4600, "height_mm": 1550, "wheelbase_mm": 2750}
SIZES = [SMALL, USUAL, LARGE]

Point = tuple[float, float]


def points(data: str) -> list[Point]:
    """Points along path data: the ends of lines and arcs, and twenty on each curve."""
    found: list[Point] = []
    for command, numbers in re.findall(r"([MLCA])([^MLCAZ]*)", data):
        values = [float(value) for value in re.findall(r"-?\d+", numbers)]
        if command == "C":
            curve = [found[-1], *zip(values[::2], values[1::2], strict=True)]
            found += [bezier(curve, step / 20) for step in range(1, 21)]
        else:
            found.append((values[-2], values[-1]))
    return found


def bezier(curve: list[Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x = sum(weight * point[0] for weight, point in zip(weights, curve, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, curve, strict=True))
    return x, y


def extent(data: str) -> tuple[float, float, float, float]:
    xs, ys = zip(*points(data), strict=True)
    return min(xs), max(xs), min(ys), max(ys)


@pytest.mark.parametrize("size", SIZES, ids=["small", "usual", "large"])
@pytest.mark.parametrize("body", BODIES)
def test_bumpers_and_roof_lie_where_the_figures_put_them(body: str, size: dict[str, int]) -> None:
    drawn = outline(body, **size)
    left, right, top, bottom = extent(drawn.body_path)
    assert left == pytest.approx(0, abs=12)
    assert right == pytest.approx(size["length_mm"], abs=12)
    assert top == pytest.approx(-size["height_mm"], abs=12)
    assert bottom < -60  # some ground clearance
    assert (drawn.width, drawn.height) == (size["length_mm"], size["height_mm"])


@pytest.mark.parametrize("size", SIZES, ids=["small", "usual", "large"])
@pytest.mark.parametrize("body", BODIES)
def test_wheels_are_round_stand_on_the_ground_and_keep_the_wheelbase(
    body: str, size: dict[str, int]
) -> None:
    drawn = outline(body, **size)
    (front, front_y, front_r), (rear, rear_y, rear_r) = drawn.wheels
    assert rear - front == pytest.approx(size["wheelbase_mm"], abs=1)
    assert (front_y, rear_y) == (-front_r, -rear_r)
    assert front - front_r > 0
    assert rear + rear_r < size["length_mm"]
    assert 480 < 2 * front_r < 820  # diameters of tyres on the road


@pytest.mark.parametrize("size", SIZES, ids=["small", "usual", "large"])
@pytest.mark.parametrize("body", BODIES)
def test_windows_stay_inside_the_body(body: str, size: dict[str, int]) -> None:
    drawn = outline(body, **size)
    roof = points(drawn.body_path)
    for x, y in points(drawn.glass_path):
        above = min(roof_y for roof_x, roof_y in roof if abs(roof_x - x) < 150)
        assert above <= y
    assert drawn.glass_path.count("M") == drawn.glass_path.count("Z") >= 2


def test_every_body_type_is_drawn_in_its_own_way() -> None:
    assert len({outline(body, **USUAL).body_path for body in BODIES}) == len(BODIES)


def test_a_longer_wheelbase_moves_the_wheels_and_nothing_else_of_the_size() -> None:
    short = outline("SUV", length_mm=4700, height_mm=1680, wheelbase_mm=2650)
    long = outline("SUV", length_mm=4700, height_mm=1680, wheelbase_mm=2950)
    assert long.wheels[1][0] - short.wheels[1][0] == pytest.approx(150, abs=60)
    assert extent(long.body_path)[1] == pytest.approx(extent(short.body_path)[1], abs=2)


def test_a_car_with_all_figures_is_not_approximate() -> None:
    assert not outline("轿车", **USUAL).approximate


@pytest.mark.parametrize("missing", ["length_mm", "height_mm", "wheelbase_mm"])
def test_a_missing_figure_is_drawn_as_usual_for_the_body_and_said_to_be(missing: str) -> None:
    drawn = outline("SUV", **(USUAL | {missing: None}))
    assert drawn.approximate
    assert getattr(drawn, missing) is None
    assert drawn.width > 3000
    assert drawn.height > 1200


def test_an_unknown_body_is_drawn_and_said_to_be_approximate() -> None:
    nothing = outline(None, length_mm=None, height_mm=None, wheelbase_mm=None)
    assert nothing.approximate
    assert nothing.body_path.startswith("M")
    assert outline("敞篷", **USUAL).approximate


@pytest.mark.parametrize("slip", [270, 4590, 27500])
def test_a_wheelbase_that_no_car_has_is_not_drawn(slip: int) -> None:
    drawn = outline("轿车", length_mm=4600, height_mm=1450, wheelbase_mm=slip)
    assert drawn.approximate
    assert 2500 < drawn.wheels[1][0] - drawn.wheels[0][0] < 3000
    assert drawn.wheelbase_mm == slip  # the figure itself is shown as it was given


def test_the_same_car_is_drawn_once() -> None:
    assert outline("MPV", **LARGE) is outline("MPV", **LARGE)


def test_path_data_is_whole_millimetres_and_light() -> None:
    for body in BODIES:
        drawn = outline(body, **USUAL)
        for data in (drawn.body_path, drawn.glass_path, *drawn.lines, *drawn.lamps):
            assert re.fullmatch(r"[MLCAZ0-9 -]+", data)
        assert len(drawn.body_path) + len(drawn.glass_path) < 1600


def macro(app: Flask, name: str, *arguments: object) -> str:
    module = app.jinja_env.get_template("_components/car.html").module
    return str(getattr(module, name)(*arguments))


def test_a_dimension_drawing_shows_the_figures_and_reads_them_out(app: Flask) -> None:
    html = macro(app, "dimensions", outline("轿车", **USUAL), "凯美瑞")
    assert 'aria-label="凯美瑞侧视图：长 4,600 mm，轴距 2,750 mm，高 1,550 mm"' in html
    assert "示意" not in html


def test_a_dimension_drawing_names_what_is_unknown(app: Flask) -> None:
    drawn = outline("轿车", length_mm=4600, height_mm=None, wheelbase_mm=2750)
    html = macro(app, "dimensions", drawn, "凯美瑞")
    assert "高 未知" in html
    assert re.search(r"高</tspan>\s*未知", html)
    assert "示意" in html


def test_an_overlay_puts_all_front_axles_over_one_another(app: Flask) -> None:
    drawings: list[Outline] = [outline("SUV", **USUAL), outline("MPV", **LARGE)]
    cars = [
        {"label": f"车 {n}", "drawing": drawing, "url": f"/cars/trims/{n}"}
        for n, drawing in enumerate(drawings)
    ]
    html = macro(app, "overlay", cars)
    shifts = [int(shift) for shift in re.findall(r"translate\((-\d+) 0\)", html)]
    assert shifts == [-drawing.wheels[0][0] for drawing in drawings]
    assert html.count('<th scope="row">') == 2  # the table says the same
    assert "5,500" in html


def test_small_outlines_share_one_scale(app: Flask) -> None:
    boxes = [
        re.search(r'viewBox="\S+ \S+ (\d+) (\d+)"', macro(app, "outline", outline("SUV", **size)))
        for size in (SMALL, USUAL)
    ]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0].groups() == boxes[1].groups()
