"""What the catalogue shows on the home page."""

from __future__ import annotations

from typing import Final, NamedTuple

from webapp import clock
from webapp.cars.drawing import Outline
from webapp.cars.pages.figures import drawing_of
from webapp.catalogue import queries
from webapp.catalogue.filters import Selection
from webapp.registry import HomeBlock

SELLERS: Final = 5
ARRIVALS: Final = 6


class Sellers(NamedTuple):
    """The series sold most in one month, and how many trims the list has."""

    month: queries.BestSellers
    trims: int


class Arrivals(NamedTuple):
    """One trim of each series launched in the last weeks, and how many trims the list has."""

    cars: list[tuple[queries.TrimRow, Outline]]
    trims: int


def sellers() -> Sellers | None:
    """Of the newest month of which there are enough figures."""
    month = queries.best_sellers(limit=SELLERS)
    return Sellers(month, _all()) if month else None


def arrivals() -> Arrivals | None:
    """None where nothing is new."""
    trims = queries.new_trims(today=clock.today_in_china(), limit=ARRIVALS)
    return Arrivals([(trim, drawing_of(trim)) for trim in trims], _all()) if trims else None


def _all() -> int:
    return queries.counts_of([Selection()])[0]


BLOCKS: Final = (
    HomeBlock("sellers", 30, "cars/_sellers.html", sellers),
    HomeBlock("arrivals", 70, "cars/_arrivals.html", arrivals),
)
