"""Rows of the list."""

from __future__ import annotations

from flask import Flask

from tests.catalogue import catalogue
from webapp.cars.pages.listing import rows_of
from webapp.catalogue.filters import Condition, Selection


def test_rows_of_named_trims_keep_their_order_and_measure_against_one_another(app: Flask) -> None:
    near = catalogue.trim("near", price_fen=10_000_000, range_km=300, wheelbase_mm=2800)
    far = catalogue.trim("far", price_fen=20_000_000, range_km=600)
    asked = Selection(conditions=(Condition("wheelbase_mm", ">=", 2700),))

    rows = rows_of([far.id, 999_999, near.id], asked)

    assert [row.trim.id for row in rows] == [far.id, near.id]
    ranges = {row.trim.id: next(f for f in row.figures if f.field == "range_km") for row in rows}
    assert (ranges[far.id].share, ranges[near.id].share) == (1.0, 0.5)
    assert (rows[0].price.share, rows[1].price.share) == (1.0, 0.5)
    assert rows[1].figures[0].field == "wheelbase_mm"
