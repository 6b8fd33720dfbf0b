"""Our own pages by their name: what an answer that was worked out refers to."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.assistant import once
from webapp.assistant.answering.parts import DraftBlock, Part, Points, Ref, bound, paragraph
from webapp.knowledge import queries as knowledge
from webapp.knowledge.queries import DocumentRow, PassageRow
from webapp.knowledge.shipped import PAGES_COLLECTION
from webapp.rules import Rule


def page_named(name: str) -> tuple[DocumentRow, list[PassageRow]] | None:
    """A page with its passages in order; None where it is gone, or empty."""
    return once.remembered(("page", name), lambda: _read(name))


def _read(name: str) -> tuple[DocumentRow, list[PassageRow]] | None:
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


def section_of(name: str, heading: str) -> list[DraftBlock]:
    """What a page says under a heading, word for word; its summary where it has no such heading."""
    found = page_named(name)
    if found is None:
        return []
    document, passages = found
    own = [passage for passage in passages if heading and passage.heading == heading]
    if not own:
        return [paragraph(*said)] if (said := summary_of(name)) else []
    blocks: list[DraftBlock] = []
    for passage in own:
        source, ref = f"passage:{passage.id}", ref_to(document, passage)
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
    found = page_named(name)
    return ((found[0].title, f"/knowledge/passages/{found[1][0].id}"),) if found else ()
