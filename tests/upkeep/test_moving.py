"""`data move`: everything in another database, the same row by row, or a sentence about why not.

Where TEST_DATABASE_URL is given, the site is moved from PostgreSQL to SQLite and back again; else
from SQLite to SQLite.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, Table, delete, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from tests.accounts.people import account
from tests.knowledge.conftest import draft
from tests.upkeep.sites import (
    empty_postgres,
    furnish,
    postgres_server,
    product,
    refused,
    run,
)
from webapp import schema
from webapp.accounts.models import Account
from webapp.audit import AuditEntry
from webapp.extensions import db
from webapp.knowledge import service as knowledge
from webapp.knowledge.models import KnowledgeDocument
from webapp.upkeep import databases, moving
from webapp.upkeep.digests import Measure


@pytest.fixture
def site(app: Flask) -> Flask:
    furnish()
    knowledge.ingest(
        collection="guide", drafts=[draft(f"d{n}", f"冬天续航会短一些，第{n}篇。") for n in (1, 2)]
    )
    # The newest is gone; its number must not come again.
    db.session.execute(delete(KnowledgeDocument).where(KnowledgeDocument.external_id == "d2"))
    db.session.commit()
    return app


@pytest.fixture
def made_tables(migrated: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrating takes seconds, and one test with it is enough."""
    if isinstance(migrated, Path):

        def copied(url: str) -> None:
            shutil.copyfile(migrated, make_url(url).database or "")

        monkeypatch.setattr(moving, "_migrate", copied)


def measured() -> dict[str, Measure]:
    with db.engine.connect() as connection:
        return databases.measures(connection)


def state_of(url: str, folder: Path) -> str:
    with product(folder, url), db.engine.connect() as connection:
        return schema.standing(connection).state


def check_goes_on(app: Flask, expected: dict[str, Measure], gone: int) -> None:
    """The same rows, and new ones take numbers never given before; the log stays as it is."""
    assert measured() == expected
    assert account("o-new").id == 2
    knowledge.ingest(collection="guide", drafts=[draft("d3", "夏天空调费电。")])
    newest = db.session.scalars(select(KnowledgeDocument.id)).all()[-1]
    assert newest > gone
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(delete(AuditEntry))
    db.session.rollback()


def test_everything_is_moved_there_and_back(site: Flask, tmp_path: Path) -> None:
    before = measured()
    gone = (db.session.scalars(select(KnowledgeDocument.id)).all())[-1] + 1
    there = f"sqlite:///{tmp_path}/moved.sqlite3"
    said = run(site, "data", "move", "--to", there)
    assert "逐行比对" in said
    assert measured() == before
    if not (server := postgres_server()):
        with product(tmp_path / "there", there) as new:
            check_goes_on(new, before, gone)
        return
    with empty_postgres(server) as back:
        with product(tmp_path / "there", there) as new:
            assert measured() == before
            run(new, "data", "move", "--to", back)
        with product(tmp_path / "back", back) as new:
            check_goes_on(new, before, gone)


def cut_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Have the move end where this table would be copied, as when the process is killed."""
    copy = moving._copy

    def copied(table: Table, target: Engine, tell: moving.Tell) -> Measure:
        if table.name == name:
            raise moving.MoveFailed("断了")
        return copy(table, target, tell)

    monkeypatch.setattr(moving, "_copy", copied)


@pytest.mark.usefixtures("made_tables")
def test_a_move_that_was_cut_goes_on_and_nothing_serves_from_half_of_it(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = f"sqlite:///{tmp_path}/moved.sqlite3"
    with monkeypatch.context() as patch:
        cut_at(patch, "trim")
        refused(site, "data", "move", "--to", there)
    assert state_of(there, tmp_path / "there") == "newer"  # which is refused
    said = run(site, "data", "move", "--to", there)
    assert said.startswith("trim：")
    assert "account：" not in said  # was there already
    assert state_of(there, tmp_path / "there") == "current"


@pytest.mark.usefixtures("made_tables")
def test_what_changed_between_two_goes_is_moved_as_it_is_now(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = f"sqlite:///{tmp_path}/moved.sqlite3"
    with monkeypatch.context() as patch:
        cut_at(patch, "trim")
        refused(site, "data", "move", "--to", there)
    db.session.get_one(Account, 1).nickname = "改过"
    db.session.commit()
    assert "从头开始" in run(site, "data", "move", "--to", there)
    with product(tmp_path / "there", there):
        assert db.session.get_one(Account, 1).nickname == "改过"


@pytest.mark.usefixtures("made_tables")
def test_what_is_written_meanwhile_is_noticed(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = f"sqlite:///{tmp_path}/moved.sqlite3"
    compare = moving._compare

    def late(*arguments: Any) -> None:
        account("o-late")
        compare(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(moving, "_compare", late)
        assert "停下产品" in refused(site, "data", "move", "--to", there)
    assert state_of(there, tmp_path / "there") == "newer"
    run(site, "data", "move", "--to", there)
    with product(tmp_path / "there", there):
        assert db.session.query(Account).count() == 2


@pytest.mark.usefixtures("made_tables")
def test_a_difference_there_is_noticed(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = moving._compare

    def spoilt(tables: list[Table], moved: dict[str, Measure], target: Engine) -> None:
        with target.begin() as connection:
            connection.execute(text("UPDATE account SET nickname = '别人'"))
        compare(tables, moved, target)

    monkeypatch.setattr(moving, "_compare", spoilt)
    said = refused(site, "data", "move", "--to", f"sqlite:///{tmp_path}/moved.sqlite3")
    assert "表 account" in said


def test_a_database_with_anything_in_it_is_left_as_it_is(site: Flask, tmp_path: Path) -> None:
    there = f"sqlite:///{tmp_path}/other.sqlite3"
    with product(tmp_path / "there", there), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE precious (id INTEGER)"))
    assert "已经有表" in refused(site, "data", "move", "--to", there)
    with product(tmp_path / "there", there), db.engine.connect() as connection:
        assert tables_of(connection) == ["precious"]


def tables_of(connection: Connection) -> list[str]:
    from sqlalchemy import inspect

    return inspect(connection).get_table_names()


def test_it_is_not_moved_to_itself(site: Flask) -> None:
    assert "没有什么可搬" in refused(site, "data", "move", "--to", site.config["DATABASE_URL"])


def test_an_address_that_is_none_is_refused_without_being_printed(site: Flask) -> None:
    said = refused(site, "data", "move", "--to", "mysql://u:secret@h/d")
    assert "postgresql+psycopg://" in said
    assert "secret" not in said
