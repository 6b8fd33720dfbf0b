"""One address for each page."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound


@pytest.mark.parametrize("number", ["1", "7", "10", "2147483647"])
def test_a_plain_number_is_taken(app: Flask, number: str) -> None:
    endpoint, found = app.url_map.bind("").match(f"/cars/trims/{number}")
    assert (endpoint, found) == ("cars.trim", {"trim_id": int(number)})


@pytest.mark.parametrize(
    "number",
    ["0", "00", "01", "0001", "１", "1１", "٣", "+1", "-1", "1_0", "2147483648", "1" * 5000],
)
@pytest.mark.parametrize("page", ["cars/trims", "cars/series", "knowledge/documents"])
def test_a_number_written_another_way_is_not_found(app: Flask, page: str, number: str) -> None:
    with pytest.raises(NotFound):
        app.url_map.bind("").match(f"/{page}/{number}")


def test_every_number_in_an_address_is_canonical(app: Flask) -> None:
    """Of the addresses that anyone may open; a new converter has to be looked at."""
    converters = {
        type(converter).__name__
        for rule in app.url_map.iter_rules()
        for converter in rule._converters.values()
    }
    assert converters <= {"CanonicalInteger", "UnicodeConverter", "PathConverter"}
