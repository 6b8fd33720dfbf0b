"""Imports a car file: one pass to check and group the rows, one to store series by series.

Between the passes only the place of each row is kept, so that memory does not grow with the
width of the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from sqlalchemy import select

from webapp.catalogue.projection import Columns
from webapp.catalogue.reading.csvfile import CsvFile, Record, open_csv
from webapp.catalogue.reading.doubts import (
    NamedSeries,
    doubtful_names,
    doubtful_row,
    doubtful_titles,
)
from webapp.catalogue.reading.header import CAR_LABELS, Header, read_car_header
from webapp.catalogue.reading.reports import (
    Counts,
    FileError,
    Problem,
    Report,
    RowError,
    Tally,
    ignore,
)
from webapp.catalogue.reading.rows import Row, read_identity, read_values
from webapp.catalogue.service.parameters import sync_parameters
from webapp.catalogue.service.projected import bump_version, rebuild_class_figures
from webapp.catalogue.service.store import store_series
from webapp.catalogue.service.tables import BRAND, MAKER, SERIES, TRIM
from webapp.extensions import db

CHINA_TIME: Final = timezone(timedelta(hours=8))
Finish = Callable[[], None]
"""Ends the transaction of a series: commit, or roll back, or leave it open."""


@dataclass(frozen=True)
class BatchMark:
    """The batch an import belongs to; `remember` is told, in the transaction of each series,
    of the identifying columns it changed, as they were."""

    id: int
    remember: Callable[[Mapping[int, Columns]], None]


def import_cars(
    *,
    path: Path,
    dry_run: bool = False,
    report: Report = ignore,
    today: date | None = None,
    batch: BatchMark | None = None,
) -> Counts:
    """Import a file of trims, one transaction per series; docs/import.md says what it holds.

    `report` is told of every rejected row, warning and finished series. With `dry_run` every
    transaction is rolled back. Safe to repeat and to be killed: what was committed stays, and
    a second run completes it. Raises `OSError` where the file cannot be read.
    """
    finish = db.session.rollback if dry_run else db.session.commit
    try:
        return run_car_import(
            path=path, dry_run=dry_run, report=report, today=today, finish=finish, batch=batch
        )
    finally:
        db.session.rollback()


def run_car_import(
    *,
    path: Path,
    dry_run: bool,
    report: Report,
    today: date | None,
    finish: Finish,
    batch: BatchMark | None = None,
) -> Counts:
    """As `import_cars`, with the end of each transaction in the caller's hands."""
    tally = Tally(Counts(dry_run=dry_run), report)
    try:
        with open_csv(path) as file:
            header = read_car_header(file.header())
            reader = _Reader(file, header, today or datetime.now(CHINA_TIME).date(), tally)
            reader.index()
            if sync_parameters():
                bump_version()
            finish()
            for places in reader.series.values():
                _import_series(reader, places, finish, batch)
    except FileError as error:
        tally.counts.refused = True
        for line, problem in error.problems:
            tally.reject(line, None, [problem])
        return tally.counts
    if rebuild_class_figures():
        bump_version()
    finish()
    return tally.counts


def _import_series(
    reader: _Reader, places: list[_Place], finish: Finish, batch: BatchMark | None
) -> None:
    tally = reader.tally
    rows = [row for place in places if (row := reader.read(place)) is not None]
    if rows:
        for row, warning in _doubts(rows):
            tally.warn(row.identity.line, row.identity.key, warning)
        outcome = store_series(rows, batch.id if batch else None)
        if outcome.touched:
            bump_version()
        if batch and outcome.before:
            batch.remember(outcome.before)
        finish()
        tally.counts.added += outcome.added
        tally.counts.changed += outcome.changed
        tally.counts.unchanged += outcome.unchanged
    tally.done()


def _doubts(rows: list[Row]) -> list[tuple[Row, str]]:
    first = rows[0].identity
    titles = db.session.execute(
        select(TRIM.c.model_year, TRIM.c.name, TRIM.c.key)
        .join(SERIES, SERIES.c.id == TRIM.c.series_id)
        .join(BRAND, BRAND.c.id == SERIES.c.brand_id)
        .where(BRAND.c.name == first.brand, SERIES.c.name == first.series)
    )
    named = {row.identity.key for row in rows}
    others = {(year, name): key for year, name, key in titles if key not in named}
    doubts = [(row, warning) for row in rows for warning in doubtful_row(row)]
    return doubts + list(doubtful_titles(rows, others))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row stands in the file."""

    line: int
    offset: int


@dataclass(slots=True)
class _Reader:
    """The rows of one file: found in the first pass, read in the second."""

    file: CsvFile
    header: Header
    today: date
    tally: Tally
    series: dict[tuple[str, str], list[_Place]] = field(default_factory=lambda: defaultdict(list))
    """(brand, series) to its rows, in the order of their first appearance."""

    def index(self) -> None:
        """Check who each row is about and note its place; report rows that cannot be told."""
        lines: dict[str, int] = {}
        named: dict[tuple[str, str], NamedSeries] = {}
        last: Record | None = None
        for last in self.file.records():
            self.tally.counts.rows += 1
            if last.problem:
                self._reject(last, [Problem(None, None, "", last.problem)])
                continue
            try:
                identity = read_identity(last.line, last.cells, self.header, self.today)
            except RowError as error:
                self._reject(last, error.problems + self._value_problems(last))
                continue
            earlier = lines.setdefault(identity.key, last.line)
            if earlier != last.line:
                reason = f"编号重复：第 {earlier} 行已经用过"
                self._reject(last, [Problem("key", CAR_LABELS["key"], identity.key, reason)])
                continue
            group = (identity.brand, identity.series)
            self.series[group].append(_Place(last.line, last.offset))
            if group not in named:
                brand, name = group
                named[group] = NamedSeries(brand, identity.maker, name, last.line, identity.key)
        if last and not last.problem and not self.file.encoding.closed:
            self.tally.warn(last.line, None, "最后一行没有换行符，文件可能在此处中断")
        for one, warning in doubtful_names([*_stored_series(named), *named.values()]):
            self.tally.warn(one.line or 0, one.key, warning)

    def read(self, place: _Place) -> Row | None:
        """The row at a place; None where a value in it is wrong, which is reported."""
        cells = self.file.read_at(place.offset, self.header.width)
        identity = read_identity(place.line, cells, self.header, self.today)
        try:
            return Row(identity, read_values(cells, self.header))
        except RowError as error:
            self.tally.reject(place.line, identity.key, error.problems)
            return None

    def _value_problems(self, record: Record) -> list[Problem]:
        try:
            read_values(record.cells, self.header)
        except RowError as error:
            return error.problems
        return []

    def _reject(self, record: Record, problems: list[Problem]) -> None:
        key = self.header.text(record.cells, "key") if not record.problem else ""
        self.tally.reject(record.line, key.strip() or None, problems)


def _stored_series(named: dict[tuple[str, str], NamedSeries]) -> list[NamedSeries]:
    """The series of the catalogue that the file does not name."""
    rows = db.session.execute(
        select(BRAND.c.name, MAKER.c.name, SERIES.c.name)
        .select_from(SERIES)
        .join(BRAND, BRAND.c.id == SERIES.c.brand_id)
        .outerjoin(MAKER, MAKER.c.id == SERIES.c.maker_id)
    )
    return [
        NamedSeries(brand, maker_name, name)
        for brand, maker_name, name in rows
        if (brand, name) not in named
    ]
