"""Writes the rows of one series; the caller holds the transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from webapp.catalogue.projection import Columns, project_trim
from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.reading.reports import Change
from webapp.catalogue.reading.rows import Row
from webapp.catalogue.reading.telling import column_change, value_change
from webapp.catalogue.service.named import ensure_series, ensure_source
from webapp.catalogue.service.parameters import parameter_ids
from webapp.catalogue.service.projected import project_all_series
from webapp.catalogue.service.tables import SERIES, TRIM, VALUE, differs, fetch, update_rows
from webapp.columns import utc_now
from webapp.extensions import db

_PORTION: Final = 200
"""Trims handled at once, which bounds memory and the length of IN lists."""
_KEPT: Final = ("id", "created_at", "batch_id")
_CHANGEABLE: Final = tuple(name for name in TRIM.c.keys() if name not in _KEPT)  # noqa: SIM118


@dataclass(slots=True)
class Outcome:
    """How many trims became what, and whether the catalogue differs at all."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    touched: bool = False
    series: set[int] = field(default_factory=set)
    """The series of the rows, and those that trims of them moved from."""
    before: dict[int, Columns] = field(default_factory=dict)
    """Identifying columns that were changed, as they were, by trim id."""
    changes: list[tuple[int, str, tuple[Change, ...]]] = field(default_factory=list)
    """Line and key of each row that changes a trim, and what it changes."""


@dataclass(slots=True)
class _Stored:
    """What the database holds of one trim: its row, and its current values by parameter id."""

    columns: Mapping[str, Any]
    values: dict[int, Mapping[str, Any]] = field(default_factory=dict)

    def newest_month(self) -> str:
        return max((held["captured"] for held in self.values.values()), default="")


def store_series(rows: Sequence[Row], batch_id: int | None = None) -> Outcome:
    """Insert or update the trims of one series with their values and projections.

    All rows name the same brand and series, each another key. What is written is marked with
    the batch, so that it can be undone. Commits nothing.
    """
    first = rows[0].identity
    makers = Counter(row.identity.maker for row in rows if row.identity.maker)
    maker = makers.most_common(1)[0][0] if makers else None
    series_id, touched = ensure_series(first.brand, first.series, maker)
    sources: dict[str, str | None] = {}
    for row in rows:
        name = row.identity.source
        sources[name] = sources.get(name) or row.identity.source_url
    source_ids = {name: ensure_source(name, url) for name, url in sources.items()}
    parameters = parameter_ids()
    outcome = Outcome(touched=touched)
    left: set[int] = set()
    for some in _portions(rows):  # a huge series must not mean huge memory
        stored = _load([row.identity.key for row in some])
        plan = _Plan(series_id, source_ids, parameters, outcome, batch_id)
        for row in some:
            plan.add(row, stored.get(row.identity.key))
        plan.write({key: old.columns["id"] for key, old in stored.items()})
        left |= {old.columns["series_id"] for old in stored.values()}
    outcome.series = {series_id, *left}
    if project_all_series(outcome.series) or outcome.added or outcome.changed:
        outcome.touched = True
    return outcome


