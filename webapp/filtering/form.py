"""The form beside a list: each field with its values, their counts, and how the rows spread."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from webapp.filtering.counting import Facet
from webapp.filtering.fields import Field
from webapp.filtering.selection import Condition, Selection

FOLDED: Final = 12
"""Values of a facet shown before the rest is folded away."""


class Option(NamedTuple):
    """`url` picks the value instead of what is asked of the field; "" where a box to check adds
    it to the others."""

    value: str
    label: str
    trims: int
    checked: bool
    url: str = ""


class Bar(NamedTuple):
    """One bar of a histogram: `height` is 0..1 of the highest; `within` the bounds asked for."""

    label: str
    trims: int
    height: float
    within: bool


@dataclass(frozen=True)
class FacetBox:
    """One field in the form; `options` is empty for number fields that have only bounds."""

    field: Field
    options: list[Option]
    low: str | None
    high: str | None
    active: int
    open: bool
    bars: tuple[Bar, ...] = ()
    """How the matching trims spread, where the field is drawn."""

    @property
    def ranged(self) -> bool:
        return self.field.kind == "number" and not self.options

    @property
    def bounded(self) -> bool:
        """Whether the form has inputs for its least and its most."""
        return self.ranged or self.low is not None or self.high is not None

    @property
    def exact(self) -> bool:
        """Whether its least and its most are one value."""
        return self.low is not None and self.low == self.high

    @property
    def shown(self) -> list[Option]:
        return self.options[:FOLDED]

    @property
    def folded(self) -> list[Option]:
        return self.options[FOLDED:]

    @property
    def folded_active(self) -> bool:
        return any(option.checked for option in self.folded)


def facet_boxes(
    selection: Selection,
    facets: Mapping[str, list[Facet]],
    *,
    only: Collection[str] | None = None,
    unfolded: Collection[str] = (),
    bars: Mapping[str, tuple[Bar, ...]] | None = None,
) -> list[FacetBox]:
    """One box a field, of all or of `only` some, in the table's order; those asked about and
    `unfolded` ones stand open."""
    return [
        facet_box(row, selection, facets.get(row.name, []), row.name in unfolded, bars or {})
        for row in selection.table.fields
        if only is None or row.name in only
    ]


def in_form(condition: Condition, boxes: list[FacetBox]) -> bool:
    """Whether the form has an input that says this condition."""
    box = next(box for box in boxes if box.field.name == condition.field)
    if condition.operator in (">=", "<="):
        return box.bounded
    if box.ranged and condition.operator == "==":
        return box.exact
    if box.ranged or any(option.url for option in box.options):
        return False
    return condition.operator in ("==", "in")


def facet_box(
    row: Field,
    selection: Selection,
    counted: Sequence[Facet],
    unfolded: bool = False,
    bars: Mapping[str, tuple[Bar, ...]] | None = None,
) -> FacetBox:
    own = [c for c in selection.conditions if c.field == row.name]
    options = [_option(row, facet, selection) for facet in _ordered(row, counted, selection)]
    low, high = selection.first(row.name, ">="), selection.first(row.name, "<=")
    if row.kind == "number" and not options and [c.operator for c in own] == ["=="]:
        low = high = own[0].values[0]
    return FacetBox(
        field=row,
        options=options,
        low=_typed(row, low),
        high=_typed(row, high),
        active=len(own),
        open=bool(own) or unfolded,
        bars=(bars or {}).get(row.name, ()),
    )


def _typed(row: Field, value: object) -> str | None:
    return None if value is None else row.label_of(value)


def _ordered(row: Field, counted: Sequence[Facet], selection: Selection) -> list[Facet]:
    """Values with their counts, in the vocabulary's order or the most frequent first; values
    that were picked stay even where none is left."""
    facets = list(counted)
    missing = selection.chosen(row.name) - {facet.value for facet in facets}
    if facets or row.kind != "number":
        facets += [Facet(value, 0) for value in sorted(missing, key=str)]
    if row.choices:
        facets.sort(key=lambda facet: row.choices.index(facet.value))
    elif row.kind == "number":
        facets.sort(key=lambda facet: facet.value)
    return facets


def _option(row: Field, facet: Facet, selection: Selection) -> Option:
    value = row.label_of(facet.value) if row.kind == "number" else str(facet.value)
    label = row.label_of(facet.value) + (f" {row.unit}" if row.kind == "number" else "")
    # Its count leaves out what else is asked of the field; so must the click.
    replaces = row.kind != "features" and any(
        c.field == row.name and c.operator not in ("==", "in") for c in selection.conditions
    )
    return Option(
        url=selection.picking(row.name, facet.value).url() if replaces else "",
        value=value,
        label=label,
        trims=facet.count,
        checked=facet.value in selection.chosen(row.name),
    )
