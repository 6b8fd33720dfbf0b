"""The reference tables shipped with the product: parameters and brands."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from webapp.cars.service.tables import PARAMETER, fetch
from webapp.extensions import db

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


def sync_parameters() -> bool:
    """Bring the parameter table in line with parameters.csv; whether it differed.

    Parameters that are no longer in the file stay: values may hang on them. Commits nothing.
    """
    stored = {row["key"]: row for row in fetch(select(PARAMETER))}
    wanted = {row.key: asdict(row) for row in parameters().values()}
    new = [row for key, row in wanted.items() if key not in stored]
    differing = [
        row | {"stored_key": key}
        for key, row in wanted.items()
        if key in stored and any(stored[key][column] != value for column, value in row.items())
    ]
    if differing:
        statement = update(PARAMETER).where(PARAMETER.c.key == bindparam("stored_key"))
        db.session.execute(statement, differing)
    if new:
        db.session.execute(insert(PARAMETER), new)
    return bool(new or differing)


def parameter_ids() -> dict[str, int]:
    """Parameter key to row id, the missing ones inserted. Commits nothing."""
    statement = select(PARAMETER.c.key, PARAMETER.c.id)
    ids = {row.key: row.id for row in db.session.execute(statement)}
    if parameters().keys() <= ids.keys():
        return ids
    sync_parameters()
    return {row.key: row.id for row in db.session.execute(statement)}
