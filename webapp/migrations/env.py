"""Runs migrations in the application context of `flask db` or `flask_migrate.upgrade`."""

from __future__ import annotations

import time
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from flask import current_app
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeDecorator

from webapp import audit, features, schema

_ = audit  # a table of the platform's own
features.import_models(current_app)

LOCK_SECONDS = 3.0
TRIES = 10
LOCK_NOT_AVAILABLE = "55P03"


def _render_item(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what the database has, so that old migrations stay
    independent of today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def _skip_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Make no migration where nothing changed."""
    if (
        getattr(context.config.cmd_opts, "autogenerate", False)
        and directives[0].upgrade_ops.is_empty()
    ):
        directives[:] = []


def _run() -> None:
    """Migrate. What others hold locked on PostgreSQL is waited for a few seconds and not longer,
    because whoever comes after a waiting ALTER TABLE waits too; then once more, and so on."""
    database = current_app.extensions["migrate"].db
    if database.engine.dialect.name != "postgresql":
        _migrate()
        return
    asked = context.get_x_argument(as_dictionary=True)
    seconds = float(asked.get("lock_seconds", LOCK_SECONDS))
    for left in reversed(range(TRIES)):
        try:
            _migrate(lock_milliseconds=int(seconds * 1000))
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE or not left:
                raise
            time.sleep(seconds)
        else:
            return


def _migrate(*, lock_milliseconds: int | None = None) -> None:
    database = current_app.extensions["migrate"].db
    options: dict[str, Any] = dict(current_app.extensions["migrate"].configure_args)
    options |= {"render_item": _render_item, "process_revision_directives": _skip_empty}
    options["compare_type"] = True
    options["render_as_batch"] = True  # SQLite alters a table by copying it
    # Several may be told to migrate at once; the last find nothing left to do.
    with schema.lock(database.engine, "tables"), database.engine.connect() as connection:
        _refuse_newer(connection)
        schema.take_your_time(connection)
        connection.commit()
        if lock_milliseconds is not None:
            connection.exec_driver_sql(f"SET lock_timeout = {lock_milliseconds}")
            connection.commit()  # for the whole connection, whatever is rolled back
            # What one has made stays where a later one fails; an index can be made concurrently.
            options["transaction_per_migration"] = True
        if connection.dialect.name == "sqlite":
            # Altering a table copies and drops it, and the drop must not cascade to its children.
            connection.detach()  # closed afterwards: no one else gets it without the checks
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.rollback()  # the pragma is ignored inside a transaction: start anew
        context.configure(connection=connection, target_metadata=database.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


def _refuse_newer(connection: Connection) -> None:
    found = schema.standing(connection)
    if found.state == "newer":
        raise CommandError(
            f"数据库的结构（{found.revision}）比程序新：请用新版程序，或恢复升级前的备份"
        )


if context.is_offline_mode():
    raise SystemExit("Migrations need a database connection: --sql is not supported.")
try:
    _run()
except OperationalError as error:
    reason = str(error.orig or error).strip().splitlines()[0]
    raise CommandError(f"数据库用不了：{reason}") from error
