"""What SQLite needs to be told on every connection; PostgreSQL needs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flask import Flask
from sqlalchemy import event

from webapp.extensions import db

BUSY_MILLISECONDS: Final = 5000
"""How long a writer waits for another one before "database is locked"."""

PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)


def init_app(app: Flask) -> None:
    """Prepare the engine that `db.init_app` has made room for; does not connect."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "sqlite":
        return
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _prepare)


def _prepare(connection: Any, _record: object) -> None:
    """Set the pragmas of one new DB-API connection."""
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
