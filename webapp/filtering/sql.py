"""Conditions as SQL.

Three-valued logic does what is asked: a comparison with NULL is not true, so unknown satisfies
no condition, negated ones included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from webapp.filtering.fields import FilterTable
from webapp.filtering.selection import Condition, Scalar

Column = InstrumentedAttribute[Any]

_OPERATIONS: Final[dict[str, Callable[[Column, list[Scalar]], ColumnElement[bool]]]] = {
    "==": lambda column, values: column == values[0],
    "!=": lambda column, values: column != values[0],
    ">=": lambda column, values: column >= values[0],
    "<=": lambda column, values: column <= values[0],
    "in": lambda column, values: column.in_(values),
    "not in": lambda column, values: column.not_in(values),
}


@dataclass(frozen=True)
class Bits:
    """Where a field of features is stored: one bit a value, in the order of its choices. `known`
    says of which values it is known whether they are there."""

    present: Column
    known: Column


@dataclass(frozen=True)
class SqlColumns:
    """Where the fields of a table are stored.

    A field whose name is in none of the mappings is the column of that name in `model`. `scales`
    are stored units per unit of the field, stored as whole numbers.
    """

    table: FilterTable
    model: Any
    columns: Mapping[str, Column] = field(default_factory=dict)
    scales: Mapping[str, int] = field(default_factory=dict)
    bits: Mapping[str, Bits] = field(default_factory=dict)
    drawn: Callable[[str], Condition | None] = lambda _name: None
    """By field, whose values can stand on one scale; None where all can."""
    possible: Callable[[str], Condition | None] = lambda _name: None
    """By field, what is not known to be otherwise of rows that can have it; None where all can."""

    def column_of(self, name: str) -> Column:
        column: Column = self.columns.get(name) or getattr(self.model, name)
        return column

    def shown(self, name: str, stored: float) -> float:
        """A stored number in the unit of its field."""
        return stored / self.scales[name] if name in self.scales else stored

    def where(self, condition: Condition) -> ColumnElement[bool]:
        """One condition as an SQL expression."""
        if condition.field in self.bits:
            return self._features(condition)
        values = self.stored_values(condition)
        return _OPERATIONS[condition.operator](self.column_of(condition.field), values)

    def places(self, condition: Condition) -> list[int]:
        """The bits of a condition's values."""
        place = self.table.by_name[condition.field].choices.index
        return [1 << place(str(value)) for value in condition.values]

    def stored_values(self, condition: Condition) -> list[Scalar]:
        """The values as the column holds them, all of one type: PostgreSQL's driver takes that of
        the first for all."""
        name, values = condition.field, condition.values
        if name in self.scales:
            return [round(float(value) * self.scales[name]) for value in values]
        if self.table.by_name[name].kind == "number":
            return [float(value) for value in values]
        return [*values]

    def _features(self, condition: Condition) -> ColumnElement[bool]:
        stored = self.bits[condition.field]
        bits = self.places(condition)
        if condition.operator in ("not in", "!="):
            known_absent = [
                and_(stored.known.op("&")(bit) != 0, stored.present.op("&")(bit) == 0)
                for bit in bits
            ]
            return and_(*known_absent)
        return or_(*(stored.present.op("&")(bit) != 0 for bit in bits))
