"""The rows of a filter table in memory, one array a column, where a list counts and orders them.

Conditions mean what they mean in SQL (`filtering.sql`): unknown satisfies none of them, negated
ones included. A row costs some 400 bytes with fifty columns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from sqlalchemy import Integer, Select, String

from webapp.extensions import db
from webapp.filtering.selection import Condition, Scalar
from webapp.filtering.sql import Column, SqlColumns

Mask = npt.NDArray[np.bool_]
"""One truth a row."""
Over = Callable[..., Select[Any]]
"""Selects columns over the joined tables that conditions are said of."""

_BOUNDS: Final[Mapping[str, Callable[..., Mask]]] = {">=": np.greater_equal, "<=": np.less_equal}


@dataclass(frozen=True)
class Held:
    """A column: the stored numbers with NaN for unknown, or places in `names` (sorted) with -1."""

    values: npt.NDArray[Any]
    names: tuple[str, ...] | None
    whole: bool

    @property
    def known(self) -> Mask:
        return ~np.isnan(self.values) if self.names is None else self.values >= 0

    def equal(self, wanted: Iterable[Scalar]) -> Mask:
        """Where it is one of these."""
        return np.isin(self.values, self.places(wanted))

    def places(self, wanted: Iterable[Scalar]) -> list[float]:
        """The values as they are held; those that nothing has are left out."""
        if self.names is None:
            return [float(value) for value in wanted]
        return [self._place[name] for value in wanted if (name := str(value)) in self._place]

    def tally(self, among: Mask) -> dict[Any, int]:
        """How many rows have each value, the most frequent first; None counts the unknown."""
        chosen = self.values[among]
        known = chosen[self.known[among]]
        found, counts = np.unique(known, return_counts=True)
        tallied = {
            self.said(value): int(n)
            for value, n in zip(found.tolist(), counts.tolist(), strict=True)
        }
        if missing := len(chosen) - len(known):
            tallied[None] = missing
        return dict(sorted(tallied.items(), key=lambda pair: -pair[1]))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names or ())}

    def said(self, value: float) -> Any:
        """A number of the column as it is stored."""
        if self.names is not None:
            return self.names[int(value)]
        return int(value) if self.whole else value


class Rows:
    """All rows of a filter table, and whatever else is to be known of them by name."""

    def __init__(self, stored: SqlColumns, ids: Sequence[int], held: Mapping[str, Held]) -> None:
        self.stored = stored
        self.ids: npt.NDArray[np.int64] = np.array(ids, dtype=np.int64)
        self._held = held

    @classmethod
    def read(cls, stored: SqlColumns, over: Over, more: Mapping[str, Column] | None = None) -> Self:
        """The rows as they are now, by id; `more` are columns beside the table's fields. One
        statement."""
        columns = {
            row.name: stored.column_of(row.name)
            for row in stored.table.fields
            if row.name not in stored.bits
        }
        for name, bits in stored.bits.items():
            columns |= {name: bits.present, _known(name): bits.known}
        columns |= more or {}
        key = stored.model.id
        statement = over(key, *columns.values()).order_by(key)
        # By the connection: of thousands of rows without entities the session would copy each.
        fetched = db.session.connection().execute(statement).all()
        ids, *read = zip(*fetched, strict=True) if fetched else [()] * (1 + len(columns))
        held = {
            name: _hold(column, values)
            for (name, column), values in zip(columns.items(), read, strict=True)
        }
        return cls(stored, ids, held)

    def __getitem__(self, name: str) -> Held:
        return self._held[name]

    def everything(self) -> Mask:
        return np.ones(len(self.ids), dtype=np.bool_)

    def among(self, ids: Collection[int]) -> Mask:
        """The rows with these ids."""
        return np.isin(self.ids, np.fromiter(ids, dtype=np.int64, count=len(ids)))

    def all_of(self, conditions: Iterable[Condition]) -> Mask:
        """Where each of them holds."""
        return reduce(np.logical_and, map(self.where, conditions), self.everything())

    def where(self, condition: Condition) -> Mask:
        """Where one condition holds."""
        if condition.field in self.stored.bits:
            return self._features(condition)
        held = self._held[condition.field]
        values = self.stored.stored_values(condition)
        if bound := _BOUNDS.get(condition.operator):
            return bound(held.values, held.places(values)[:1] or np.nan)
        if condition.operator in ("==", "in"):
            return held.equal(values)
        return ~held.equal(values) & held.known

    def unknown(self, conditions: Sequence[Condition]) -> Mask:
        """Where conditions on one field are not met, only because a value is not known."""
        name = conditions[0].field
        if name in self.stored.bits:
            open_ = [self.where(one) | self._feature_unknown(one) for one in conditions]
            missing = reduce(np.logical_and, open_) & ~self.all_of(conditions)
        else:
            missing = ~self._held[name].known
        return missing & self.possible(name)

    def possible(self, name: str) -> Mask:
        """The rows that can have the field at all."""
        needed = self.stored.possible(name)
        if needed is None:
            return self.everything()
        return self.where(needed) | ~self._held[needed.field].known

    def drawn(self, name: str) -> Mask:
        """The rows whose values of a field stand on one scale."""
        needed = self.stored.drawn(name)
        return self.everything() if needed is None else self.where(needed)

    def ends(self, name: str, among: Mask) -> tuple[Any, Any] | None:
        """Lowest and highest value; None where none is known."""
        held = self._held[name]
        known = held.values[among & held.known]
        if not known.size:
            return None
        low, high = held.said(known.min()), held.said(known.max())
        return low, high

    def _features(self, condition: Condition) -> Mask:
        present = self._held[condition.field].values
        bits = self.stored.places(condition)
        if condition.operator in ("not in", "!="):
            known = self._held[_known(condition.field)].values
            return reduce(
                np.logical_and, (((known & bit) != 0) & ((present & bit) == 0) for bit in bits)
            )
        return reduce(np.logical_or, ((present & bit) != 0 for bit in bits))

    def _feature_unknown(self, condition: Condition) -> Mask:
        known = self._held[_known(condition.field)].values
        return reduce(np.logical_or, ((known & bit) == 0 for bit in self.stored.places(condition)))


def _known(name: str) -> str:
    """By which name it is held of which values it is known whether they are there."""
    return f"{name} known"


def _hold(column: Column, values: Sequence[Any]) -> Held:
    if isinstance(column.type, String):
        names = tuple(sorted({value for value in values if value is not None}))
        places: dict[str | None, int] = {name: place for place, name in enumerate(names)}
        codes = (places.get(value, -1) for value in values)
        return Held(np.fromiter(codes, dtype=np.int32, count=len(values)), names, True)
    whole = isinstance(column.type, Integer)
    if whole and not column.nullable:
        return Held(np.array(values, dtype=np.int64), None, True)
    return Held(np.array(values, dtype=np.float64), None, whole)
