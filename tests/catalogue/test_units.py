"""Units that are read as words, wherever a figure stands."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalogue import catalogue
from webapp.catalogue.models import Trim
from webapp.catalogue.queries import specs_of
from webapp.knowledge.facts import series_facts


@pytest.fixture
def car(app: Flask) -> Trim:
    accel = catalogue.parameter("accel_0_100_s", "官方0-100km/h加速", unit="s", better="low")
    slow = catalogue.parameter("slow_charge_h", "电池慢充时间", unit="h", better="low", position=2)
    power = catalogue.parameter("power_kw", "最大功率", unit="kW", position=3)
    made = catalogue.trim("a", name="甲", accel_0_100_s=5.9)
    for row, figure in ((accel, 5.9), (slow, 8.5), (power, 160)):
        catalogue.value(made, row, number=figure)
    catalogue.publish()
    return made


def test_times_have_words_and_other_units_their_symbols(car: Trim) -> None:
    assert [spec.unit for spec in specs_of([car.id])] == ["秒", "小时", "kW"]


def test_pages_files_and_facts_read_alike(client: FlaskClient, car: Trim) -> None:
    html = client.get(f"/cars/trims/{car.id}").text
    assert re.search('5.9</span> <span class="unit">秒<', html)
    assert re.search('8.5</span> <span class="unit">小时<', html)
    html = client.get(f"/cars/compare?ids={car.id}").text
    assert '<span class="unit">秒</span>' in html
    rows = client.get(f"/cars/compare.csv?ids={car.id}").text
    assert ",官方0-100km/h加速,秒,5.9," in rows
    (facts,) = series_facts([car.series_id])
    assert "5.9 秒" in facts.text
