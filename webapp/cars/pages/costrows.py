"""Figures of one car or several as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.costs import Line, Loan, Missing, Source, Total
from webapp.costs.assumptions import SAID
from webapp.costs.parts import money, plain, sources
from webapp.costs.tax import CHECK

ORDER: Final = (
    *("price", "on-road", "tax", "compulsory", "commercial", "vessel", "plate", "subsidy"),
    *("interest", "power", "fuel", "compulsory-again", "commercial-again", "vessel-again"),
    *("upkeep", "worth"),
)
"""Lines of a sum by their keys, in the order of a table."""


@dataclass(frozen=True)
class Cell:
    """What a table shows of one figure: as it is written, its formula, its sources."""

    said: str
    formula: str
    sources: tuple[Source, ...]
    note: str = ""
    warns: bool = False

    @property
    def assumed(self) -> bool:
        return any(source.kind == "assumption" for source in self.sources)


Shown = Cell | Missing | None


@dataclass(frozen=True)
class Row:
    """One line for all cars; None where a car has no such line."""

    label: str
    cells: tuple[Shown, ...]


def aligned(totals: Sequence[Total]) -> list[Row]:
    """The lines of several sums side by side."""
    labels = {entry.key: entry.label for total in totals for entry in total.entries}
    return [
        Row(labels[key], tuple(_shown(total, key) for total in totals))
        for key in sorted(labels, key=ORDER.index)
    ]


def by_label(columns: Sequence[Mapping[str, Cell]]) -> list[Row]:
    """Figures of several cars side by side, by what they are called."""
    labels = dict.fromkeys(label for column in columns for label in column)
    return [Row(label, tuple(column.get(label) for column in columns)) for label in labels]


def together(found: Sequence[Source]) -> tuple[Source, ...]:
    """The sources of one figure with its assumptions as one: a dot for each would be a row of
    dots."""
    guesses = [source for source in found if source.kind == "assumption"]
    if len(guesses) < 2:
        return tuple(found)
    parts = [source.text.removeprefix(f"{SAID}：") for source in guesses]
    one = Source("assumption", f"{SAID}：{'；'.join(parts)}", guesses[0].ref)
    return (*(source for source in found if source.kind != "assumption"), one)


def _shown(total: Total, key: str) -> Shown:
    for entry in total.entries:
        if entry.key == key:
            return entry if isinstance(entry, Missing) else _cell(entry)
    return None


def _cell(line: Line) -> Cell:
    found = together(line.sources)
    if line.key == "on-road":
        text = f"{line.formula}，逐项的来源在落地价的表里"
        found = (Source("assumption" if line.assumed else "rule", text, "sum:on-road", "#on-road"),)
    return Cell(line.said, line.formula, found, line.note, warns=CHECK in line.note)


def loan_cells(
    borrowed: Loan, own: tuple[Source, ...], help_: tuple[str, Source] | None = None
) -> dict[str, Cell]:
    """The parts of a loan, each with its formula; `help_`: what a rule says of its interest."""
    down = f"{money(borrowed.price_fen)} × {plain(borrowed.plan.figure('down').value)}%"
    owed = f"{money(borrowed.price_fen)} − {money(borrowed.down_fen)}"
    paid = f"共还 {money(borrowed.paid_fen)} − 贷款 {money(borrowed.principal_fen)}"
    found: dict[str, Cell] = {
        "首付": Cell(money(borrowed.down_fen), down, own),
        "贷款": Cell(money(borrowed.principal_fen), owed, own),
        "月供": Cell(
            f"{money(borrowed.payment_fen)} × {borrowed.plan.count} 期", borrowed.formula, own
        ),
    }
    if borrowed.tail_fen:
        tail = f"{money(borrowed.price_fen)} × {plain(borrowed.plan.figure('tail').value)}%"
        note = "和最后一期一起还；还不上可以再贷，利息另算"
        found["到期尾款"] = Cell(money(borrowed.tail_fen), tail, own, note)
    note, where = help_ if help_ and borrowed.interest_fen else ("", None)
    interest = sources(own, where)
    found["利息合计"] = Cell(money(borrowed.interest_fen), paid, interest, note)
    return found
