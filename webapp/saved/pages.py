"""What the page of saved searches shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from webapp.cars.pages.relevance import with_words_found
from webapp.catalogue import addresses
from webapp.catalogue.queries import counts_of, unknown_names
from webapp.saved import conditions, queries, wording
from webapp.saved.conditions import Kept
from webapp.saved.models import SavedSearch

NEW_SHOWN: Final = 3
"""New cars named below a search."""


@dataclass(frozen=True)
class NewCar:
    name: str
    address: str
    why: str


@dataclass(frozen=True)
class Entry:
    """One search: how many trims match `now`, None where conditions are gone and nothing can be
    said; and the newest of the cars that are new."""

    search: SavedSearch
    kept: Kept
    now: int | None
    new: list[NewCar]

    @property
    def can_be_mended(self) -> bool:
        """Whether anything is left to go on with."""
        return bool(self.kept.conditions or self.kept.text)


def entries(owner: str) -> list[Entry]:
    """All of an owner, the one saved last first. Some five statements."""
    rows = queries.searches(owner)
    read = {row.id: conditions.read(row.conditions) for row in rows}
    unknown = unknown_names(c for kept in read.values() for c in kept.conditions)
    read = {key: conditions.without_names(kept, unknown) for key, kept in read.items()}
    counts = _counts({key: kept for key, kept in read.items() if not kept.gone})
    new = queries.new_cars(owner, each=NEW_SHOWN)
    return [Entry(row, read[row.id], counts.get(row.id), _new(new.get(row.id, []))) for row in rows]


def kept_now(search: SavedSearch) -> Kept:
    """The conditions of one search as they can be asked today."""
    kept = conditions.read(search.conditions)
    return conditions.without_names(kept, unknown_names(kept.conditions))


def _counts(kept: dict[int, Kept]) -> dict[int, int]:
    """As the list counts: words by the search engine."""
    selections = [with_words_found(one.selection)[0] for one in kept.values()]
    return dict(zip(kept, counts_of(selections), strict=True))


def _new(cars: Iterable[queries.NewCar]) -> list[NewCar]:
    return [
        NewCar(car.name, addresses.trim(car.trim_id), wording.why(car.reason, *car[4:]))
        for car in cars
    ]
