"""Migrations on PostgreSQL wait for locks a few seconds, and give up with a sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from tests.upkeep.sites import empty_postgres, postgres_server, product
from webapp import schema
from webapp.extensions import db

pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(not postgres_server(), reason="needs TEST_DATABASE_URL"),
]
LOCK = text("LOCK TABLE account IN ACCESS EXCLUSIVE MODE")


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A database one step behind, whose next migration changes the accounts."""
    server = postgres_server()
    assert server
    with empty_postgres(server) as url, product(tmp_path, url) as app:
        flask_migrate.upgrade(revision="0026")
        flask_migrate.downgrade(revision="0025")
        yield app


def test_a_lock_that_goes_is_waited_for(older: Flask) -> None:
    holder = create_engine(older.config["DATABASE_URL"])
    with holder.connect() as connection:
        connection.execute(LOCK)
        timer = threading.Timer(0.5, connection.invalidate)
        timer.start()
        flask_migrate.upgrade(x_arg=["lock_seconds=0.2"])
        timer.join()
    holder.dispose()
    with db.engine.connect() as connection:
        assert schema.standing(connection).state == "current"


def test_a_lock_that_stays_ends_the_upgrade_and_leaves_what_was_there(
    older: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    holder = create_engine(older.config["DATABASE_URL"])
    with holder.connect() as connection:
        connection.execute(LOCK)
        with pytest.raises(SystemExit):
            flask_migrate.upgrade(x_arg=["lock_seconds=0.02"])
    holder.dispose()
    with db.engine.connect() as connection:
        assert schema.standing(connection) == ("older", "0025")
