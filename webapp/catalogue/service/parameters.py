"""The parameter table, kept in line with the one shipped with the product."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from webapp.catalogue.reading.reference import ParameterRow, parameters
from webapp.catalogue.service.tables import PARAMETER, fetch
from webapp.extensions import db

_COLUMNS: Final = tuple(field.name for field in fields(ParameterRow))


def sync_parameters() -> bool:
    """Bring the parameter table in line with parameters.csv; whether it differed.

    Parameters that are no longer in the file stay: values may hang on them. Commits nothing.
    """
    stored = {row["key"]: row for row in fetch(select(PARAMETER))}
    wanted = {row.key: _columns(row) for row in parameters().values()}
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


def _columns(row: ParameterRow) -> dict[str, Any]:
    # `asdict` copies in depth, which takes 20 ms for the whole table.
    return {column: getattr(row, column) for column in _COLUMNS}


def parameter_ids() -> dict[str, int]:
    """Parameter key to row id, the missing ones inserted. Commits nothing."""
    statement = select(PARAMETER.c.key, PARAMETER.c.id)
    ids = {row.key: row.id for row in db.session.execute(statement)}
    if parameters().keys() <= ids.keys():
        return ids
    sync_parameters()
    return {row.key: row.id for row in db.session.execute(statement)}
