"""Our own pages by their name: what an answer that was worked out refers to."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.assistant.answering.parts import Part, Ref, bound
from webapp.knowledge import queries as knowledge
from webapp.knowledge.queries import DocumentRow, PassageRow
from webapp.knowledge.shipped import PAGES_COLLECTION
from webapp.rules import Rule


def page_named(name: str) -> tuple[DocumentRow, list[PassageRow]] | None:
    """A page with its passages in order; None where it is gone, or empty."""
    for document in knowledge.documents_of(PAGES_COLLECTION):
        if document.external_id == name and (passages := knowledge.passages_of(document.id)):
            return document, passages
    return None


def ref_to(document: DocumentRow, passage: PassageRow, rules: Iterable[Rule] = ()) -> Ref:
    """The citation of a passage, with the documents of these rules, else of its own."""
    return Ref(
        0,
        document.title,
        document.source,
        document.date[:7] if document.date else None,
        passage_id=passage.id,
        documents=passage._replace(rules=tuple(rules)).documents if rules else passage.documents,
    )


def refs_of(name: str, rules: Iterable[Rule]) -> tuple[Ref, ...]:
    """The citation of a page for what these rules say; none where the page is gone."""
    found = page_named(name)
    return (ref_to(found[0], found[1][0], rules),) if found else ()


def summary_of(name: str) -> list[Part]:
    """The summary of a page, word for word; nothing where the page is gone."""
    found = page_named(name)
    if found is None or not found[0].summary:
        return []
    document, passages = found
    return [bound(document.summary, f"passage:{passages[0].id}", ref_to(document, passages[0]))]
