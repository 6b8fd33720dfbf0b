"""Imports monthly sales of series, one transaction per series."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import insert, select

from webapp import clock
from webapp.catalogue.projection import Columns
from webapp.catalogue.reading.cells import CellError, clean, read_month
from webapp.catalogue.reading.header import SALES_LABELS, Header, read_sales_header
from webapp.catalogue.reading.reports import (
    Counts,
    FileError,
    Problem,
    Report,
    RowError,
    Tally,
    ignore,
)
from webapp.catalogue.reading.spellings import is_unsaid
from webapp.catalogue.reading.tables import open_table
from webapp.catalogue.service.named import ensure_source
from webapp.catalogue.service.projected import bump_version, project_all_series
from webapp.catalogue.service.tables import BRAND, SALES, SERIES, differs, fetch, update_rows
from webapp.catalogue.vocabulary import SALES_CONFIDENCES, SCOPE_LABELS
from webapp.extensions import db
from webapp.transactions import transaction

_MOST_UNITS: Final = 300_000
"""No series has sold a third of it in one month: more is a slip of unit or column."""
_SCOPES: Final = {scope: scope for scope in SCOPE_LABELS} | {
    "零售": "retail",
    "批发": "wholesale",
    "批发（含出口）": "wholesale",
    "上险": "insured",
}
_CONFIDENCES: Final = {word: word for word in SALES_CONFIDENCES} | {
    "平台登载": "listed",
    "出处不明": "low",
}


@dataclass(frozen=True, slots=True)
class _Sold:
    brand: str
    series: str
    period: str
    scope: str
    units: int
    source: str
    confidence: str


def import_sales(
    *, path: Path, dry_run: bool = False, report: Report = ignore, today: date | None = None
) -> Counts:
    """Import a file of sales; a row replaces the earlier one of its series, month and scope.

    The counts are of rows. Otherwise as `import_cars`.
    """
    tally = Tally(Counts(dry_run=dry_run), report)
    month = f"{today or clock.today_in_china():%Y-%m}"
    try:
        groups = _read(path, tally, month)
    except FileError as error:
        tally.counts.refused = True
        for line, problem in error.problems:
            tally.reject(line, None, [problem])
        return tally.counts
    for series_id, rows in groups.items():
        with transaction(dry_run=dry_run):
            if _store(series_id, rows, tally.counts):
                project_all_series([series_id])
                bump_version()
        tally.done()
    return tally.counts


def _read(path: Path, tally: Tally, month: str) -> dict[int, list[_Sold]]:
    """The rows of the file by series id."""
    groups: dict[int, list[_Sold]] = defaultdict(list)
    lines: dict[tuple[str, ...], int] = {}
    with open_table(path) as file:
        header = read_sales_header(file.header())
        for line, note in file.notes:
            tally.warn(line, None, note)
        series_ids = _series_ids()
        for record in file.records():
            tally.counts.rows += 1
            try:
                if record.problem:
                    raise RowError([Problem(None, None, "", record.problem)])
                sold = _sold(record.cells, header, month)
                named = (sold.brand, sold.series)
                if named not in series_ids:
                    reason = f"没有这个车系：{sold.brand} {sold.series}"
                    raise RowError([_problem("series", sold.series, reason)])
                earlier = lines.setdefault((*named, sold.period, sold.scope), record.line)
                if earlier != record.line:
                    reason = f"与第 {earlier} 行的车系、月份和口径相同"
                    raise RowError([_problem("period", sold.period, reason)])
            except RowError as error:
                tally.reject(record.line, None, error.problems)
            else:
                groups[series_ids[named]].append(sold)
    return groups


def _series_ids() -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        select(BRAND.c.name, SERIES.c.name, SERIES.c.id).join(
            SERIES, SERIES.c.brand_id == BRAND.c.id
        )
    )
    return {(brand, series): id for brand, series, id in rows}


def _problem(key: str, value: str, reason: str) -> Problem:
    return Problem(key, SALES_LABELS[key], value[:100], reason)


def _sold(cells: Sequence[str], header: Header, month: str) -> _Sold:
    problems: list[Problem] = []

    def read(key: str, parse: Callable[[str], str] = str) -> str:
        raw = header.text(cells, key)
        try:
            if is_unsaid(text := clean(raw)):
                raise CellError("必填，不能为空")
            return parse(text)
        except CellError as error:
            problems.append(_problem(key, raw, str(error)))
            return ""

    brand, series, source = read("brand"), read("series"), read("source", _source)
    period, scope = read("period", lambda text: _past(text, month)), read("scope", _scope)
    units = read("units", _units)
    confidence = _confidence(header.text(cells, "confidence"), problems)
    if problems:
        raise RowError(problems)
    return _Sold(brand, series, period, scope, int(units), source, confidence)


def _confidence(raw: str, problems: list[Problem]) -> str:
    """A file without the column tells who counted."""
    text = raw.strip() or "listed"
    if text not in _CONFIDENCES:
        problems.append(_problem("confidence", raw, "应为 listed（平台登载）或 low（出处不明）"))
    return _CONFIDENCES.get(text, "listed")


def _source(text: str) -> str:
    if len(text) > 120:
        raise CellError("超过 120 个字符")
    return text


def _past(text: str, month: str) -> str:
    period = read_month(text)
    if period > month:
        raise CellError(f"在未来：本月是 {month}")
    return period


def _scope(text: str) -> str:
    if text not in _SCOPES:
        raise CellError("应为 retail（零售）、wholesale（批发）或 insured（上险）")
    return _SCOPES[text]


def _units(text: str) -> str:
    digits = text.removesuffix("辆").strip().replace(",", "")
    if not re.fullmatch(r"[0-9]{1,9}(\.0+)?", digits) or float(digits) > _MOST_UNITS:
        raise CellError(f"应为 0 至 {_MOST_UNITS} 的整数")
    return digits.partition(".")[0]


def _store(series_id: int, rows: Sequence[_Sold], counts: Counts) -> bool:
    """Write the sales of one series; whether anything differed."""
    found = fetch(select(SALES).where(SALES.c.series_id == series_id))
    stored = {(row["period"], row["scope"]): row for row in found}
    source_ids = {name: ensure_source(name) for name in {row.source for row in rows}}
    new: list[Columns] = []
    changes: dict[int, Columns] = {}
    for row in rows:
        columns: Columns = {
            "units": row.units,
            "source_id": source_ids[row.source],
            "confidence": row.confidence,
        }
        old = stored.get((row.period, row.scope))
        if old is None:
            place = {"series_id": series_id, "period": row.period, "scope": row.scope}
            new.append(place | columns)
        elif differs(old, columns):
            changes[old["id"]] = columns
    if new:
        db.session.execute(insert(SALES), new)
    update_rows(SALES, changes)
    counts.added += len(new)
    counts.changed += len(changes)
    counts.unchanged += len(rows) - len(new) - len(changes)
    return bool(new or changes)
