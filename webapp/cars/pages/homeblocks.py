"""What the catalogue shows on the home page."""

from __future__ import annotations

from typing import Final

from webapp import clock
from webapp.cars.drawing import Outline
from webapp.cars.pages.figures import drawing_of
from webapp.catalogue import queries
from webapp.registry import HomeBlock

SELLERS: Final = 5
ARRIVALS: Final = 6


def sellers() -> queries.BestSellers | None:
    """The series sold most in the newest month of which there are enough figures."""
    return queries.best_sellers(limit=SELLERS)


def arrivals() -> list[tuple[queries.TrimRow, Outline]] | None:
    """One trim of each series launched in the last weeks; None where there is none."""
    trims = queries.new_trims(today=clock.today_in_china(), limit=ARRIVALS)
    return [(trim, drawing_of(trim)) for trim in trims] or None


BLOCKS: Final = (
    HomeBlock("sellers", 30, "cars/_sellers.html", sellers),
    HomeBlock("arrivals", 70, "cars/_arrivals.html", arrivals),
)
