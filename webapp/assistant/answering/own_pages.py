"""Our own pages by name: what an answer that was worked out refers to."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.assistant.answering.parts import Part, Ref, bound
from webapp.knowledge import queries as knowledge
from webapp.knowledge.queries import DocumentRow, PassageRow
from webapp.knowledge.shipped import PAGES_COLLECTION
from webapp.rules import Rule


def page_called(name: str) -> tuple[DocumentRow, PassageRow] | None:
    """One of our own pages and its first passage."""
    for document in knowledge.documents_of(PAGES_COLLECTION):
        passages = knowledge.passages_of(document.id) if document.external_id == name else []
        if passages:
            return document, passages[0]
    return None


def ref_to(name: str, rules: Iterable[Rule] | None = None) -> tuple[Ref, ...]:
    """The citation of a page, with the documents of these rules, else of those in its first
    passage; none where the page is gone."""
    found = page_called(name)
    if found is None:
        return ()
    document, first = found
    behind = first.rules if rules is None else rules
    return (
        Ref(
            0,
            document.title,
            document.source,
            document.date[:7] if document.date else None,
            passage_id=first.id,
            documents=tuple(dict.fromkeys((rule.document, rule.address) for rule in behind)),
        ),
    )


def summary_of(name: str) -> list[Part]:
    """The summary of a page, word for word; nothing where the page is gone."""
    found = page_called(name)
    if found is None or not found[0].summary:
        return []
    return [bound(found[0].summary, f"passage:{found[1].id}", *ref_to(name))]
