"""What can hardly be true together is found, and stays found until somebody explains it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.catalogue.import_files import car, import_rows
from webapp.catalogue.queries import doubted
from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.reading.plausible import Car, doubts_of
from webapp.catalogue.service import explain_doubt
from webapp.errors import BadInput
from webapp.extensions import db
from webapp.transactions import transaction

USUAL = {
    "range_cltc_km": 505.0,
    "battery_kwh": 60.0,
    "trunk_l": 480.0,
    "trunk_max_l": 1400.0,
    "length_mm": 4700.0,
    "width_mm": 1880.0,
    "wheelbase_mm": 2800.0,
    "curb_weight_kg": 1900.0,
    "gross_weight_kg": 2300.0,
    "accel_0_100_s": 7.0,
    "price_wan": 15.0,
    "dealer_price_wan": 14.0,
}


def rules(
    *, energy: str = "BEV", structure: str = "5门5座SUV", seats: int = 5, **figures: float | None
) -> list[str]:
    """The rules that doubt the usual car with these figures in place of its own."""
    known = {key: number for key, number in (USUAL | figures).items() if number is not None}
    values = {key: Cell(number=number) for key, number in known.items()}
    values["body_structure"] = Cell(text=structure)
    return [doubt.rule for doubt in doubts_of(Car(energy, "SUV", seats, 160.0, values, 15.0))]


def test_a_usual_car_is_not_doubted() -> None:
    assert rules() == []


def test_a_car_of_which_nothing_is_known_is_not_doubted() -> None:
    assert doubts_of(Car(None, None, None, None, {})) == []


@pytest.mark.parametrize(
    ("figures", "rule"),
    [
        ({"trunk_l": 1320.0}, "boot"),
        ({"trunk_l": 480.0, "trunk_max_l": 400.0}, "boot"),
        ({"range_cltc_km": 1505.0}, "range"),
        ({"range_cltc_km": 150.0}, "range"),
        ({"accel_0_100_s": 2.1}, "acceleration"),
        ({"accel_0_100_s": 17.0}, "acceleration"),
        ({"curb_weight_kg": 5000.0, "gross_weight_kg": 6000.0, "accel_0_100_s": None}, "weight"),
        ({"gross_weight_kg": 1800.0}, "weight"),
        ({"wheelbase_mm": 4100.0}, "shape"),
        ({"price_wan": 150.0, "dealer_price_wan": None}, "price"),
        ({"dealer_price_wan": 1.4}, "dealer"),
        ({"dealer_price_wan": 16.0}, "dealer"),
        ({"range_cltc_km": None}, "cycle"),
        ({"fuel_depleted_l_100km": 5.5}, "cycle"),
        ({"displacement_ml": 1500.0}, "energy"),
    ],
)
def test_figures_that_cannot_be_true_together_are_doubted(
    figures: dict[str, float | None], rule: str
) -> None:
    assert rules(**figures) == [rule]


def test_words_that_contradict_the_columns_are_doubted() -> None:
    assert rules(structure="4门5座三厢车") == ["body"]
    assert rules(structure="5门7座SUV") == ["seats"]
    assert rules(structure="2门5座软顶敞篷车") == []
    assert rules(energy="ICE") == ["energy"]
    assert rules(energy="PHEV") == ["energy"]


@pytest.mark.database
def test_a_doubt_is_explained_until_the_figures_change(app: Flask, tmp_path: Path) -> None:
    figures = {"length_mm": "4310", "trunk_l": "1320"}
    import_rows(tmp_path, car(**figures))
    (found,) = doubted()
    assert (found.key, found.doubt.rule, found.reason) == ("A1", "boot", None)
    about = {"trim_id": found.trim_id, "rule": "boot", "said": found.doubt.said}
    with transaction():
        assert explain_doubt(**about, reason="厂商按座椅放倒后公布") is None
    assert [one.reason for one in doubted()] == ["厂商按座椅放倒后公布"]
    import_rows(tmp_path, car(**figures | {"trunk_l": "1330"}, captured="2025-12"))
    assert [one.reason for one in doubted()] == [None]
    with transaction():
        assert explain_doubt(**about, reason="") == "厂商按座椅放倒后公布"
    for wrong in ({"reason": "嗯"}, {"rule": "hearsay", "reason": "厂商公布"}):
        with pytest.raises(BadInput), transaction():
            explain_doubt(**about | wrong)


@pytest.mark.database
def test_the_command_lists_doubts_and_fails_while_one_is_unexplained(
    app: Flask, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    import_rows(tmp_path, car(length_mm="4310", trunk_l="1320"))
    result = runner.invoke(args=["cars", "doubts"])
    assert result.exit_code == 1
    line = json.loads(result.stdout)
    assert (line["key"], line["rule"]) == ("A1", "boot")
    assert "1320 L" in line["said"]
    other = runner.invoke(args=["cars", "doubts", "--rule", "price"])
    assert (other.exit_code, other.stdout) == (0, "")
    (found,) = doubted()
    with transaction():
        explain_doubt(
            trim_id=found.trim_id, rule="boot", said=found.doubt.said, reason="厂商公布如此"
        )
    db.session.remove()
    result = runner.invoke(args=["cars", "doubts"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "厂商公布如此" in runner.invoke(args=["cars", "doubts", "--all"]).stdout
