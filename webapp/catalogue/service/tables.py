"""The tables as SQLAlchemy Core sees them, with the few statements every write needs.

Core, because imports write hundreds of thousands of rows: objects would cost ten times that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from sqlalchemy import Select, Table, bindparam, update

from webapp.catalogue import models
from webapp.catalogue.projection import Columns
from webapp.extensions import db

BRAND: Final = cast(Table, models.Brand.__table__)
MAKER: Final = cast(Table, models.Maker.__table__)
SERIES: Final = cast(Table, models.Series.__table__)
TRIM: Final = cast(Table, models.Trim.__table__)
PARAMETER: Final = cast(Table, models.Parameter.__table__)
SOURCE: Final = cast(Table, models.Source.__table__)
VALUE: Final = cast(Table, models.Value.__table__)
SALES: Final = cast(Table, models.Sales.__table__)
CLASS_FIGURE: Final = cast(Table, models.ClassFigure.__table__)
PAGE_VIEWS: Final = cast(Table, models.PageViews.__table__)
PAIR_VIEWS: Final = cast(Table, models.PairViews.__table__)
VERSION: Final = cast(Table, models.CatalogueVersion.__table__)
CHANGE: Final = cast(Table, models.CatalogueChange.__table__)


def fetch(statement: Select[Any]) -> list[Columns]:
    """The rows of a query as dictionaries by column name."""
    return [row._asdict() for row in db.session.execute(statement)]


def differs(stored: Mapping[str, Any], columns: Columns) -> bool:
    """Whether any of the columns has another value in the stored row."""
    return any(stored[name] != value for name, value in columns.items())


def update_rows(table: Table, rows: Mapping[int, Columns]) -> None:
    """Set columns by row id, for which every row names the same columns."""
    if rows:
        statement = update(table).where(table.c.id == bindparam("row_id"))
        db.session.execute(statement, [columns | {"row_id": id} for id, columns in rows.items()])
