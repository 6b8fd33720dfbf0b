"""What every sum is made of: lines with their formula and sources, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final, Literal

Kind = Literal["rule", "catalogue", "observation", "assumption", "input"]

FEN: Final = Decimal(100)
PERCENT: Final = Decimal(100)


@dataclass(frozen=True)
class Source:
    """Where a figure comes from. `ref` is for programs: “rule:vat/2019”, “trim:7:price_wan”,
    “price:petrol-92@CN-11”, “assumed:upkeep”, “input:price”; `text` is for visitors."""

    kind: Kind
    text: str
    ref: str
    url: str | None = None


@dataclass(frozen=True)
class Figure:
    """A quantity and where it comes from. The unit is that of the field which holds it."""

    value: Decimal
    source: Source


@dataclass(frozen=True)
class Line:
    """One amount in fen, a span where it is not known exactly; what is taken off is negative.

    `formula` shows the figures: “129,800 ÷ 1.13 × 10%”.
    """

    key: str
    label: str
    low_fen: int
    high_fen: int
    formula: str
    sources: tuple[Source, ...]
    note: str = ""

    @property
    def assumed(self) -> bool:
        return any(source.kind == "assumption" for source in self.sources)

    @property
    def said(self) -> str:
        return span(self.low_fen, self.high_fen)


@dataclass(frozen=True)
class Missing:
    """What could not be computed; `reason` says which rule, figure or price is missing."""

    key: str
    label: str
    reason: str


Entry = Line | Missing


@dataclass(frozen=True)
class Total:
    """A sum of lines, without what is missing: “落地价 139,812.39 元，不含交强险”."""

    label: str
    entries: tuple[Entry, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, Line))

    @property
    def missing(self) -> tuple[Missing, ...]:
        return tuple(entry for entry in self.entries if isinstance(entry, Missing))

    @property
    def low_fen(self) -> int:
        return sum(line.low_fen for line in self.lines)

    @property
    def high_fen(self) -> int:
        return sum(line.high_fen for line in self.lines)

    @property
    def said(self) -> str:
        return span(self.low_fen, self.high_fen)

    @property
    def assumed(self) -> tuple[str, ...]:
        """The labels of the lines that rest on assumptions."""
        return tuple(line.label for line in self.lines if line.assumed)

    def line(self, key: str) -> Line | None:
        """The line of that key, None where it is missing or not part of this sum."""
        return next((line for line in self.lines if line.key == key), None)


def fen(yuan: Decimal) -> int:
    """Yuan to whole fen, half up: 2952.3985 -> 295240."""
    return int((yuan * FEN).to_integral_value(ROUND_HALF_UP))


def fen_below(yuan: Decimal) -> int:
    """Yuan to whole fen, the rest dropped: what a budget still covers."""
    return int((yuan * FEN).to_integral_value(ROUND_FLOOR))


def yuan(amount_fen: int) -> Decimal:
    return Decimal(amount_fen) / FEN


def money(amount_fen: int) -> str:
    """Fen in yuan with its cents where it has any: 1298050 -> "12,980.50", 95000 -> "950"."""
    whole, cents = divmod(abs(amount_fen), 100)
    sign = "−" if amount_fen < 0 else ""
    return f"{sign}{whole:,}.{cents:02d}" if cents else f"{sign}{whole:,}"


def span(low_fen: int, high_fen: int) -> str:
    """Fen in yuan, a span where the two differ: "950", "5,743.36–11,486.73"."""
    if low_fen == high_fen:
        return money(low_fen)
    return f"{money(low_fen)}–{money(high_fen)}"


def plain(value: Decimal) -> str:
    """A figure without needless zeros: 4.00 -> "4", 15000 -> "15,000"."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sources(*parts: Source | Figure | Iterable[Source] | None) -> tuple[Source, ...]:
    """Sources in the order of need, each once."""
    found: dict[Source, None] = {}
    for part in parts:
        if isinstance(part, Source):
            found[part] = None
        elif isinstance(part, Figure):
            found[part.source] = None
        elif part is not None:
            found.update(dict.fromkeys(part))
    return tuple(found)
