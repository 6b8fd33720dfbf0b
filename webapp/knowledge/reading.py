"""What the pages of the knowledge base show, without Flask."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup, escape

from webapp.knowledge import markdown, queries
from webapp.knowledge.queries import DocumentRow, PassageRow
from webapp.knowledge.shipped import PAGES_COLLECTION, TOPICS

NEIGHBOURS: Final = 1


def topics() -> list[tuple[str, str, list[DocumentRow]]]:
    """Key, label and pages of each topic that has any, in the order of TOPICS."""
    pages = queries.documents_of(PAGES_COLLECTION)
    found = [
        (key, label, [page for page in pages if page.topic == key]) for key, label in TOPICS.items()
    ]
    return [row for row in found if row[2]]


def with_neighbours(row: PassageRow) -> list[PassageRow]:
    """A passage between those before and after it."""
    rows = queries.passages_of(row.document.id)
    return [other for other in rows if abs(other.position - row.position) <= NEIGHBOURS]


def shown(row: PassageRow) -> Markup:
    """A passage as HTML: its Markdown cleaned, or its plain text in paragraphs."""
    if row.markdown is not None:
        return markdown.html(row.markdown)
    paragraphs = (part.strip() for part in row.text.split("\n"))
    return Markup("").join(Markup("<p>%s</p>") % escape(part) for part in paragraphs if part)
