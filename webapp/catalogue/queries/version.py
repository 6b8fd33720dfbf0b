"""The number that rises with every change of the catalogue."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from webapp.catalogue.models import CatalogueVersion
from webapp.extensions import db

CATALOGUE_NUMBER: Final = select(CatalogueVersion.number)
"""Rises with every change of the catalogue; none while it is empty."""


def catalogue_version() -> int:
    """The number itself; 0 while the catalogue is empty."""
    return db.session.scalar(CATALOGUE_NUMBER) or 0