@dataclass(slots=True)
class _Plan:
    """What the rows change, so that each kind of row is written by one statement."""

    series_id: int
    source_ids: Mapping[str, int]
    parameters: Mapping[str, int]
    outcome: Outcome
    batch_id: int | None
    new_trims: list[Columns] = field(default_factory=list)
    trims: dict[int, Columns] = field(default_factory=dict)
    superseded: list[int] = field(default_factory=list)
    values: dict[str, list[Columns]] = field(default_factory=dict)
    """Value rows by trim key, without trim_id."""

    def add(self, row: Row, old: _Stored | None) -> None:
        """Decide what one row changes."""
        current = old.values if old else {}
        merged = self._cells(current)
        self.values[row.identity.key] = values = []
        changes: list[Change] = []
        for key, cell in row.values.items():
            held = current.get(self.parameters[key])
            if held is None or _supersedes(cell, row.identity.captured, held):
                values.append(self._value(row, key, cell))
                changes.append(value_change(key, merged.get(key), cell))
                merged[key] = cell
                if held is not None:
                    self.superseded.append(held["id"])
        columns = project_trim(merged)
        if old is None:
            self.new_trims.append(self._identity(row) | columns)
            self.outcome.added += 1
        elif self._update(row, old, columns) or values:
            self.outcome.changed += 1
            before = self.outcome.before.get(old.columns["id"], {})
            named = [_column_change(row, name, was) for name, was in before.items()]
            if said := (*named, *changes):
                self.outcome.changes.append((row.identity.line, row.identity.key, said))
        else:
            self.outcome.unchanged += 1

    def _update(self, row: Row, old: _Stored, columns: Columns) -> bool:
        if row.identity.captured >= old.newest_month():
            stated = self._identity(row).items()
            own = {name: value for name, value in stated if value is not None}
            changed = {n: old.columns[n] for n, value in own.items() if old.columns[n] != value}
            if changed:
                self.outcome.before[old.columns["id"]] = changed
            columns |= own
        if not differs(old.columns, columns):
            return False
        complete = {name: columns.get(name, old.columns[name]) for name in _CHANGEABLE}
        self.trims[old.columns["id"]] = complete
        return True

    def _cells(self, current: Mapping[int, Mapping[str, Any]]) -> dict[str, Cell]:
        return {
            key: Cell(held["number"], held["text"], held["fitted"])
            for key, id in (self.parameters.items() if current else ())
            if (held := current.get(id)) is not None
        }

    def _identity(self, row: Row) -> Columns:
        return {
            "key": row.identity.key,
            "series_id": self.series_id,
            "name": row.identity.name,
            "model_year": row.identity.model_year,
            "status": row.identity.status,
            "launch": row.identity.launch,
        }

    def _value(self, row: Row, key: str, cell: Cell) -> Columns:
        return {
            "parameter_id": self.parameters[key],
            "number": cell.number,
            "text": cell.text,
            "fitted": cell.fitted,
            "source_id": self.source_ids[row.identity.source],
            "captured": row.identity.captured,
            "confidence": row.identity.confidence,
            "batch_id": self.batch_id,
        }

    def write(self, ids: dict[str, int]) -> None:
        """Write it all. `ids` are the ids of the stored trims by key."""
        now = utc_now()
        made = {"created_at": now, "batch_id": self.batch_id}
        if self.new_trims:
            db.session.execute(insert(TRIM), [row | made for row in self.new_trims])
            keys = [row["key"] for row in self.new_trims]
            found = db.session.execute(select(TRIM.c.key, TRIM.c.id).where(TRIM.c.key.in_(keys)))
            ids |= {row.key: row.id for row in found}
        update_rows(TRIM, self.trims)
        if self.superseded:
            statement = update(VALUE).where(VALUE.c.id == bindparam("value_id"))
            ended = {"superseded_at": now, "ended_by": self.batch_id}
            old_values = [{"value_id": id} for id in self.superseded]
            db.session.execute(statement.values(ended), old_values)
        values = [row | {"trim_id": ids[key]} for key, rows in self.values.items() for row in rows]
        if values:
            db.session.execute(insert(VALUE), values)


def _column_change(row: Row, name: str, old: Any) -> Change:
    identity = row.identity
    if name == "series_id":  # the row's own is not told by its number either
        former = db.session.scalar(select(SERIES.c.name).where(SERIES.c.id == old))
        return column_change(name, former, identity.series)
    return column_change(name, old, getattr(identity, name))


def _supersedes(cell: Cell, captured: str, held: Mapping[str, Any]) -> bool:
    """Whether a cell says something else than the current value, and not an older thing."""
    same = (held["number"], held["text"], held["fitted"]) == (cell.number, cell.text, cell.fitted)
    return not same and captured >= held["captured"]


def _load(keys: Sequence[str]) -> dict[str, _Stored]:
    """The trims with these keys and their current values."""
    stored: dict[str, _Stored] = {}
    for columns in fetch(select(TRIM).where(TRIM.c.key.in_(keys))):
        stored[columns["key"]] = _Stored(columns)
    by_id = {old.columns["id"]: old for old in stored.values()}
    current = select(VALUE).where(VALUE.c.trim_id.in_(by_id), VALUE.c.superseded_at.is_(None))
    for value in fetch(current):
        by_id[value["trim_id"]].values[value["parameter_id"]] = value
    return stored


def _portions(items: Sequence[Row]) -> Iterator[list[Row]]:
    rest = iter(items)
    while some := list(islice(rest, _PORTION)):
        yield some
