"""How near cars are to one another: likeness, what is considered together, and popularity.

Three matrices over the same cars are each standardised by row and added up. Likeness compares
price, class, body, energy and figures; the walk follows pairs that are considered together; the
popularity of a car is how often it stands in such pairs. Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from webapp.catalogue.vocabulary import SIZES

Matrix = npt.NDArray[np.float64]

FEWEST: Final = 2
"""Cars that can be near to one another."""
RESTART: Final = 0.3
"""The chance with which the walk goes back to where it began, at each step."""
NEVER: Final = 1e-3
"""Added before the logarithm is taken: what the walk hardly reaches is as good as never reached."""
LIKENESS_WEIGHT: Final = 0.5
POPULARITY_WEIGHT: Final = 0.25

PRICE_SPREAD: Final = 0.25
"""Of the logarithm of the price: half as dear again is about one and a half of it."""
SIZE_WEIGHT: Final = 0.6
BODY_WEIGHT: Final = 1.0
ENERGY_WEIGHT: Final = 0.8
FIGURE_WEIGHT: Final = 0.3


class Facts(NamedTuple):
    """What likeness reads of a car. `price` is in any unit; None is unknown.

    `figures` are the same for all cars of one call, such as length and power.
    """

    price: float | None
    size: str | None
    body: str | None
    energies: frozenset[str]
    figures: tuple[float | None, ...] = ()


def affinities(cars: Sequence[Facts], pairs: Iterable[tuple[int, int, float]]) -> Matrix:
    """Row i: how near each car is to car i, in standard deviations; -inf for itself.

    `pairs` are (place, place, how often) in either order; each counts both ways.
    """
    together = np.zeros((len(cars), len(cars)))
    if len(cars) < FEWEST:
        return together - np.inf
    for one, other, times in pairs:
        if one != other:
            together[one, other] += times
            together[other, one] += times
    popularity = np.log1p(together.sum(axis=0))
    mixture = (
        _standardised(walk(together))
        + LIKENESS_WEIGHT * _standardised(likeness(cars))
        + POPULARITY_WEIGHT * _standardised(np.tile(popularity, (len(cars), 1)))
    )
    np.fill_diagonal(mixture, -np.inf)
    return mixture


def walk(together: Matrix) -> Matrix:
    """Where a walk from each car is found in the end, that goes from car to car as often as both
    are considered together and back to its beginning with RESTART."""
    size = len(together)
    degree = together.sum(axis=1, keepdims=True)
    step = np.divide(together, degree, out=np.zeros_like(together), where=degree > 0)
    there: Matrix = np.linalg.solve(np.eye(size) - (1 - RESTART) * step, RESTART * np.eye(size))
    np.fill_diagonal(there, 0.0)
    return np.log(there + NEVER)


def likeness(cars: Sequence[Facts]) -> Matrix:
    """How alike each two cars are: 1 for the same, towards 0 the further apart."""
    price = np.log(np.array([car.price or np.nan for car in cars], dtype=np.float64))
    size = np.array([SIZES.index(car.size) if car.size in SIZES else np.nan for car in cars])
    far = _apart(price / PRICE_SPREAD) + SIZE_WEIGHT * _apart(size)
    far += BODY_WEIGHT * _differ([car.body for car in cars])
    far += ENERGY_WEIGHT * _energy_apart(cars)
    for place in range(len(cars[0].figures) if cars else 0):
        far += FIGURE_WEIGHT * _apart(_within(cars, place))
    alike: Matrix = np.exp(-far / 2)
    return alike


def _within(cars: Sequence[Facts], place: int) -> Matrix:
    """A figure in standard deviations among the cars of the same body and energies."""
    values = np.array([car.figures[place] for car in cars], dtype=np.float64)
    groups = [(car.body or "", *sorted(car.energies)) for car in cars]
    found = np.full(len(cars), np.nan)
    for group in set(groups):
        rows = np.array([one == group for one in groups]) & ~np.isnan(values)
        if rows.sum() > 1 and (spread := values[rows].std()) > 0:
            found[rows] = (values[rows] - values[rows].mean()) / spread
    return found


def _apart(values: Matrix) -> Matrix:
    """Distances of each two; what is unknown is as far as the middle one."""
    far = np.abs(values[:, None] - values[None, :])
    known = far[~np.isnan(far)]
    middle = float(np.median(known)) if len(known) else 0.0
    filled: Matrix = np.nan_to_num(far, nan=middle)
    return filled


def _differ(values: Sequence[str | None]) -> Matrix:
    named = np.array([value or "" for value in values])
    differ: Matrix = (named[:, None] != named[None, :]).astype(np.float64)
    return differ


def _energy_apart(cars: Sequence[Facts]) -> Matrix:
    """1 less the share of kinds of energy that both come in."""
    kinds = sorted({kind for car in cars for kind in car.energies})
    has = np.array([[kind in car.energies for kind in kinds] for car in cars], dtype=np.float64)
    both = has @ has.T
    either = has.sum(axis=1)[:, None] + has.sum(axis=1)[None, :] - both
    shared: Matrix = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return 1 - shared


def _standardised(rows: Matrix) -> Matrix:
    """Each row less its mean and by its spread, itself left out; 0 where all are alike."""
    others = rows.copy()
    np.fill_diagonal(others, np.nan)
    spread = np.nanstd(others, axis=1, keepdims=True)
    mean = np.nanmean(others, axis=1, keepdims=True)
    found: Matrix = np.divide(rows - mean, spread, out=np.zeros_like(rows), where=spread > 1e-12)
    return found
