"""Documents and their passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, false, func, or_, select

from webapp import clock, rules
from webapp.extensions import db
from webapp.knowledge import markdown
from webapp.knowledge.lexicon import Entry
from webapp.knowledge.models import (
    KnowledgeDocument,
    KnowledgeJob,
    KnowledgeMove,
    KnowledgePassage,
    KnowledgeVersion,
)
from webapp.knowledge.shipped import PAGES_COLLECTION
from webapp.rules import macros

BATCH: Final = 500
"""Ids in one statement; SQLite takes a bounded number of values."""


class DocumentRow(NamedTuple):
    """`summary` has today's values of the rules it names; `date` is the day the one of its rules
    that was compared longest ago was compared, or what the document came with where it has none.
    """

    id: int
    external_id: str
    collection: str
    title: str
    also: str
    summary: str
    source: str
    author: str | None
    date: str | None
    series: str | None
    topic: str | None


class PassageRow(NamedTuple):
    """A passage with its document, today's values in its text; `rules` are those it rests on."""

    id: int
    position: int
    heading: str
    text: str
    markdown: str | None
    document: DocumentRow
    rules: tuple[rules.Rule, ...] = ()

    @property
    def documents(self) -> tuple[tuple[str, str | None], ...]:
        """Number and address of the documents its rules stand in."""
        return tuple(dict.fromkeys((rule.document, rule.address) for rule in self.rules))


class Size(NamedTuple):
    documents: int
    passages: int


_DOCUMENT: Final = (
    KnowledgeDocument.id,
    KnowledgeDocument.external_id,
    KnowledgeDocument.collection,
    KnowledgeDocument.title,
    KnowledgeDocument.also,
    KnowledgeDocument.summary,
    KnowledgeDocument.source,
    KnowledgeDocument.author,
    KnowledgeDocument.date,
    KnowledgeDocument.series,
    KnowledgeDocument.topic,
    KnowledgeDocument.rules,
)


NUMBER: Final = select(KnowledgeVersion.number)
"""Rises with every change; none while nothing was ever taken in."""


def version() -> int:
    """The number itself; 0 while nothing was ever taken in."""
    return db.session.scalar(NUMBER) or 0


def size() -> Size:
    return Size(
        db.session.scalar(select(func.count(KnowledgeDocument.id))) or 0,
        db.session.scalar(select(func.count(KnowledgePassage.id))) or 0,
    )


def document(document_id: int) -> DocumentRow | None:
    statement = select(*_DOCUMENT).where(KnowledgeDocument.id == document_id)
    row = db.session.execute(statement).first()
    return _document(row, _Today()) if row else None


def page_id(slug: str) -> int | None:
    """The id of one of our own pages, by the name of its file."""
    return db.session.scalar(
        select(KnowledgeDocument.id).where(
            KnowledgeDocument.collection == PAGES_COLLECTION,
            KnowledgeDocument.external_id == slug,
        )
    )


def moved_to(document_id: int) -> int | None:
    """The document that took the place of one that was merged into it."""
    return db.session.scalar(
        select(KnowledgeDocument.id)
        .join(
            KnowledgeMove,
            and_(
                KnowledgeMove.collection == KnowledgeDocument.collection,
                KnowledgeMove.external_id == KnowledgeDocument.external_id,
            ),
        )
        .where(KnowledgeMove.document_id == document_id)
    )


def count_documents(collection: str) -> int:
    counted = select(func.count(KnowledgeDocument.id)).filter_by(collection=collection)
    return db.session.scalar(counted) or 0


def documents_of(collection: str) -> list[DocumentRow]:
    """A collection's documents by title."""
    statement = (
        select(*_DOCUMENT)
        .where(KnowledgeDocument.collection == collection)
        .order_by(KnowledgeDocument.title, KnowledgeDocument.id)
    )
    today = _Today()
    return [_document(row, today) for row in db.session.execute(statement)]


def documents_resting_on(code: str) -> list[DocumentRow]:
    """Documents that take values from the rule of this code, by title."""
    statement = (
        select(*_DOCUMENT)
        .where((" " + KnowledgeDocument.rules + " ").contains(f" {code} ", autoescape=True))
        .order_by(KnowledgeDocument.title, KnowledgeDocument.id)
    )
    today = _Today()
    return [_document(row, today) for row in db.session.execute(statement)]


def sitemap_entries(*, limit: int) -> list[tuple[int, str]]:
    """Ids of documents and the day they last changed, the newest change first."""
    statement = (
        select(KnowledgeDocument.id, KnowledgeDocument.changed_at)
        .order_by(KnowledgeDocument.changed_at.desc(), KnowledgeDocument.id.desc())
        .limit(limit)
    )
    return [
        (id_, clock.day_in_china(changed).isoformat())
        for id_, changed in db.session.execute(statement)
    ]


