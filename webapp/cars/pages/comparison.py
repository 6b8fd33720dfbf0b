"""Two to six trims side by side: rows, what differs, and the better value where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from webapp.cars.pages.figures import Sources
from webapp.catalogue.measures import applies, comparable
from webapp.catalogue.queries import Spec, TrimRow
from webapp.catalogue.wording import spec_text
from webapp.formatting import NOT_APPLICABLE, UNKNOWN

LONG: Final = 40
"""Characters of two values together beyond which only their difference is shown."""


@dataclass(frozen=True)
class Cell:
    """One value of one trim; `spec` is None where nothing is known, or where a car of its kind
    cannot have it."""

    spec: Spec | None
    best: bool = False
    applies: bool = True

    @property
    def text(self) -> str:
        if self.spec:
            return spec_text(self.spec)
        return UNKNOWN if self.applies else NOT_APPLICABLE


@dataclass(frozen=True)
class Row:
    key: str
    label: str
    unit: str | None
    cells: list[Cell]

    @property
    def same(self) -> bool:
        """All known and equal: nothing to decide by."""
        return len({cell.text for cell in self.cells}) == 1


@dataclass(frozen=True)
class Section:
    title: str
    rows: list[Row]

    @property
    def differing(self) -> list[Row]:
        return [row for row in self.rows if not row.same]

    @property
    def equal(self) -> list[Row]:
        return [row for row in self.rows if row.same]


@dataclass(frozen=True)
class Comparison:
    trims: list[TrimRow]
    sections: list[Section]
    differing: int
    """Rows in which the trims are not all equal."""
    sources: Sources = field(repr=False)

    def jumps(self, only_differences: bool) -> list[tuple[str, str, int | None]]:
        """(id, title, rows in which the trims differ) of each section shown."""
        several = len(self.trims) > 1
        return [
            (f"c{number}", section.title, len(section.differing) if several else None)
            for number, section in enumerate(self.sections, start=1)
            if section.differing or not only_differences or not several
        ]


def compare(trims: Sequence[TrimRow], specs: Sequence[Spec]) -> Comparison:
    """Lay the specs of these trims side by side, one cell each in the order of `trims`."""
    by_key: dict[str, dict[int, Spec]] = {}
    for spec in specs:
        by_key.setdefault(spec.key, {})[spec.trim_id] = spec
    sources = Sources()
    sections: dict[str, list[Row]] = {}
    for key, cells in by_key.items():
        some = next(iter(cells.values()))
        row = Row(key, some.label, some.unit, _cells(trims, cells, some))
        sections.setdefault(some.section, []).append(row)
        for spec in cells.values():
            sources.number(spec.source)
    listed = [Section(title, rows) for title, rows in sections.items()]
    differing = sum(not row.same for section in listed for row in section.rows)
    return Comparison(list(trims), listed, differing, sources)


def _cells(trims: Sequence[TrimRow], specs: dict[int, Spec], some: Spec) -> list[Cell]:
    known = [trim for trim in trims if trim.id in specs]
    ranked = comparable(some.key, (trim.energy for trim in known))
    best = _best(list(specs.values())) if ranked else None
    cells = []
    for trim in trims:
        spec = specs.get(trim.id)
        marked = spec is not None and best is not None and spec.number == best
        cells.append(Cell(spec, marked, applies(some.key, trim.energy, some.section)))
    return cells


def _best(specs: Sequence[Spec]) -> float | None:
    """The better figure of a row, where better means something and the figures differ.

    A row holds one parameter, so figures of different test cycles never meet here.
    """
    numbers = {spec.number for spec in specs if spec.number is not None}
    better = specs[0].better
    if better is None or len(numbers) < 2:
        return None
    return max(numbers) if better == "high" else min(numbers)


class Gain(NamedTuple):
    """A value that is not the same; `before` is None where nothing is known of the other."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True)
class Step:
    """What a version has that the next cheaper one of its year and energy has not."""

    trim: TrimRow
    base: TrimRow | None
    extra_fen: int | None
    gains: list[Gain]


def version_steps(trims: Sequence[TrimRow], specs: Sequence[Spec]) -> list[Step]:
    """The versions of one model year by price, each with what it adds to the one below."""
    values: dict[int, dict[str, Spec]] = {}
    for spec in specs:
        values.setdefault(spec.trim_id, {})[spec.key] = spec
    steps: list[Step] = []
    below: dict[str | None, TrimRow] = {}
    for trim in sorted(trims, key=lambda t: (t.price_fen is None, t.price_fen or 0, t.id)):
        base = below.get(trim.energy)
        below[trim.energy] = trim
        if base is None:
            steps.append(Step(trim, None, None, []))
            continue
        extra = None
        if trim.price_fen is not None and base.price_fen is not None:
            extra = trim.price_fen - base.price_fen
        gains = _changes(values.get(base.id, {}), values.get(trim.id, {}))
        steps.append(Step(trim, base, extra, gains))
    return steps


_NOT_EQUIPMENT: Final = frozenset({"price_wan", "dealer_price_wan"})


def _changes(there: dict[str, Spec], here: dict[str, Spec]) -> list[Gain]:
    """What is known to differ first, then what only the one here states."""
    changes = []
    for key, spec in here.items():
        after = _with_unit(spec)
        before = _with_unit(there[key]) if key in there else None
        if key not in _NOT_EQUIPMENT and after != before:
            changes.append(Gain(spec.label, *_shortened(before, after)))
    return sorted(changes, key=lambda gain: gain.before is None)


def _shortened(before: str | None, after: str) -> tuple[str | None, str]:
    """Of two long lists only the items that differ."""
    if before is None or len(before) + len(after) < LONG:
        return before, after
    old, new = before.split(), after.split()
    less = [item for item in old if item not in new]
    more = [item for item in new if item not in old]
    return " ".join(less) or "无", " ".join(more) or "无"


def _with_unit(spec: Spec) -> str:
    text = spec_text(spec)
    return f"{text} {spec.unit}" if spec.unit and spec.number is not None else text
