"""Our own pages by name: what an answer that was worked out refers to."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.assistant.answering.parts import DraftBlock, Part, Points, Ref, bound, paragraph
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
    return (_ref(*found, rules),)


def _ref(document: DocumentRow, passage: PassageRow, rules: Iterable[Rule] | None = None) -> Ref:
    behind = passage.rules if rules is None else rules
    return Ref(
        0,
        document.title,
        document.source,
        document.date[:7] if document.date else None,
        passage_id=passage.id,
        documents=tuple(dict.fromkeys((rule.document, rule.address) for rule in behind)),
    )


def summary_of(name: str) -> list[Part]:
    """The summary of a page, word for word; nothing where the page is gone."""
    found = page_called(name)
    if found is None or not found[0].summary:
        return []
    return [bound(found[0].summary, f"passage:{found[1].id}", *ref_to(name))]


def section_of(name: str, heading: str) -> list[DraftBlock]:
    """What a page says under a heading, word for word; its summary where it has no such heading."""
    found = page_called(name)
    if found is None:
        return []
    document, _ = found
    own = [p for p in knowledge.passages_of(document.id) if heading and p.heading == heading]
    if not own:
        return [paragraph(*said)] if (said := summary_of(name)) else []
    blocks: list[DraftBlock] = []
    for passage in own:
        source, ref = f"passage:{passage.id}", _ref(document, passage)
        lines = [line for line in passage.text.strip().splitlines() if line]
        marked = [line for line in (passage.markdown or "").splitlines() if _is_item(line)]
        if len(marked) == len(lines) > 1:
            told = tuple(bound(line, source, ref) for line in lines)
            blocks.append(Points(told, ordered=marked[0][0].isdigit()))
        else:
            blocks.append(paragraph(bound("".join(lines), source, ref)))
    return blocks


def _is_item(line: str) -> bool:
    return line.startswith("- ") or (line[:1].isdigit() and line[1:3] == ". ")


def link_to(name: str) -> tuple[tuple[str, str], ...]:
    """The title and the address of a page, as links want them."""
    found = page_called(name)
    return ((found[0].title, f"/knowledge/passages/{found[1].id}"),) if found else ()
