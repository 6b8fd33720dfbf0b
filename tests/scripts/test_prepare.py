"""What a start does before the product serves: only what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from scripts import prepare
from scripts.prepare import refuse_others_tables
from tests.catalogue import catalogue
from webapp.extensions import db
from webapp.search.indexing import rebuild_index
from webapp.search.service import refresh_aliases


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that were run, which do nothing."""
    run: list[str] = []
    monkeypatch.setattr(prepare, "_manage", lambda *words, log: run.append(" ".join(words)))
    return run


@pytest.fixture
def settings(app: Flask, database_url: str) -> dict[str, Any]:
    return {**app.config, "DATABASE_URL": database_url, "SEED": "0"}


def test_an_empty_database_is_seeded_and_indexed(
    settings: dict[str, Any], commands: list[str]
) -> None:
    prepare.prepare(settings | {"SEED": "1"})
    assert commands == [
        "cars seed",
        "search aliases",
        "search reindex",
        "rankings publish",
        "knowledge refresh --words",
    ]


def test_a_catalogue_without_an_index_gets_one_and_the_next_start_does_nothing(
    settings: dict[str, Any], commands: list[str]
) -> None:
    catalogue.trim("a")
    catalogue.publish()
    refresh_aliases()
    prepare.prepare(settings)
    assert commands == ["search reindex"]
    rebuild_index()
    commands.clear()
    prepare.prepare(settings)
    assert commands == []


def test_after_a_migration_the_columns_of_the_cars_are_derived_anew(
    settings: dict[str, Any], commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh_aliases()
    monkeypatch.setattr(prepare, "_outdated", lambda connection: True)
    prepare.prepare(settings)
    assert commands == ["db upgrade"]
    catalogue.trim("a")
    catalogue.publish()
    commands.clear()
    prepare.prepare(settings)
    assert commands[:2] == ["db upgrade", "cars refresh --all"]


def test_an_empty_catalogue_and_a_server_of_its_own_are_left_to_the_worker(
    settings: dict[str, Any], commands: list[str]
) -> None:
    refresh_aliases()
    prepare.prepare(settings)
    catalogue.trim("a")
    catalogue.publish()
    prepare.prepare(settings | {"SEARCH_URL": "http://127.0.0.1:9/cars"})
    assert commands == []


def test_an_index_that_cannot_be_built_does_not_keep_the_product_from_starting(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue.trim("a")
    catalogue.publish()
    refresh_aliases()

    def fail(*words: str, log: Path) -> None:
        raise SystemExit(f"{' '.join(words)} failed; its output is in {log}")

    monkeypatch.setattr(prepare, "_manage", fail)
    prepare.prepare(settings)
    assert "search reindex failed" in capsys.readouterr().err


def test_a_server_does_not_start_on_tables_of_a_newer_version(
    settings: dict[str, Any], app: Flask
) -> None:
    refuse_others_tables(settings, without=True)
    db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.session.commit()
    with pytest.raises(SystemExit, match="9999, which this version of the product does not know"):
        refuse_others_tables(settings)


def test_a_worker_waits_for_the_tables_of_its_version_and_a_web_server_says_so_itself(
    settings: dict[str, Any], app: Flask
) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    db.session.commit()
    refuse_others_tables(settings)
    with pytest.raises(SystemExit, match="run python -m"):
        refuse_others_tables(settings, without=True)


def test_a_database_that_is_away_keeps_nobody_from_starting(settings: dict[str, Any]) -> None:
    url = "postgresql+psycopg://u:p@127.0.0.1:1/x"
    refuse_others_tables(settings | {"DATABASE_URL": url}, without=True)
