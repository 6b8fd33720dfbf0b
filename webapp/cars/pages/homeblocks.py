"""What the catalogue shows on the home page."""

from __future__ import annotations

from typing import Final, NamedTuple

from webapp import clock
from webapp.cars.drawing import Outline
from webapp.cars.pages.figures import drawing_of
from webapp.catalogue import queries
from webapp.catalogue.filters import Selection
from webapp.registry import HomeBlock

ARRIVALS: Final = 6


class Arrivals(NamedTuple):
    """One trim of each series launched in the last weeks, and how many trims the list has."""

    cars: list[tuple[queries.TrimRow, Outline]]
    trims: int


def arrivals() -> Arrivals | None:
    """None where nothing is new."""
    trims = queries.new_trims(today=clock.today_in_china(), limit=ARRIVALS)
    if not trims:
        return None
    return Arrivals(
        [(trim, drawing_of(trim)) for trim in trims], queries.counts_of([Selection()])[0]
    )


BLOCK: Final = HomeBlock("arrivals", 70, "cars/_arrivals.html", arrivals)
