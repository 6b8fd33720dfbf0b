"""Runs migrations in the application context of `flask db` or `flask_migrate.upgrade`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy.types import TypeDecorator

from webapp import audit
from webapp.accounts import models as accounts_models
from webapp.assistant import models as assistant_models
from webapp.catalogue import models as cars_models
from webapp.garage import models as garage_models
from webapp.knowledge import models as knowledge_models
from webapp.operations import models as operations_models
from webapp.search import models as search_models

# Every feature's models: a table not imported would look dropped.
_MODELS = (
    accounts_models,
    assistant_models,
    cars_models,
    audit,
    garage_models,
    knowledge_models,
    operations_models,
    search_models,
)


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
    database = current_app.extensions["migrate"].db
    options: dict[str, Any] = dict(current_app.extensions["migrate"].configure_args)
    options |= {"render_item": _render_item, "process_revision_directives": _skip_empty}
    options["compare_type"] = True
    options["render_as_batch"] = True  # SQLite alters a table by copying it
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Altering a table copies and drops it, and the drop must not cascade to its children.
            connection.detach()  # closed afterwards: no one else gets it without the checks
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.rollback()  # the pragma is ignored inside a transaction: start anew
        context.configure(connection=connection, target_metadata=database.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need a database connection: --sql is not supported.")
_run()
