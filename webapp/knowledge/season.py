"""The page of our own that fits the month, for the home page."""

from __future__ import annotations

from typing import Final, NamedTuple

from webapp import clock
from webapp.knowledge import queries
from webapp.knowledge.queries import DocumentRow
from webapp.knowledge.shipped import PAGES_COLLECTION

OF_MONTH: Final = (
    "winter-range",
    "charging-trip",
    "care-tyre-age",
    "buying-first-questions",
    "charging-trip",
    "care-summer",
    "care-summer",
    "charging-rain",
    "charging-trip",
    "winter-tyres",
    "winter-range",
    "charging-winter",
)
"""File names of the pages, January first."""


class Article(NamedTuple):
    """A page of our own, and how many there are."""

    document: DocumentRow
    pages: int


def article() -> Article | None:
    """The page of this month in China; None until it is taken in."""
    page = queries.page_id(OF_MONTH[clock.today_in_china().month - 1])
    document = queries.document(page) if page is not None else None
    return Article(document, queries.count_documents(PAGES_COLLECTION)) if document else None
