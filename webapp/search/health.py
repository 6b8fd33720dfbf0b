"""Whether words can be looked for, for `/readyz` and the console."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from webapp.backends.search.port import SearchError
from webapp.extensions import db
from webapp.registry import Answer
from webapp.search.engine import engine
from webapp.search.queries import trim_count


def state() -> Answer:
    try:
        documents = engine().state().documents
    except SearchError as error:
        name = type(error).__name__
        return Answer("down", f"{name}; words are looked for in names only", f"{name}，只按名称找")
    total: int | None = None
    with suppress(SQLAlchemyError):
        total = trim_count()
    db.session.remove()
    return Answer("ok", f"{documents} documents", f"{documents} 款车型", documents, total)
