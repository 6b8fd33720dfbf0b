"""The reference tables shipped with the product: parameters and brands."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).resolve().parent.parent / "reference"


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One line of parameters.csv; `position` is its place in the specification table."""

    key: str
    section: str
    label: str
    unit: str | None
    type: str
    better: str | None
    position: int


@dataclass(frozen=True, slots=True)
class BrandRow:
    """One line of brands.csv; `aliases` are other names with spaces between."""

    name: str
    origin: str | None
    initial: str
    pinyin: str
    aliases: str


def _lines(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def parameters() -> dict[str, ParameterRow]:
    """Every parameter by key, in the order of display."""
    return {
        line["key"]: ParameterRow(
            key=line["key"],
            section=line["section"],
            label=line["label"],
            unit=line["unit"] or None,
            type=line["type"],
            better=line["better"] or None,
            position=position,
        )
        for position, line in enumerate(_lines("parameters.csv"), start=1)
    }


@cache
def brands() -> dict[str, BrandRow]:
    """Every brand the product knows, by name."""
    return {
        line["name"]: BrandRow(
            name=line["name"],
            origin=line["origin"] or None,
            initial=line["initial"],
            pinyin=line["pinyin"],
            aliases=line["aliases"],
        )
        for line in _lines("brands.csv")
    }
