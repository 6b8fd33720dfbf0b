"""Addresses written without `url_for` are those that the routes have."""

from __future__ import annotations

import inspect
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from webapp.catalogue import addresses

ADDRESSES: list[tuple[str, str, dict[str, Any], dict[str, str]]] = [
    (addresses.listing(), "cars.index", {}, {}),
    (
        addresses.listing(brand="A&B 汽车", seats=6, price_wan_max=None, sort="-launch"),
        "cars.index",
        {},
        {"brand": "A&B 汽车", "seats": "6", "sort": "-launch"},
    ),
    (addresses.brands(), "cars.brands", {}, {}),
    (addresses.brands_panel(), "cars.brands_panel", {}, {}),
    (addresses.guide(), "cars.guide", {}, {}),
    (addresses.series(7), "cars.series", {"series_id": 7}, {}),
    (addresses.more_of(7, "seats=5"), "cars.more_of_series", {"series_id": 7}, {"seats": "5"}),
    (addresses.trim(12), "cars.trim", {"trim_id": 12}, {}),
    (addresses.trim_cost(12), "costs.trim_cost", {"trim_id": 12}, {}),
    (addresses.cost(), "costs.cost", {}, {}),
    (addresses.cost([3, 1]), "costs.cost", {}, {"ids": "3,1"}),
    (addresses.compare(), "cars.compare", {}, {}),
    (addresses.compare(n for n in (3, 1)), "cars.compare", {}, {"ids": "3,1"}),
    (
        addresses.compare([3, 1], only_differences=True),
        "cars.compare",
        {},
        {"ids": "3,1", "only": "diff"},
    ),
    (addresses.compare((), only_differences=True), "cars.compare", {}, {}),
    (addresses.series_card(7), "cards.series_card", {"series_id": 7}, {}),
    (addresses.trim_card(12), "cards.trim_card", {"trim_id": 12}, {}),
    (addresses.compare_card([3, 1]), "cards.compare_card", {}, {"ids": "3,1"}),
    (addresses.compare_csv([3, 1]), "cars.compare_csv", {}, {"ids": "3,1"}),
    (addresses.compare_json([3, 1]), "cars.compare_json", {}, {"ids": "3,1"}),
    (addresses.basket(), "cars.change_basket", {}, {}),
    (addresses.basket_link(), "cars.basket_link", {}, {}),
    (addresses.suggest(), "search.suggestions", {}, {}),
]


def test_each_address_is_the_one_of_its_route(app: Flask) -> None:
    routes = app.url_map.bind("")
    for address, endpoint, arguments, query in ADDRESSES:
        parts = urlsplit(address)
        assert parts.path == routes.build(endpoint, arguments), address
        assert dict(parse_qsl(parts.query, strict_parsing=bool(parts.query))) == query, address


def test_every_function_is_among_them(app: Flask) -> None:
    endpoints = {endpoint for _, endpoint, _, _ in ADDRESSES}
    written = [n for n, f in inspect.getmembers(addresses, inspect.isfunction) if n[0] != "_"]
    written.remove("urlencode")
    assert len(endpoints) == len(written)


@pytest.mark.parametrize(
    ("part", "address"), [("", "/cars/trims/12"), ("spec-range", "/cars/trims/12#spec-range")]
)
def test_a_part_of_a_page_is_named_after_its_address(part: str, address: str) -> None:
    assert addresses.trim(12, part) == address
