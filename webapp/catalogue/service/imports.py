"""Imports a car file: one pass to check and group the rows, one to store series by series.

Between the passes only the place of each row is kept, so that memory does not grow with the
width of the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import select

from webapp import clock
from webapp.catalogue import subjects
from webapp.catalogue.projection import Columns
from webapp.catalogue.reading.csvfile import CsvFile, Record
from webapp.catalogue.reading.doubts import (
    NamedSeries,
    doubtful_names,
    doubtful_row,
    doubtful_titles,
)
from webapp.catalogue.reading.header import CAR_LABELS, Header, Plan, read_car_header, read_columns
from webapp.catalogue.reading.reports import (
    Changed,
    Counts,
    FileError,
    Opened,
    Problem,
    Report,
    RowError,
    Seen,
    Tally,
    ignore,
)
from webapp.catalogue.reading.rows import Row, read_identity, read_values
from webapp.catalogue.reading.tables import open_table
from webapp.catalogue.service.parameters import sync_parameters
from webapp.catalogue.service.projected import bump_version, rebuild_class_figures
from webapp.catalogue.service.store import store_series
from webapp.catalogue.service.tables import BRAND, MAKER, SERIES, TRIM
from webapp.extensions import db
from webapp.transactions import transaction

SAMPLE_ROWS: Final = 3
SAMPLE_CHARS: Final = 40
LEFT_OUT_NAMED: Final = 50


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
    plan: Plan | None = None,
) -> Counts:
    """Import a file of trims, one transaction per series; docs/import.md says what it holds.

    `report` is told of every rejected row, warning, change and finished series; `plan` says
    which column is which where its title does not. With `dry_run` every
    transaction is rolled back. Safe to repeat and to be killed: what was committed stays, and
    a second run completes it. Raises `OSError` where the file cannot be read.
    """
    tally = Tally(Counts(dry_run=dry_run), report)
    try:
        with open_table(path) as file:
            titles, plan = file.header(), plan or Plan()
            report(_opened(file, titles, plan))
            header = read_car_header(titles, plan)
            _tell_what_is_left_out(file, header, tally)
            reader = _Reader(file, header, today or clock.today_in_china(), tally)
            reader.index()
            with transaction(dry_run=dry_run):
                if sync_parameters():
                    bump_version()
            for places in reader.series.values():
                _import_series(reader, places, dry_run, batch)
    except FileError as error:
        tally.counts.refused = True
        for line, problem in error.problems:
            tally.reject(line, None, [problem])
        return tally.counts
    with transaction(dry_run=dry_run):
        if classes := rebuild_class_figures():
            bump_version(*classes)
    return tally.counts


def _opened(file: CsvFile, titles: list[str], plan: Plan) -> Opened:
    rows = [record.cells for record in islice(file.records(), SAMPLE_ROWS)]
    return Opened(
        tuple(
            Seen(
                column.title,
                column.key,
                tuple(row[column.at][:SAMPLE_CHARS] for row in rows if column.at < len(row)),
            )
            for column in read_columns(titles, plan)
        )
    )


def _tell_what_is_left_out(file: CsvFile, header: Header, tally: Tally) -> None:
    for line, note in file.notes:
        tally.warn(line, None, note)
    for column in header.left_out[:LEFT_OUT_NAMED]:
        tally.warn(1, None, f"略过第 {column.at + 1} 列“{column.title[:40]}”，没有导入")
    if len(header.left_out) > LEFT_OUT_NAMED:
        tally.warn(1, None, f"另外略过 {len(header.left_out) - LEFT_OUT_NAMED} 列")


def _import_series(
    reader: _Reader, places: list[_Place], dry_run: bool, batch: BatchMark | None
) -> None:
    tally = reader.tally
    rows = [row for place in places if (row := reader.read(place)) is not None]
    if rows:
        for row, warning in row_doubts(rows):
            tally.warn(row.identity.line, row.identity.key, warning)
        for row in rows:
            for cell in row.unread:
                said = f"{cell.label}“{cell.value}”：{cell.reason}"
                tally.warn(row.identity.line, row.identity.key, said, cell)
        with transaction(dry_run=dry_run):
            outcome = store_series(rows, batch.id if batch else None)
            if outcome.touched:
                changed = map(subjects.series, outcome.series)
                bump_version(subjects.LISTS, subjects.TRIMS, subjects.NAMES, *changed)
            if batch and outcome.before:
                batch.remember(outcome.before)
        for line, key, changes in outcome.changes:
            tally.report(Changed(line, key, changes))
        tally.counts.added += outcome.added
        tally.counts.changed += outcome.changed
        tally.counts.unchanged += outcome.unchanged
    tally.done()


def row_doubts(rows: list[Row]) -> list[tuple[Row, str]]:
    """What looks wrong in rows of one series, alone or beside those stored."""
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
        if not self.tally.counts.rows:
            self.tally.warn(1, None, "文件只有表头，没有数据行")
        for one, warning in doubtful_names([*stored_series(named), *named.values()]):
            self.tally.warn(one.line or 0, one.key, warning)

    def read(self, place: _Place) -> Row | None:
        """The row at a place; None where a value in it is wrong, which is reported."""
        cells = self.file.read_at(place.offset, self.header.width)
        identity = read_identity(place.line, cells, self.header, self.today)
        try:
            values, unread = read_values(cells, self.header)
        except RowError as error:
            self.tally.reject(place.line, identity.key, error.problems)
            return None
        return Row(identity, values, unread)

    def _value_problems(self, record: Record) -> list[Problem]:
        try:
            read_values(record.cells, self.header)
        except RowError as error:
            return error.problems
        return []

    def _reject(self, record: Record, problems: list[Problem]) -> None:
        key = self.header.text(record.cells, "key") if not record.problem else ""
        self.tally.reject(record.line, key.strip() or None, problems)


def stored_series(named: dict[tuple[str, str], NamedSeries]) -> list[NamedSeries]:
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
