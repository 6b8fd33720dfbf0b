"""Writes of search: the shipped aliases into the database."""

from __future__ import annotations

from webapp.cars.service.projected import bump_version
from webapp.extensions import db
from webapp.search.aliases import sync_aliases


def refresh_aliases() -> bool:
    """Bring the alias table in line with the shipped one, in one transaction; whether it
    differed. Caches of names follow the catalogue's version, which then rises."""
    changed = sync_aliases()
    if changed:
        bump_version()
    db.session.commit()
    return changed