def passages(ids: Sequence[int]) -> list[PassageRow]:
    """Those of the ids that there are, in the order asked for."""
    found: dict[int, PassageRow] = {}
    for start in range(0, len(ids), BATCH):
        chosen = KnowledgePassage.id.in_(ids[start : start + BATCH])
        found |= {row.id: row for row in _passage_rows(chosen)}
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]


def passages_of(document_id: int) -> list[PassageRow]:
    """A document's passages in order."""
    return list(_passage_rows(KnowledgePassage.document_id == document_id))


def texts_around(rows: Sequence[PassageRow], reach: int) -> dict[int, str]:
    """For each passage the text around it in its document, so many passages each way."""
    near = or_(
        false(),
        *(
            and_(
                KnowledgePassage.document_id == row.document.id,
                KnowledgePassage.position.between(row.position - reach, row.position + reach),
            )
            for row in rows
        ),
    )
    statement = select(
        KnowledgePassage.document_id, KnowledgePassage.heading, KnowledgePassage.text
    ).where(near)
    texts: dict[int, list[str]] = {}
    for document_id, heading, text in db.session.execute(statement):
        texts.setdefault(document_id, []).append(f"{heading}\n{text}")
    return {row.id: "\n".join(texts[row.document.id]) for row in rows}


def _passage_rows(condition: object) -> Iterator[PassageRow]:
    statement = (
        select(
            KnowledgePassage.id,
            KnowledgePassage.position,
            KnowledgePassage.heading,
            KnowledgePassage.text,
            KnowledgePassage.markdown,
            *_DOCUMENT,
        )
        .join(KnowledgeDocument, KnowledgeDocument.id == KnowledgePassage.document_id)
        .where(condition)  # type: ignore[arg-type]
        .order_by(KnowledgePassage.position)
    )
    today = _Today()
    for row in db.session.execute(statement):
        yield _passage(row[:5], _document(row[5:], today), today)


class _Today:
    """The rules in force and the day, read where a document needs them and once for all rows."""

    @cached_property
    def book(self) -> rules.Book:
        return rules.book()

    @cached_property
    def day(self) -> date:
        return clock.today_in_china()

    def render(self, text: str) -> str:
        return macros.render(text, self.book, self.day)


def _document(row: Sequence[Any], today: _Today) -> DocumentRow:
    found, codes = DocumentRow._make(row[:-1]), row[-1].split()
    if not codes:
        return found
    named = (today.book.rule(code) for code in codes)
    compared = [rule.verified_on for rule in named if rule and rule.verified_on]
    return found._replace(
        summary=today.render(found.summary),
        date=min(compared).isoformat() if compared else found.date,
    )


def _passage(row: Sequence[Any], document: DocumentRow, today: _Today) -> PassageRow:
    """A passage with the values of today. What is stored are those of the day of release."""
    id_, position, heading, text, source = row
    if source is None or not macros.has_macros(source):
        return PassageRow(id_, position, heading, text, source, document)
    shown = today.render(source)
    if shown != macros.indexed(source):
        text = markdown.plain(shown)
    behind = tuple(macros.rules_of(source, today.book, today.day))
    return PassageRow(id_, position, heading, text, shown, document, behind)


def entries() -> Iterator[Entry]:
    """Every passage for the word index, by id; read in batches."""
    last = 0
    while True:
        statement = (
            select(
                KnowledgePassage.id,
                KnowledgeDocument.id,
                KnowledgeDocument.collection,
                KnowledgeDocument.series,
                KnowledgeDocument.title,
                KnowledgeDocument.also,
                KnowledgePassage.heading,
                KnowledgePassage.text,
            )
            .join(KnowledgeDocument, KnowledgeDocument.id == KnowledgePassage.document_id)
            .where(KnowledgePassage.id > last)
            .order_by(KnowledgePassage.id)
            .limit(BATCH)
        )
        rows = db.session.execute(statement).all()
        if not rows:
            return
        for id_, document_id, collection, series, title, also, heading, text in rows:
            head = " ".join(part for part in (series or title, also, heading) if part)
            yield Entry(id_, document_id, collection, series or "", head, text)
        last = rows[-1][0]


def digests_of(collection: str) -> dict[str, tuple[int, str]]:
    """External id to row id and digest."""
    statement = select(
        KnowledgeDocument.external_id, KnowledgeDocument.id, KnowledgeDocument.digest
    ).where(KnowledgeDocument.collection == collection)
    return {external: (id_, digest) for external, id_, digest in db.session.execute(statement)}


def jobs() -> dict[str, KnowledgeJob]:
    return {job.kind: job for job in db.session.scalars(select(KnowledgeJob))}
