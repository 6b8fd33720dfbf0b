"""English is read as far as figures and fixed words go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.understanding.expected import conditions, expected
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]

SEARCHES = [
    ("SUV under 200k", "body == SUV; price_wan <= 20", None),
    ("SUV under 200,000 yuan", "body == SUV; price_wan <= 20", None),
    ("Which SUV below 300k has the longest range?", "body == SUV; price_wan <= 30", "-range"),
    ("electric car with at least 500 km range", "energy == BEV; range_km >= 500", None),
    ("hybrid with 7 seats", "energy in PHEV/EREV/HEV; seats == 7", None),
    ("plug-in hybrid, 5 seats", "energy == PHEV; seats == 5", None),
    ("cheapest 7 seater", "seats == 7", "price"),
    ("sedan over 300k", "body in 轿车/两厢车; price_wan >= 30", None),
    ("SUVs between 150k and 200k", "body == SUV; price_wan >= 15; price_wan <= 20", None),
]


@pytest.mark.parametrize(("text", "written", "sort"), SEARCHES)
def test_a_search_in_english_is_read(read: Read, text: str, written: str, sort: str | None) -> None:
    found = read(text)
    assert found.intent == "search"
    assert conditions(found) == expected(written)
    assert found.sort == sort
    assert not found.unread


@pytest.mark.parametrize("text", ["Land Rover", "Thunder", "Ford Ranger", "hybridsuvx 3"])
def test_an_english_word_inside_another_is_none(read: Read, text: str) -> None:
    assert {one.condition.field for one in read(text).conditions} <= {"brand"}
