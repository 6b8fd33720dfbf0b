"""What can be booked, on the pages of cars; the same for everyone, and nothing without an offer."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template
from markupsafe import Markup

from webapp import clock
from webapp.deposits.offers import queries
from webapp.deposits.terms import EFFECTS
from webapp.registry import OfCar


def show(series_id: int, trim_id: int | None, _keys: Sequence[str]) -> OfCar:
    """The offers of a trim and its series, each with its button."""
    offers = queries.shown_with(series_id, trim_id, clock.now())
    if not offers:
        return OfCar(Markup(), {})
    html = render_template("deposits/_offers.html", offers=offers, effects=EFFECTS)
    return OfCar(Markup(html), {})  # noqa: S704  (our own template, which escapes)
