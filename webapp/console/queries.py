"""Reads of the console."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from webapp.accounts.models import Account, LoginSession
from webapp.audit import AuditEntry
from webapp.cars.models import Batch, Parameter, Source, Value
from webapp.extensions import db


class AccountRow(NamedTuple):
    """An account as staff may see it: nothing of its identities."""

    account: Account
    sessions: int
    seen_at: datetime | None


def batches(*, page: int, size: int) -> tuple[Sequence[Batch], int]:
    """Uploads and edits, the newest first, and how many there are."""
    total = db.session.scalar(select(func.count()).select_from(Batch)) or 0
    newest = select(Batch).order_by(Batch.id.desc()).limit(size).offset((page - 1) * size)
    return db.session.scalars(newest).all(), total


def parameters() -> Sequence[Parameter]:
    """Every row of the specification table, in its order."""
    return db.session.scalars(select(Parameter).order_by(Parameter.position, Parameter.id)).all()


def history(trim_id: int, parameter: str) -> Sequence[tuple[Value, str]]:
    """Every value one parameter of a trim has had, the newest first, with its source's name."""
    rows = db.session.execute(
        select(Value, Source.name)
        .join(Parameter, Parameter.id == Value.parameter_id)
        .join(Source, Source.id == Value.source_id)
        .where(Value.trim_id == trim_id, Parameter.key == parameter)
        .order_by(Value.superseded_at.is_(None).desc(), Value.id.desc())
    )
    return [(value, name) for value, name in rows]


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
