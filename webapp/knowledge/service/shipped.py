"""The documents the product ships with, kept as the database has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webapp.knowledge.drafts import Draft
from webapp.knowledge.facts import series_facts
from webapp.knowledge.reports import Counts
from webapp.knowledge.service.ingest import ingest
from webapp.knowledge.shipped import (
    FACTS_COLLECTION,
    PAGES_COLLECTION,
    ShippedDocument,
    shipped_pages,
)


def refresh_shipped(*, pages_only: bool = False) -> dict[str, Counts]:
    """Take in what changed of the pages and of each series' facts, and take out what is gone;
    counts by collection. Safe to repeat, and cheap where nothing changed."""
    documents = {PAGES_COLLECTION: shipped_pages()}
    if not pages_only:
        documents[FACTS_COLLECTION] = series_facts()
    return {
        collection: ingest(collection=collection, drafts=as_drafts(found), whole=True)
        for collection, found in documents.items()
    }


def as_drafts(documents: Iterable[ShippedDocument]) -> Iterator[Draft]:
    """Shipped documents as they are taken in."""
    for document in documents:
        yield Draft(
            id=document.id,
            title=document.title,
            also=document.also,
            summary=document.summary,
            text=document.text,
            source=document.source,
            author=document.author,
            date=document.date,
            series=document.series,
            topic=document.topic,
            is_markdown=True,
        )
