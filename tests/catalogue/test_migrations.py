"""The migrations make exactly the tables of the models, and can be undone."""

from __future__ import annotations

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from webapp.catalogue.reading.reference import brands, parameters
from webapp.catalogue.service.tables import BRAND, PARAMETER
from webapp.extensions import db

pytestmark = pytest.mark.database


def test_a_migrated_database_is_what_the_models_describe(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_only_one_value_of_a_parameter_can_be_current(app: Flask) -> None:
    (index,) = (index for index in inspect(db.engine).get_indexes("value") if index["unique"])
    assert index["column_names"] == ["trim_id", "parameter_id"]
    where = {**index.get("dialect_options", {})}
    assert any("superseded_at IS NULL" in str(option) for option in where.values())


def test_migrations_can_be_undone_and_done_again(app: Flask) -> None:
    try:
        flask_migrate.downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    finally:  # other tests may share the database
        flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM trim")).scalar() == 0


def test_the_reference_files_fit_their_columns() -> None:
    for table, rows in ((PARAMETER, parameters().values()), (BRAND, brands().values())):
        for row in rows:
            for column in table.columns:
                length = getattr(column.type, "length", None)
                value = getattr(row, column.name, None)
                assert length is None or value is None or len(value) <= length, (row, column.name)


def test_a_migration_leaves_foreign_keys_checked(app: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
