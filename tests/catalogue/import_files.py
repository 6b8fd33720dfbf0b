"""Import files for tests, and what an import said while it ran. Every car here is invented."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from webapp.catalogue import service
from webapp.catalogue.service import Counts, Progress, Rejected, Warned

TODAY = date(2026, 3, 15)
CAR = {
    "key": "A1",
    "brand": "星河",
    "maker": "星河汽车",
    "series": "北斗",
    "name": "北斗 2025款 长续航版",
    "source": "厂商官网",
    "captured": "2025-11",
}
"""The smallest complete row; tests override what they are about."""


def csv_text(*rows: Mapping[str, str]) -> str:
    """Rows as CSV; the columns are those of all rows, in order of appearance."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def car(**fields: str) -> dict[str, str]:
    """A complete row with these fields on top."""
    return CAR | fields


class Run:
    """One import: its counts and everything it reported."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.rejected: list[Rejected] = []
        self.warned: list[Warned] = []
        self.progress: list[Progress] = []

    def report(self, event: Rejected | Warned | Progress) -> None:
        match event:
            case Rejected():
                self.rejected.append(event)
            case Warned():
                self.warned.append(event)
            case Progress():
                self.progress.append(event)

    @property
    def reasons(self) -> list[tuple[int, str | None, str]]:
        """(line, field, reason) of every problem."""
        return [
            (event.line, problem.field, problem.reason)
            for event in self.rejected
            for problem in event.problems
        ]

    @property
    def warnings(self) -> list[str]:
        return [event.warning for event in self.warned]

    def outcome(self) -> tuple[int, int, int, int]:
        """Added, changed, unchanged, rejected."""
        counts = self.counts
        return counts.added, counts.changed, counts.unchanged, counts.rejected


def import_bytes(folder: Path, content: bytes, **options: Any) -> Run:
    """Import a file with this content."""
    path = folder / "import.csv"
    path.write_bytes(content)
    run = Run()
    run.counts = service.import_cars(
        path=path, report=run.report, today=options.pop("today", TODAY), **options
    )
    return run


def import_rows(folder: Path, *rows: Mapping[str, str], **options: Any) -> Run:
    """Import these rows as a UTF-8 file."""
    return import_bytes(folder, csv_text(*rows).encode(), **options)


def import_sales_rows(folder: Path, *rows: Mapping[str, str], **options: Any) -> Run:
    """Import these rows of sales."""
    path = folder / "sales.csv"
    path.write_text(csv_text(*rows), encoding="utf-8")
    run = Run()
    run.counts = service.import_sales(path=path, report=run.report, today=TODAY, **options)
    return run
