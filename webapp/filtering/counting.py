"""Facets and totals of a selection, in one pass over the rows that nearly match."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import compress
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, func, literal, true

from webapp.extensions import db
from webapp.filtering.selection import Condition
from webapp.filtering.sql import SqlColumns

Over = Callable[..., Select[Any]]
"""Selects columns over the joined tables that conditions are said of."""


@dataclass(frozen=True)
class Facet:
    """One value of a choice field and how many trims picking it would give."""

    value: Any
    count: int


@dataclass(frozen=True)
class Counts:
    """`total` rows match; `facets` by field; `without` says, by field, how many there would be
    if that field's conditions fell; `unknown`, by field, how many of these are only left out
    because nothing is known of it; `spread`, by field, how many rows have each stored value, with
    the field's own conditions left out."""

    total: int
    facets: dict[str, list[Facet]]
    without: dict[str, int]
    unknown: dict[str, int]
    spread: dict[str, Mapping[Any, int]]


def count(
    stored: SqlColumns,
    over: Over,
    conditions: Iterable[Condition],
    others: Sequence[ColumnElement[bool]],
    facets: Sequence[str],
    spread: Sequence[str] = (),
) -> Counts:
    """Count over all rows that satisfy `conditions` and the expressions `others`: the values of
    `facets`, and how the rows spread over the number fields `spread`. One statement.

    A facet counts what its values would give with its own field's conditions left out, so that
    one sees the alternatives; features count what adding one more would leave.
    """
    by_field = _by_field(conditions)
    # Fetch the rows that fail in at most one field, with that field's position; below zero
    # where nothing is known of it.
    fails = [case((and_(*map(stored.where, own)), 0), else_=1) for own in by_field.values()]
    failing: ColumnElement[int] = literal(0, Integer)
    if fails:
        groups = zip(fails, by_field.values(), strict=True)
        failing = reduce(
            add,
            (
                fail * case((stored.unknown(own), -place), else_=place)
                for place, (fail, own) in enumerate(groups, start=1)
            ),
        )
    masks = [bits.present for bits in stored.bits.values()]
    named = [*facets, *spread]
    statement = over(failing, *masks, *map(stored.column_of, named)).where(*others)
    if fails:
        statement = statement.where(reduce(add, fails) <= 1)
    # By the connection: of thousands of rows without entities the session would copy each.
    fetched = db.session.connection().execute(statement).all()
    columns: list[Sequence[Any]] = (
        list(zip(*fetched, strict=True)) if fetched else [()] * (1 + len(masks) + len(named))
    )
    counts = Counter(columns[0])
    names = ["", *by_field]
    near = _Near(columns[0], names)
    totals = Counter(
        {name: counts[place] + counts[-place] for place, name in enumerate(names) if place}
    )
    totals[""] = counts[0]
    values = {
        name: Counter(near.values(name, column))
        for name, column in zip(named, columns[1 + len(masks) :], strict=True)
    }
    counted = {name: _facet(values[name]) for name in facets}
    for name, column in zip(stored.bits, columns[1:], strict=False):
        masked = Counter(near.values("", column))
        counted[name] = _feature_facet(masked, stored.table.by_name[name].choices)
    without = {field: totals[""] + totals[field] for field in by_field}
    unknown = {name: n for place, name in enumerate(names) if place and (n := counts[-place])}
    return Counts(totals[""], counted, without, unknown, {name: values[name] for name in spread})


class _Near:
    """Rows that fail in one field at most, by the place of that field among `names`; 0 fails in
    none."""

    def __init__(self, places: Sequence[int], names: Sequence[str]) -> None:
        self._names = names
        self._matching = [not place for place in places]
        self._with_own = {
            name: [not place or abs(place) == own for place in places]
            for own, name in enumerate(names)
            if name
        }

    def values(self, name: str, column: Sequence[Any]) -> Iterable[Any]:
        """The values of a column in the rows that satisfy all conditions but those on `name`."""
        return compress(column, self._with_own.get(name, self._matching))


def count_dropping(
    stored: SqlColumns,
    over: Over,
    conditions: Sequence[Condition],
    others: Sequence[ColumnElement[bool]],
    counted: Counts,
) -> dict[Condition, int]:
    """How many rows there would be without each single condition, where `counted` says how many
    without all of a field. One statement, none where each is alone on its field."""
    by_field = _by_field(conditions)
    found = {one: counted.without[one.field] for one in conditions}
    shared = [one for one in conditions if len(by_field[one.field]) > 1]
    if not shared:
        return found
    sums = []
    for dropped in shared:
        kept = [stored.where(condition) for condition in conditions if condition != dropped]
        sums.append(func.sum(case((and_(true(), *kept, *others), 1), else_=0)))
    row = db.session.execute(over(*sums)).one()
    return found | {condition: n or 0 for condition, n in zip(shared, row, strict=True)}


def _by_field(conditions: Iterable[Condition]) -> dict[str, list[Condition]]:
    grouped: dict[str, list[Condition]] = {}
    for condition in conditions:
        grouped.setdefault(condition.field, []).append(condition)
    return grouped


def _facet(counts: Counter[Any]) -> list[Facet]:
    return [Facet(value, n) for value, n in counts.most_common() if value is not None]


def _feature_facet(counts: Mapping[int, int], choices: Sequence[str]) -> list[Facet]:
    found = (
        Facet(name, sum(n for mask, n in counts.items() if mask >> bit & 1))
        for bit, name in enumerate(choices)
    )
    return [facet for facet in found if facet.count]
