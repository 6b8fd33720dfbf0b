"""The alias table, kept in line with the one shipped with the product."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update

from webapp.extensions import db
from webapp.search.models import Alias

ALIAS: Final = cast(Table, Alias.__table__)
_SHIPPED: Final = Path(__file__).resolve().parent / "words" / "aliases.csv"

_Key = tuple[str, str]


class ShippedAlias(NamedTuple):
    """One line of aliases.csv; `members` are the brands of a group, spaces between."""

    kind: str
    name: str
    alias: str
    members: str


@cache
def shipped_aliases() -> dict[_Key, ShippedAlias]:
    """Every shipped alias by (kind, alias)."""
    with _SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = [ShippedAlias(**line) for line in csv.DictReader(file)]
    return {(row.kind, row.alias): row for row in rows}


def sync_aliases() -> bool:
    """Bring the alias table in line with aliases.csv; whether it differed.

    Rows marked `edited` stay as they are, shipped rows that left the file go. Commits nothing;
    a caller that commits a difference raises the catalogue's version.
    """
    stored = {(row.kind, row.alias): row._mapping for row in db.session.execute(select(ALIAS))}
    wanted = shipped_aliases()
    new = [
        row._asdict() | {"origin": "shipped"} for key, row in wanted.items() if key not in stored
    ]
    gone = [row["id"] for key, row in stored.items() if key not in wanted and _is_shipped(row)]
    differing = [
        {"row_id": row["id"], "name": wanted[key].name, "members": wanted[key].members}
        for key, row in stored.items()
        if key in wanted and _is_shipped(row) and _differs(row, wanted[key])
    ]
    if gone:
        db.session.execute(delete(ALIAS).where(ALIAS.c.id.in_(gone)))
    if differing:
        db.session.execute(update(ALIAS).where(ALIAS.c.id == bindparam("row_id")), differing)
    if new:
        db.session.execute(insert(ALIAS), new)
    return bool(new or gone or differing)


def _is_shipped(row: Mapping[Any, Any]) -> bool:
    return bool(row["origin"] == "shipped")


def _differs(row: Mapping[Any, Any], wanted: ShippedAlias) -> bool:
    return (row["name"], row["members"]) != (wanted.name, wanted.members)
