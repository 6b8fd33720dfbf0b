"""The shipped pages in a database of their own, taken in once and copied into each test's."""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import text

from webapp import create_app
from webapp.extensions import db
from webapp.knowledge import service
from webapp.knowledge.service.shipped import as_drafts
from webapp.knowledge.shipped import PAGES_COLLECTION, shipped_pages

FILE = "pages.sqlite3"
TABLES = ("knowledge_document", "knowledge_passage", "knowledge_version")
WORDS = Path("knowledge", "words")


def take_in() -> None:
    """All pages into the database of the current application, found by words."""
    service.ingest(collection=PAGES_COLLECTION, drafts=as_drafts(shipped_pages()))
    service.build_words()


def prepare_pages(migrated: Path, folder: Path) -> None:
    """Make `folder` hold a database with the pages, and their word index."""
    shutil.copyfile(migrated, folder / FILE)
    settings = {"APP_ENV": "testing", "VAR_DIR": str(folder), "SECRET_KEY": "-" * 32}
    with create_app(settings | {"DATABASE_URL": f"sqlite:///{folder / FILE}"}).app_context():
        take_in()
        db.session.remove()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()


def copy_pages(app: Flask, prepared: Path) -> None:
    """What `take_in` does to a database without documents, in milliseconds."""
    if db.engine.dialect.name != "sqlite":
        take_in()
        return
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ATTACH ? AS prepared", (str(prepared / FILE),))
        for table in TABLES:
            connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM prepared.{table}")
        connection.commit()
        connection.exec_driver_sql("DETACH prepared")
    shutil.copytree(prepared / WORDS, Path(current_app.config["VAR_DIR"]) / WORDS)
