"""How the cars an answer is about are called."""

from __future__ import annotations

from typing import Final

from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.parts import Part, bound, count, join, say, words
from webapp.catalogue.queries import TrimRow

NAMED: Final = 3
"""Cars named before the rest is only counted."""


def called(garage: Garage, trims: list[TrimRow] | None = None) -> Part:
    """How the cars asked about are called: one by its full name, several by their series."""
    trims = trims or garage.trims
    if len(trims) == 1:
        return garage.name(trims[0])
    first = trims[0]
    name = bound(first.series, f"trim:{first.id}:series")
    if len({trim.series for trim in trims}) > 1:
        return names_of(garage, trims)
    years = {trim.model_year for trim in trims}
    if len(years) == 1 and first.model_year:
        year = bound(f"{first.model_year}款", f"trim:{first.id}:model_year")
        return join([name, words(" "), year])
    return name


def names_of(garage: Garage, trims: list[TrimRow], *, series: bool | None = None) -> Part:
    """The first names, with their series where they are of several."""
    several = len({trim.series for trim in trims}) > 1 if series is None else series
    named = join([garage.name(trim, series=several) for trim in trims[:NAMED]], "、")
    if len(trims) > NAMED:
        return say("{named}等 {n} 款", named=named, n=count(len(trims)))
    return named
