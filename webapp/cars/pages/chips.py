"""The chips above the list: each condition in words, what it keeps out, and how to change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from webapp.cars import queries
from webapp.cars.filters import Condition, Selection
from webapp.cars.filters.words import phrase
from webapp.cars.pages.facets import FacetBox

_OPPOSITES: Final = {"==": "!=", "!=": "==", "in": "not in", "not in": "in"}


@dataclass(frozen=True)
class Chip:
    """`more`: how many more trims there would be without it. `box` and `others` make its
    editor: the field's form, and the rest of the address; `opposite` turns it round."""

    place: int
    condition: Condition
    text: str
    without: Selection
    more: int
    box: FacetBox | None
    others: list[tuple[str, str]]
    opposite: Selection | None

    @property
    def negative(self) -> bool:
        return self.condition.operator in ("!=", "not in")


def chips(selection: Selection, found: queries.Listing, boxes: list[FacetBox]) -> list[Chip]:
    return [
        _chip(place, c, selection, found, boxes) for place, c in enumerate(selection.conditions)
    ]


def _chip(
    place: int,
    condition: Condition,
    selection: Selection,
    found: queries.Listing,
    boxes: list[FacetBox],
) -> Chip:
    without = selection.without(condition)
    opposite = None
    if condition.operator in _OPPOSITES:
        turned = replace(condition, operator=_OPPOSITES[condition.operator])
        opposite = selection.widening(condition, turned)
    own = [c for c in selection.conditions if c.field == condition.field]
    editable = condition.operator in (">=", "<=", "==", "in")
    box = next((box for box in boxes if box.field.name == condition.field), None)
    if box is not None and box.ranged and condition.operator not in (">=", "<="):
        editable = False
    return Chip(
        place=place,
        condition=condition,
        text=phrase(condition),
        without=without,
        more=found.dropping[condition] - found.total,
        box=box if editable else None,
        others=selection.without(*own).args(page=1),
        opposite=opposite,
    )
