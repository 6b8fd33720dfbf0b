"""What an import tells its caller while it runs, and the counts at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `field` is the English key, `label` the Chinese header."""

    field: str | None
    label: str | None
    value: str
    reason: str


class RowError(ValueError):
    """A row that cannot be imported, with everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.reason for problem in problems))
        self.problems = problems


class FileError(ValueError):
    """A file that cannot be imported at all: (line, problem) pairs."""

    def __init__(self, problems: list[tuple[int, Problem]]) -> None:
        super().__init__("; ".join(problem.reason for _, problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row, or a whole file, that was not imported. `problems` is never empty."""

    line: int
    key: str | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """A row that was imported but looks wrong."""

    line: int
    key: str | None
    warning: str


@dataclass(frozen=True, slots=True)
class Progress:
    """So many rows of so many are done with."""

    done: int
    rows: int


Report = Callable[[Rejected | Warned | Progress], None]


def ignore(event: Rejected | Warned | Progress) -> None:
    """The report of a caller who only wants the counts."""


@dataclass(slots=True)
class Counts:
    """Rows of an import by what became of them; `refused` if the file was not read at all."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    warnings: int = 0
    dry_run: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Passes events on to `report` and counts them."""

    counts: Counts
    report: Report

    def reject(self, line: int, key: str | None, problems: list[Problem]) -> None:
        self.counts.rejected += 1
        self.report(Rejected(line, key, tuple(problems)))

    def warn(self, line: int, key: str | None, warning: str) -> None:
        self.counts.warnings += 1
        self.report(Warned(line, key, warning))

    def done(self) -> None:
        counts = self.counts
        finished = counts.added + counts.changed + counts.unchanged + counts.rejected
        self.report(Progress(finished, counts.rows))
