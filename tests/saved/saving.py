"""What tests of saved searches share."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from webapp.extensions import db
from webapp.notices.models import Notice
from webapp.saved.models import SavedSearch

Keep = Callable[..., SavedSearch]
Edit = Callable[..., None]


def told(kind: str = "saved_search") -> list[str]:
    """The titles a person was told, the oldest first."""
    statement = select(Notice.title).filter_by(kind=kind).order_by(Notice.told_at, Notice.id)
    return list(db.session.scalars(statement))
