"""One table says how figures are called and judged; pages, lists and answers read it."""

from __future__ import annotations

import pytest

from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.catalogue.measures import MEASURES, applies, comparable
from webapp.catalogue.reading.reference import parameters


def test_a_measure_and_the_parameter_of_its_name_agree_on_what_is_better() -> None:
    known = parameters()
    differing = {
        key: (measure.better, known[key].better)
        for key, measure in MEASURES.items()
        if key in known and measure.better != known[key].better
    }
    assert differing == {}


def test_a_measure_and_the_filter_of_its_name_have_one_unit() -> None:
    both = MEASURES.keys() & FIELDS_BY_NAME.keys()
    assert {k for k in both if MEASURES[k].unit != FIELDS_BY_NAME[k].unit} == set()


@pytest.mark.parametrize(
    ("key", "section", "energies"),
    [
        ("cylinders", "发动机", "ICE HEV PHEV EREV"),
        ("fuel_tank_l", "车身", "ICE HEV PHEV EREV"),
        ("fuel_wltc_l_100km", "基本参数", "ICE HEV PHEV EREV"),
        ("fuel_depleted_wltc_l_100km", "基本参数", "PHEV EREV"),
        ("range_cltc_km", "基本参数", "BEV PHEV EREV"),
        ("range_total_cltc_km", "基本参数", "PHEV EREV"),
        ("fast_charge_h", "电池/充电", "BEV PHEV EREV"),
        ("battery_type", "电池/充电", "BEV HEV PHEV EREV FCEV"),
        ("motor_kw", "电动机", "BEV HEV PHEV EREV FCEV"),
        ("length_mm", "车身", "ICE HEV PHEV EREV BEV FCEV"),
    ],
)
def test_a_parameter_applies_to_cars_that_can_have_it(
    key: str, section: str, energies: str
) -> None:
    every = ("ICE", "HEV", "PHEV", "EREV", "BEV", "FCEV")
    assert {e for e in every if applies(key, e, section)} == set(energies.split())


def test_the_section_of_a_shipped_parameter_need_not_be_said() -> None:
    assert not applies("cylinders", "BEV")
    assert applies("cylinders", "PHEV")


def test_where_the_energy_is_unknown_everything_may_apply() -> None:
    assert applies("cylinders", None, "发动机")


@pytest.mark.parametrize(
    ("key", "energies", "ranked"),
    [
        ("fuel_l_100km", ("ICE", "HEV"), True),
        ("fuel_wltc_l_100km", ("PHEV", "ICE"), False),
        ("fuel_depleted_wltc_l_100km", ("PHEV", "EREV"), True),
        ("range_cltc_km", ("BEV", "EREV"), False),
        ("range_km", ("PHEV", "EREV"), True),
        ("accel_0_100_s", ("BEV", "ICE"), True),
    ],
)
def test_figures_of_different_kinds_are_not_ranked(
    key: str, energies: tuple[str, ...], ranked: bool
) -> None:
    assert comparable(key, energies) is ranked
