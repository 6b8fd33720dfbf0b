"""The documents the product ships with, kept as the database has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import update

from webapp.extensions import db
from webapp.knowledge import queries
from webapp.knowledge.drafts import Draft
from webapp.knowledge.facts import series_facts
from webapp.knowledge.models import KnowledgeMove
from webapp.knowledge.reports import Counts
from webapp.knowledge.service.ingest import ingest
from webapp.knowledge.shipped import (
    FACTS_COLLECTION,
    PAGES_COLLECTION,
    ShippedDocument,
    shipped_pages,
)
from webapp.transactions import transaction


def refresh_shipped(*, pages_only: bool = False) -> dict[str, Counts]:
    """Take in what changed of the pages and of each series' facts, and take out what is gone;
    counts by collection. Safe to repeat, and cheap where nothing changed."""
    pages = list(shipped_pages())
    record_moves(pages)
    documents: dict[str, Iterable[ShippedDocument]] = {PAGES_COLLECTION: pages}
    if not pages_only:
        documents[FACTS_COLLECTION] = series_facts()
    return {
        collection: ingest(collection=collection, drafts=as_drafts(found), whole=True)
        for collection, found in documents.items()
    }


def record_moves(pages: Iterable[ShippedDocument]) -> None:
    """Keep where the pages went that are merged into others, while their ids are still known."""
    held = queries.digests_of(PAGES_COLLECTION)
    with transaction():
        for page in pages:
            if not page.was:
                continue
            db.session.execute(
                update(KnowledgeMove)
                .where(
                    KnowledgeMove.collection == PAGES_COLLECTION,
                    KnowledgeMove.external_id.in_(page.was),
                )
                .values(external_id=page.id)
            )
            for old in held.keys() & set(page.was):
                db.session.merge(
                    KnowledgeMove(
                        document_id=held[old][0], collection=PAGES_COLLECTION, external_id=page.id
                    )
                )


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
