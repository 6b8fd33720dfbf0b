"""Rows of the list."""

from __future__ import annotations

from flask import Flask

from tests.catalogue import catalogue
from webapp.cars.pages.listing import list_page, rows_of
from webapp.catalogue.filters import Condition, Selection
from webapp.filtering.form import FacetBox


def test_rows_of_named_trims_keep_their_order_and_measure_against_one_another(app: Flask) -> None:
    near = catalogue.trim(
        "near", price_fen=10_000_000, range_km=300, range_cycle="CLTC", wheelbase_mm=2800
    )
    far = catalogue.trim("far", price_fen=20_000_000, range_km=600, range_cycle="CLTC")
    asked = Selection(conditions=(Condition("wheelbase_mm", ">=", 2700),))

    rows = rows_of([far.id, 999_999, near.id], asked)

    assert [row.trim.id for row in rows] == [far.id, near.id]
    ranges = {row.trim.id: next(f for f in row.figures if f.field == "range_km") for row in rows}
    assert (ranges[far.id].share, ranges[near.id].share) == (1.0, 0.5)
    assert (rows[0].price.share, rows[1].price.share) == (1.0, 0.5)
    assert rows[1].figures[0].field == "wheelbase_mm"


def test_a_row_shows_the_parameter_that_is_asked_about(app: Flask) -> None:
    car = catalogue.trim("a", ground_clearance_mm=210)
    asked = Selection(conditions=(Condition("ground_clearance_mm", ">=", 200),))
    (row,) = rows_of([car.id], asked)
    shown = row.figures[0]
    assert (shown.label, shown.text, shown.unit) == ("离地间隙", "210", "mm")


def test_what_the_list_leaves_out_for_want_of_a_figure_is_said(app: Flask) -> None:
    catalogue.trim("strong", power_kw=200, energy="PHEV")
    catalogue.trim("weak", power_kw=80, energy="PHEV")
    catalogue.trim("silent", power_kw=None, energy="PHEV")
    catalogue.trim("petrol", power_kw=200, energy="ICE", range_km=None)
    catalogue.publish()
    strong = Condition("power_kw", ">=", 150)

    page = list_page(Selection(conditions=(strong,)))
    assert page.total == 2
    assert [note.text for note in page.notes] == ["1 款没有最大功率这个数，未列入。"]
    # A petrol car is not left out of a list by range for want of a figure: it cannot have one.
    far = Condition("range_km", ">=", 100)
    ranges = list_page(Selection(conditions=(far, Condition("energy", "==", "ICE"))))
    assert not ranges.notes


def test_an_order_says_what_it_cannot_rank(app: Flask) -> None:
    catalogue.trim("c", range_km=500, range_cycle="CLTC", power_kw=100)
    catalogue.trim("n", range_km=600, range_cycle="NEDC", power_kw=None)
    catalogue.publish()
    (note,) = list_page(Selection(sort="-range")).notes
    assert note.text == (
        "纯电续航按 CLTC 排，不同工况不能放在一起比；NEDC 续航的 1 款排在后面，标出了工况。"
    )
    assert "1 款没有最大功率这个数，排在最后" in list_page(Selection(sort="-power")).notes[0].text
    assert not list_page(Selection()).notes


def test_the_form_offers_a_parameter_that_a_third_of_the_trims_say_or_that_is_asked(
    app: Flask,
) -> None:
    catalogue.trim("a", cylinders=3, trunk_l=500, gears=None)
    catalogue.trim("b", cylinders=4, trunk_l=None)
    catalogue.trim("c")
    catalogue.trim("d")
    catalogue.publish()

    def offered(*conditions: Condition) -> dict[str, FacetBox]:
        boxes = list_page(Selection(conditions=conditions)).more_facets
        return {box.field.name: box for box in boxes}

    assert set(offered()) == {"cylinders"}
    assert [option.value for option in offered()["cylinders"].options] == ["3", "4"]
    assert set(offered(Condition("trunk_l", ">=", 400))) == {"cylinders", "trunk_l"}
