"""The chips above the list: each condition in words, what it keeps out, and how to change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from webapp.cars.pages.facets import series_box
from webapp.cars.pages.question import Origin
from webapp.catalogue import queries
from webapp.catalogue.filters import FIELDS_BY_NAME, Condition, Selection
from webapp.catalogue.filters.words import phrase
from webapp.filtering.form import FacetBox, Option

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
    words: str = ""
    """The words of the sentence it came from."""
    confirmed: Selection | None = None
    """Of an inferred one: the same as if it had been said."""
    upper: Condition | None = None
    """Of a range: the condition that says its most, where `condition` says its least."""

    @property
    def inferred(self) -> bool:
        return self.confirmed is not None

    @property
    def shown(self) -> dict[str, Any]:
        """What `data-condition` says."""
        said = self.condition.as_dict()
        return said | {"inferred": True} if self.inferred else said

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self.condition, self.upper) if self.upper else (self.condition,)

    @property
    def shown_upper(self) -> dict[str, Any]:
        """The same of the upper end of a range."""
        said = self.upper.as_dict() if self.upper else {}
        return said | {"inferred": True} if self.inferred else said

    @property
    def negative(self) -> bool:
        return _is_negative(self.condition)

    @property
    def field_label(self) -> str:
        return FIELDS_BY_NAME[self.condition.field].label

    @property
    def parameter(self) -> str:
        """The name under which the editor's checkboxes send their values."""
        return self.condition.field + ("_not" if self.negative else "")


def chips(
    selection: Selection,
    found: queries.Listing,
    boxes: list[FacetBox],
    origins: Mapping[Condition, Origin],
) -> list[Chip]:
    """One chip a condition, in their order, and one a range; `origins` says where in the sentence
    it is from."""
    by_field = {box.field.name: box for box in boxes}
    if box := series_box(selection):
        by_field["series"] = box
    made = [
        _chip(place, condition, selection, found, by_field.get(condition.field), origins)
        for place, condition in enumerate(selection.conditions)
    ]
    for upper in [chip for chip in made if chip.condition.operator == "<="]:
        own = [chip for chip in made if chip.condition.field == upper.condition.field]
        lower = own[0]
        if len(own) == 2 and _is_range(lower, upper):
            made[made.index(lower)] = _range(lower, upper, selection, found)
            made.remove(upper)
    return made


def _is_range(lower: Chip, upper: Chip) -> bool:
    """Bounds that exclude one another are shown apart, and so are what was said and a guess."""
    ends = lower.condition.values[0], upper.condition.values[0]
    return (
        lower.condition.operator == ">="
        and float(ends[0]) <= float(ends[1])
        and lower.inferred == upper.inferred
    )


def _range(lower: Chip, upper: Chip, selection: Selection, found: queries.Listing) -> Chip:
    row = FIELDS_BY_NAME[lower.condition.field]
    low, high = (row.label_of(chip.condition.values[0]) for chip in (lower, upper))
    confirmed = None
    if lower.confirmed:
        confirmed = selection.confirming(lower.condition).confirming(upper.condition)
    return replace(
        lower,
        text=f"{row.label} {low}–{high} {row.unit}".rstrip(),
        upper=upper.condition,
        without=selection.without(lower.condition, upper.condition),
        more=found.without[row.name] - found.total,
        words="、".join(dict.fromkeys(word for word in (lower.words, upper.words) if word)),
        confirmed=confirmed,
    )


def _chip(
    place: int,
    condition: Condition,
    selection: Selection,
    found: queries.Listing,
    box: FacetBox | None,
    origins: Mapping[Condition, Origin],
) -> Chip:
    opposite = None
    if condition.operator in _OPPOSITES:
        turned = replace(condition, operator=_OPPOSITES[condition.operator])
        opposite = selection.widening(condition, turned)
    own = [
        c
        for c in selection.conditions
        if c.field == condition.field and _is_negative(c) == _is_negative(condition)
    ]
    origin = origins.get(condition)
    inferred = selection.is_inferred(condition) and (origin is None or origin.exact)
    return Chip(
        place=place,
        condition=condition,
        text=phrase(condition),
        without=selection.without(condition),
        more=found.dropping[condition] - found.total,
        box=_editor(box, condition, own),
        others=selection.without(*own).args(page=1),
        opposite=opposite,
        words="、".join(selection.asked[a:b] for a, b in origin.spans) if origin else "",
        confirmed=selection.confirming(condition) if inferred else None,
    )


def _editor(box: FacetBox | None, condition: Condition, own: list[Condition]) -> FacetBox | None:
    """The field's form with what the chip says filled in; None where a form cannot say it."""
    if box is None:
        return None
    if box.ranged:
        if condition.operator == "==":
            typed = box.field.label_of(condition.value)
            return replace(box, low=typed, high=typed)
        return box if condition.operator in (">=", "<=") else None
    if condition.operator in (">=", "<="):
        return replace(box, options=[])
    return replace(box, options=_options(box, own))


def _options(box: FacetBox, own: list[Condition]) -> list[Option]:
    """Every value one can change to, also those of which nothing is left at present."""
    field = box.field
    chosen = {
        field.label_of(v) if field.kind == "number" else str(v)
        for condition in own
        for v in condition.values
    }
    listed = {option.value: option for option in box.options}
    values = [*field.choices] or list(listed)
    values += sorted(chosen - set(values))
    return [
        listed.get(value, Option(value, field.label_of(value), 0, False))._replace(
            checked=value in chosen
        )
        for value in values
    ]


def _is_negative(condition: Condition) -> bool:
    return condition.operator in ("!=", "not in")
