"""Import of sales by staff: a file read while they wait, and what was refused of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from webapp.audit import Actor, record
from webapp.catalogue import service as cars
from webapp.catalogue.reading.reports import Counts, Event, Rejected
from webapp.transactions import transaction

SHOWN: Final = 100
"""Refused rows that are shown; the counts tell how many there were."""


@dataclass
class SalesReport:
    """What became of the rows: the counts, and the first refused ones with their reasons."""

    counts: Counts = field(default_factory=Counts)
    rejected: list[Rejected] = field(default_factory=list)

    def take(self, event: Event) -> None:
        if isinstance(event, Rejected) and len(self.rejected) < SHOWN:
            self.rejected.append(event)


def import_sales(*, actor: Actor, title: str, draft: Path, dry_run: bool) -> SalesReport:
    """Import a file of sales with its line in the audit log, or only check it. Refused rows are
    reported and the others imported; the same file again changes nothing."""
    report = SalesReport()
    if dry_run:
        report.counts = cars.import_sales(path=draft, dry_run=True, report=report.take)
        return report
    with transaction():
        report.counts = cars.import_sales(path=draft, report=report.take)
        done = report.counts
        after = {"added": done.added, "changed": done.changed, "rejected": done.rejected}
        record(actor, "import sales", title[:100], after=after)
    return report
