"""Digests of tables that say the same for the same rows in SQLite and in PostgreSQL."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, func, select
from sqlalchemy import table as named_table

ROWS: Final = 1000
"""How many rows are in memory at a time."""


class Measure(NamedTuple):
    """How many rows a table has, and the sum of their SHA-256 as hex: whatever their order."""

    rows: int
    digest: str


class Sum:
    """Adds up rows to a Measure."""

    def __init__(self) -> None:
        self._rows = 0
        self._sum = 0

    def add(self, row: Iterable[Any]) -> None:
        written = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True)
        # A lone surrogate is in no database of ours, and must not end the reading.
        digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).digest()
        self._sum = (self._sum + int.from_bytes(digest, "big")) % 2**256
        self._rows += 1

    def measure(self) -> Measure:
        return Measure(self._rows, f"{self._sum:064x}")


def measure(connection: Connection, table: Table) -> Measure:
    """Of a table, by the columns that this version knows."""
    total = Sum()
    found = connection.execution_options(yield_per=ROWS).execute(select(table))
    for row in found:
        total.add(row)
    return total.measure()


def count(connection: Connection, name: str) -> int:
    """Rows of a table that this version need not know."""
    return int(connection.execute(select(func.count()).select_from(named_table(name))).scalar_one())


def _plain(value: Any) -> Any:
    """A value as both databases agree on it."""
    match value:
        case datetime():
            return (
                (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
            )
        case date():
            return value.isoformat()
        case bool():
            return int(value)
        case bytes() | memoryview():
            return hashlib.sha256(value).hexdigest()
        case float():
            return int(value) if value.is_integer() else value
        case Decimal():
            return f"{value:f}"
        case None | int() | str() | list() | dict():
            return value
    raise TypeError(f"no digest of a {type(value).__name__}")
