"""Ranges of different test cycles never stand on one scale or in one median."""

from __future__ import annotations

import random

import pytest
from flask import Flask

from tests.catalogue import catalogue
from tests.catalogue.test_queries import holds, many, random_condition
from webapp.cars.pages.figures import figure_of
from webapp.catalogue import queries
from webapp.catalogue.filters import Selection
from webapp.catalogue.models import Trim
from webapp.catalogue.projection import CLASS_FIELDS, class_figures
from webapp.catalogue.queries import Yardstick, trims_by_id
from webapp.catalogue.vocabulary import RANGE_CYCLES

__all__ = ["many"]

USUAL = RANGE_CYCLES[0]


@pytest.mark.parametrize("seed", range(10))
def test_a_median_is_that_of_the_usual_cycle_alone(seed: int) -> None:
    rng = random.Random(seed)
    unknown = dict.fromkeys((*CLASS_FIELDS, "price_fen"))
    trims = [
        unknown
        | {"size": "中型", "body": rng.choice(["SUV", "轿车"]), "energy": "BEV"}
        | {"range_km": rng.randrange(200, 900), "range_cycle": rng.choice([*RANGE_CYCLES, None])}
        for _ in range(80)
    ]
    usual = [trim for trim in trims if trim["range_cycle"] == USUAL]
    assert class_figures(trims) == class_figures(usual)
    assert {figure["trims"] for figure in class_figures(usual)} <= {*range(5, len(usual))}


def test_bars_and_histograms_hold_the_usual_cycle_alone(many: list[Trim]) -> None:
    rng = random.Random(31)
    drawn = 0
    for _ in range(60):
        condition = random_condition(rng, many)
        usual = [
            trim.range_km
            for trim in many
            if holds(condition, trim) and trim.range_cycle == USUAL and trim.range_km is not None
        ]
        found = queries.count_trims(Selection((condition,)), spread=("range_km",))
        assert found.spans.get("range_km") == ((min(usual), max(usual)) if usual else None)
        if condition.field != "range_km":
            spread = found.spread["range_km"]
            assert sum(n for km, n in spread.items() if km is not None) == len(usual)
        drawn += len(usual)
    assert drawn


@pytest.mark.parametrize("cycle", [*RANGE_CYCLES, None])
def test_a_figure_of_another_cycle_has_no_bar_and_no_median(app: Flask, cycle: str | None) -> None:
    made = catalogue.trim("a", range_km=500, range_cycle=cycle)
    catalogue.publish()
    (row,) = trims_by_id([made.id])
    yardsticks = {(row.class_key, "range_km"): Yardstick(300, 450, 600, 9)}
    for scale in ((0.0, 800.0), None):
        figure = figure_of(row, "range_km", yardsticks, scale)
        assert figure.text == "500"
        told = (figure.share is not None, figure.median is not None, bool(figure.note))
        assert told == ((True,) * 3 if cycle == USUAL else (False,) * 3)
