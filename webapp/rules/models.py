"""Rules as the staff entered them, beside the shipped ones.

Shipped rows stand in `data/` and are read from there, so that every start has them; a row here
takes the place of the shipped row of the same key. Rows are never changed or deleted: a newer
one supersedes an older one, and a shipped row is copied here, superseded, when it is corrected.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from webapp.columns import UtcDateTime, one_of, utc_now
from webapp.extensions import Model
from webapp.rules.records import ANSWERS, BASES, FORMS, KINDS


class Exact(TypeDecorator[Decimal]):
    """A decimal number kept as it was written."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: object) -> str | None:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: object) -> Decimal | None:
        return None if value is None else Decimal(value)


def _one_current(table: str, *key: str) -> Index:
    """At most one row of a key is not superseded."""
    current = text("superseded_at IS NULL")
    return Index(
        f"uq_{table}_current",
        *key,
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


class Entered:
    """When a row was entered, and when a newer one took its place; None while it is in force."""

    id: Mapped[int] = mapped_column(primary_key=True)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RuleRow(Entered, Model):
    """规定 and its document, as `records.Rule`."""

    __tablename__ = "rule"
    __table_args__ = (_one_current("rule", "code"), one_of("kind", KINDS))
    code: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    jurisdiction: Mapped[str] = mapped_column(String(7))
    authority: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(500))
    published: Mapped[date | None] = mapped_column(Date)
    verified_on: Mapped[date | None] = mapped_column(Date)
    verified_by: Mapped[str] = mapped_column(String(200))
    review_by: Mapped[date | None] = mapped_column(Date)
    superseded_by: Mapped[str | None] = mapped_column(String(200))


class TermRow(Entered, Model):
    """条款, as `records.Term`; `rule` is the code of its rule, which may be a shipped one."""

    __tablename__ = "rule_term"
    __table_args__ = (
        _one_current("rule_term", "key"),
        one_of("basis", BASES),
        one_of("form", FORMS),
    )
    key: Mapped[str] = mapped_column(String(200), index=True)
    rule: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(String(22))
    form: Mapped[str] = mapped_column(String(6))
    rate: Mapped[Decimal | None] = mapped_column(Exact)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    floor_fen: Mapped[int | None] = mapped_column(BigInteger)
    cap_fen: Mapped[int | None] = mapped_column(BigInteger)
    limit: Mapped[Decimal | None] = mapped_column(Exact)
    unit: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(String(1000))
    note: Mapped[str | None] = mapped_column(String(1000))

    scopes: Mapped[list[ScopeRow]] = relationship(order_by="ScopeRow.id")


class ScopeRow(Model):
    """适用范围: one condition of a term."""

    __tablename__ = "rule_scope"
    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("rule_term.id"), index=True)
    field: Mapped[str] = mapped_column(String(20))
    operator: Mapped[str] = mapped_column(String(2))
    value: Mapped[str] = mapped_column(String(200))
    cycle: Mapped[str | None] = mapped_column(String(4))


class EligibilityRow(Entered, Model):
    """目录结论: whether a trim is in the list a rule goes by."""

    __tablename__ = "rule_eligibility"
    __table_args__ = (
        _one_current("rule_eligibility", "trim", "rule"),
        one_of("answer", ANSWERS),
    )
    trim: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(200))
    answer: Mapped[str] = mapped_column(String(7))
    batch: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200))
    captured: Mapped[date] = mapped_column(Date)


class ObservationRow(Entered, Model):
    """行情: what something cost in a region between two days."""

    __tablename__ = "observation"
    __table_args__ = (_one_current("observation", "item", "region", "valid_from"),)
    item: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(7))
    unit: Mapped[str] = mapped_column(String(200))
    value: Mapped[Decimal] = mapped_column(Exact)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(500))
    captured: Mapped[date] = mapped_column(Date)
