"""Facets and totals of a selection, over the rows that nearly match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from webapp.filtering.rows import Mask, Rows
from webapp.filtering.selection import Condition


@dataclass(frozen=True)
class Facet:
    """One value of a choice field and how many trims picking it would give."""

    value: Any
    count: int


@dataclass(frozen=True)
class Counts:
    """`total` rows match; `facets` by field; `without` says, by field, how many there would be
    if that field's conditions fell; `unknown`, by field, how many of these are only left out
    because nothing is known of it; `spread`, by field, how many rows have each stored value that
    stands on one scale, with the field's own conditions left out."""

    total: int
    facets: dict[str, list[Facet]]
    without: dict[str, int]
    unknown: dict[str, int]
    spread: dict[str, Mapping[Any, int]]


def count(
    rows: Rows,
    conditions: Iterable[Condition],
    among: Mask,
    facets: Sequence[str],
    spread: Sequence[str] = (),
) -> Counts:
    """Count over the rows `among` that satisfy `conditions`: the values of `facets`, and how the
    rows spread over the number fields `spread`.

    A facet counts what its values would give with its own field's conditions left out, so that
    one sees the alternatives; features count what adding one more would leave.
    """
    by_field = _by_field(conditions)
    passed = {name: rows.all_of(own) for name, own in by_field.items()}
    failed = sum((~mask for mask in passed.values()), np.zeros(len(among), dtype=np.int16))
    matching = among & (failed == 0)
    only = {name: among & ~mask & (failed == 1) for name, mask in passed.items()}
    total = int(matching.sum())
    missing = {name: rows.unknown(own) & only[name] for name, own in by_field.items()}
    near = {
        name: matching | only[name] if name in only else matching for name in (*facets, *spread)
    }
    values = {name: rows[name].tally(near[name]) for name in facets}
    counted = {name: _facet(values[name]) for name in facets}
    for name in rows.stored.bits:
        choices = rows.stored.table.by_name[name].choices
        counted[name] = _feature_facet(rows[name].values[matching], choices)
    return Counts(
        total,
        counted,
        without={name: total + int(mask.sum()) for name, mask in only.items()},
        unknown={name: n for name, mask in missing.items() if (n := int(mask.sum()))},
        spread={name: rows[name].tally(near[name] & rows.drawn(name)) for name in spread},
    )


def count_dropping(
    rows: Rows, conditions: Sequence[Condition], among: Mask, counted: Counts
) -> dict[Condition, int]:
    """How many rows there would be without each single condition, where `counted` says how many
    without all of a field."""
    by_field = _by_field(conditions)
    found = {one: counted.without[one.field] for one in conditions}
    for dropped in conditions:
        if len(by_field[dropped.field]) > 1:
            kept = (condition for condition in conditions if condition != dropped)
            found[dropped] = int((among & rows.all_of(kept)).sum())
    return found


def _by_field(conditions: Iterable[Condition]) -> dict[str, list[Condition]]:
    grouped: dict[str, list[Condition]] = {}
    for condition in conditions:
        grouped.setdefault(condition.field, []).append(condition)
    return grouped


def _facet(tally: Mapping[Any, int]) -> list[Facet]:
    return [Facet(value, n) for value, n in tally.items() if value is not None]


def _feature_facet(present: npt.NDArray[Any], choices: Sequence[str]) -> list[Facet]:
    found = (
        Facet(name, int(np.count_nonzero(present & (1 << bit)))) for bit, name in enumerate(choices)
    )
    return [facet for facet in found if facet.count]
