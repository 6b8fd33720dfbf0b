"""The rows of a filter table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Kind = Literal["number", "choice", "features"]


@dataclass(frozen=True)
class Field:
    """One thing a visitor can ask about.

    `unit` is how the number reads and is typed; `low` and `high` bound what is accepted.
    `choices` is empty where the allowed values are names in the database (brand, series).
    """

    name: str
    label: str
    kind: Kind
    unit: str = ""
    integer: bool = False
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def label_of(self, value: object) -> str:
        """How a value of this field reads: "BEV" -> "纯电", 20.0 -> "20"."""
        if self.kind == "number" and isinstance(value, int | float):
            return f"{value:g}" if not self.integer else str(int(value))
        return self.labels.get(str(value), str(value))


def choice(
    name: str, label: str, choices: tuple[str, ...] = (), labels: Mapping[str, str] | None = None
) -> Field:
    return Field(name, label, "choice", choices=choices, labels=labels or {})


def integer(name: str, label: str, unit: str, low: int, high: int) -> Field:
    return Field(name, label, "number", unit, True, low, high)


def decimal(name: str, label: str, unit: str, low: float, high: float) -> Field:
    return Field(name, label, "number", unit, False, low, high)


@dataclass(frozen=True)
class FilterTable:
    """What one list can be asked: its address, its fields in the order of the form, its orders.

    `sorts` gives the words of each order by its name in the address, `views` the names of other
    ways to show the list.
    """

    address: str
    fields: tuple[Field, ...]
    sorts: Mapping[str, str]
    views: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {row.name: row for row in self.fields}

    @cached_property
    def hintable(self) -> frozenset[str]:
        """What `inferred` may say in an address: the fields, and single values of features."""
        many = [row for row in self.fields if row.kind == "features"]
        values = {value for row in many for value in row.choices}
        return frozenset(self.by_name.keys() | values) - {row.name for row in many}

    def hints_of(self, name: str, values: Iterable[object]) -> tuple[str, ...]:
        """What `inferred` says of a condition: its field, of features the single values."""
        if self.by_name[name].kind == "features":
            return tuple(map(str, values))
        return (name,)
