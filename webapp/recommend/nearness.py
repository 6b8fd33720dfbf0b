"""The matrices of the whole catalogue, worked out once for each state of it and of the pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from flask import current_app, g

from webapp.recommend import queries
from webapp.recommend.affinity import affinities

_EXTENSION: Final = "chezhi.recommend"
HALF: Final = 10
"""The car with so many nearer ones counts half as much as the nearest."""


@dataclass(frozen=True)
class Nearness:
    """`ranks[i][j]`: how many series are nearer to `ids[i]` than `ids[j]` is, without itself."""

    ids: tuple[int, ...]
    places: Mapping[int, int]
    ranks: npt.NDArray[np.int64]
    together: Mapping[int, Mapping[int, float]]
    """By series the others that are considered with it, and how often."""

    def to(self, weights: Mapping[int, float]) -> dict[int, float]:
        """How near each other series is to these, of these weights: up to 1 for the nearest.

        Ranks are added up and no distances: of two cars that were seen the one with fewer like it
        would bring nothing but those, since they stand out more.
        """
        known = {self.places[id]: weight for id, weight in weights.items() if id in self.places}
        if not known:
            return {}
        own = sum(weight * HALF / (HALF + self.ranks[place]) for place, weight in known.items())
        others = {place: id for id, place in self.places.items() if id not in weights}
        most = max((float(own[place]) for place in others), default=1.0)
        return {id: round(float(own[place]) / most, 4) for place, id in others.items()}

    def why(self, series_id: int, weights: Mapping[int, float]) -> int | None:
        """The one of these that brings a series the most."""
        place = self.places.get(series_id)
        known = [id for id in weights if id in self.places]
        if place is None or not known:
            return None
        return max(
            known,
            key=lambda id: (weights[id] / (HALF + self.ranks[self.places[id]][place]), -id),
        )


def nearness() -> Nearness:
    """That of the present state of the catalogue and the pairs, looked up once a request."""
    found: Nearness | None = g.get("nearness")
    if found is None:
        g.nearness = found = _present()
    return found


def _present() -> Nearness:
    stamp = queries.stamp()
    kept: tuple[queries.Stamp, Nearness] | None = current_app.extensions.get(_EXTENSION)
    if kept is None or kept[0] != stamp:
        kept = stamp, _worked_out()
        current_app.extensions[_EXTENSION] = kept
    return kept[1]


def _worked_out() -> Nearness:
    facts, counts = queries.facts(), queries.together()
    places = {id: place for place, id in enumerate(facts)}
    pairs = []
    together: dict[int, dict[int, float]] = {}
    for (low, high), times in counts.items():
        if low in places and high in places:
            pairs.append((places[low], places[high], times))
            together.setdefault(low, {})[high] = times
            together.setdefault(high, {})[low] = times
    ranks = np.argsort(np.argsort(-affinities([*facts.values()], pairs), axis=1), axis=1)
    return Nearness(tuple(facts), places, ranks, together)
