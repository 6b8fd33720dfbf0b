"""Reads of the console."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from webapp.accounts.models import Account, LoginSession
from webapp.audit import AuditEntry
from webapp.catalogue.models import Batch, Brand, Parameter, Source, Value
from webapp.extensions import db
from webapp.knowledge.models import (
    KnowledgeChange,
    KnowledgeDocument,
    KnowledgePassage,
    KnowledgeVector,
)


class AccountRow(NamedTuple):
    """An account as staff may see it: nothing of its identities."""

    account: Account
    sessions: int
    seen_at: datetime | None


class CollectionRow(NamedTuple):
    name: str
    documents: int
    passages: int


class DocumentRow(NamedTuple):
    """`embedded` counts those of its passages that have a vector."""

    document: KnowledgeDocument
    passages: int
    embedded: int


def batches(*, page: int, size: int) -> tuple[Sequence[Batch], int]:
    """Uploads and edits, the newest first, and how many there are."""
    total = db.session.scalar(select(func.count()).select_from(Batch)) or 0
    newest = select(Batch).order_by(Batch.id.desc()).limit(size).offset((page - 1) * size)
    return db.session.scalars(newest).all(), total


def parameters() -> Sequence[Parameter]:
    """Every row of the specification table, in its order."""
    return db.session.scalars(select(Parameter).order_by(Parameter.position, Parameter.id)).all()


class PastValue(NamedTuple):
    """A value a parameter has had; `reason` is of the batch that brought it, `end_reason` of the
    one that superseded it."""

    value: Value
    source: str
    reason: str | None
    end_reason: str | None


def history(trim_id: int, parameter: str) -> list[PastValue]:
    """Every value one parameter of a trim has had, the newest first."""
    ended = aliased(Batch)
    rows = db.session.execute(
        select(Value, Source.name, Batch.reason, ended.reason)
        .join(Parameter, Parameter.id == Value.parameter_id)
        .join(Source, Source.id == Value.source_id)
        .outerjoin(Batch, Batch.id == Value.batch_id)
        .outerjoin(ended, ended.id == Value.ended_by)
        .where(Value.trim_id == trim_id, Parameter.key == parameter)
        .order_by(Value.superseded_at.is_(None).desc(), Value.id.desc())
    )
    return [PastValue._make(row) for row in rows]


def source_names() -> Sequence[str]:
    """Sources that were named before, to be offered again."""
    return db.session.scalars(select(Source.name).order_by(Source.name)).all()


def brand_names() -> Sequence[str]:
    return db.session.scalars(select(Brand.name).order_by(Brand.pinyin)).all()


def batch_titles(ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(select(Batch.id, Batch.title).where(Batch.id.in_(ids)))
    return {row.id: row.title for row in rows}


def nicknames(ids: Sequence[int]) -> dict[int, str]:
    """Of accounts."""
    rows = db.session.execute(select(Account.id, Account.nickname).where(Account.id.in_(ids)))
    return {row.id: row.nickname for row in rows}


def document_titles(ids: Sequence[int]) -> dict[int, str]:
    of = KnowledgeDocument
    rows = db.session.execute(select(of.id, of.title).where(of.id.in_(ids)))
    return {row.id: row.title for row in rows}


def audit(
    *, action: str = "", subject: str = "", actor: int | None = None, page: int, size: int
) -> tuple[Sequence[AuditEntry], int]:
    """Entries, the newest first, and how many there are."""
    wanted = select(AuditEntry)
    if action:
        wanted = wanted.where(AuditEntry.action == action)
    if subject:
        wanted = wanted.where(AuditEntry.subject.contains(subject, autoescape=True))
    if actor is not None:
        wanted = wanted.where(AuditEntry.actor_id == actor)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.scalars(
        wanted.order_by(AuditEntry.id.desc()).limit(size).offset((page - 1) * size)
    ).all()
    return rows, total


def accounts(
    *, words: str = "", staff: bool = False, page: int, size: int
) -> tuple[list[AccountRow], int]:
    """Accounts by nickname or number, the newest first, and how many there are."""
    sessions = (
        select(
            LoginSession.account_id,
            func.count().label("sessions"),
            func.max(LoginSession.seen_at).label("seen_at"),
        )
        .group_by(LoginSession.account_id)
        .subquery()
    )
    wanted = select(Account, sessions.c.sessions, sessions.c.seen_at).outerjoin(
        sessions, sessions.c.account_id == Account.id
    )
    if words:
        number = int(words.lstrip("#")) if words.lstrip("#").isdecimal() else None
        named = Account.nickname.contains(words, autoescape=True)
        wanted = wanted.where(or_(named, Account.id == number) if number else named)
    if staff:
        wanted = wanted.where(Account.role.is_not(None))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = db.session.execute(
        wanted.order_by(Account.id.desc()).limit(size).offset((page - 1) * size)
    )
    return [AccountRow(a, count or 0, seen) for a, count, seen in rows], total


def collections() -> list[CollectionRow]:
    """Every collection of the knowledge base, by name."""
    passages = (
        select(KnowledgePassage.document_id, func.count().label("passages"))
        .group_by(KnowledgePassage.document_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            KnowledgeDocument.collection,
            func.count(),
            func.coalesce(func.sum(passages.c.passages), 0),
        )
        .outerjoin(passages, passages.c.document_id == KnowledgeDocument.id)
        .group_by(KnowledgeDocument.collection)
        .order_by(KnowledgeDocument.collection)
    )
    return [CollectionRow._make(row) for row in rows]


def documents(
    *, words: str = "", collection: str = "", model: str | None, page: int, size: int
) -> tuple[list[DocumentRow], int]:
    """Documents whose title, source, series or id holds `words`, the newest change first, and
    how many there are. `model` is the embedder whose vectors count."""
    wanted = select(KnowledgeDocument)
    if words:
        columns = (
            KnowledgeDocument.title,
            KnowledgeDocument.source,
            KnowledgeDocument.series,
            KnowledgeDocument.external_id,
        )
        wanted = wanted.where(or_(*(c.contains(words, autoescape=True) for c in columns)))
    if collection:
        wanted = wanted.where(KnowledgeDocument.collection == collection)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = (KnowledgeDocument.changed_at.desc(), KnowledgeDocument.id.desc())
    rows = db.session.scalars(wanted.order_by(*newest).limit(size).offset((page - 1) * size)).all()
    counts = _passages_of([row.id for row in rows], model)
    return [DocumentRow(row, *counts.get(row.id, (0, 0))) for row in rows], total


def document(document_id: int, *, model: str | None) -> DocumentRow | None:
    row = db.session.get(KnowledgeDocument, document_id)
    if row is None:
        return None
    return DocumentRow(row, *_passages_of([row.id], model).get(row.id, (0, 0)))


def _passages_of(ids: Sequence[int], model: str | None) -> dict[int, tuple[int, int]]:
    """Passages of each document, and how many of them have a vector of this model."""
    made = and_(KnowledgeVector.digest == KnowledgePassage.digest, KnowledgeVector.model == model)
    rows = db.session.execute(
        select(KnowledgePassage.document_id, func.count(), func.count(KnowledgeVector.digest))
        .outerjoin(KnowledgeVector, made)
        .where(KnowledgePassage.document_id.in_(ids))
        .group_by(KnowledgePassage.document_id)
    )
    return {id_: (passages, embedded) for id_, passages, embedded in rows}


def changes(*, page: int, size: int) -> tuple[Sequence[KnowledgeChange], int]:
    """What staff asked of the knowledge base, the newest first, and how much there is."""
    total = db.session.scalar(select(func.count()).select_from(KnowledgeChange)) or 0
    newest = select(KnowledgeChange).order_by(KnowledgeChange.id.desc())
    return db.session.scalars(newest.limit(size).offset((page - 1) * size)).all(), total
