"""Rows that may be there already."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from webapp.extensions import db
from webapp.notices.models import NoticePerson


def insert(model: type[Any]) -> Any:
    """An INSERT that can say what happens then."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(model)


def ensure_person(account_id: int) -> None:
    """A row of settings to change; in the caller's transaction."""
    made = insert(NoticePerson).values(account_id=account_id)
    db.session.execute(made.on_conflict_do_nothing())
