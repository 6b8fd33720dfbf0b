"""What SQLite needs to be told on every connection; PostgreSQL needs nothing."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import event

from webapp.config import prepare_sqlite
from webapp.extensions import db


def init_app(app: Flask) -> None:
    """Prepare the engine that `db.init_app` has made room for; does not connect."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "sqlite":
        return
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", prepare_sqlite)
