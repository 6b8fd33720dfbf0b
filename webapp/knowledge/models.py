"""Tables of the knowledge base. They are the truth; every index can be built from them anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import UtcDateTime, utc_now
from webapp.extensions import Model
from webapp.knowledge.state import TRANSITIONS


class KnowledgeDocument(Model):
    """文档: one thing that was taken in. `external_id` is the id it came with.

    `digest` is of everything it came with, so that what did not change is left alone.
    """

    __tablename__ = "knowledge_document"
    __table_args__ = (UniqueConstraint("collection", "external_id"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(300))
    also: Mapped[str] = mapped_column(String(600), default="", server_default="")
    """Further titles with “；” between: what else it is asked by. Read, never shown."""
    summary: Mapped[str] = mapped_column(String(600), default="")
    source: Mapped[str] = mapped_column(String(300))
    author: Mapped[str | None] = mapped_column(String(100))
    date: Mapped[str | None] = mapped_column(String(10))
    """YYYY, YYYY-MM or YYYY-MM-DD: as exact as it is known."""
    series: Mapped[str | None] = mapped_column(String(100))
    topic: Mapped[str | None] = mapped_column(String(40))
    rules: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    """Codes of the rules its text takes values from, spaces between."""
    digest: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KnowledgePassage(Model):
    """段落: a piece of a document, in the order of `position`, from 0.

    A piece that stays the same keeps its id when the document changes, and no id is ever used
    again: a citation opens what was cited or nothing.
    """

    __tablename__ = "knowledge_passage"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("knowledge_document.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    heading: Mapped[str] = mapped_column(String(200))
    """The heading it stands under, or empty."""
    text: Mapped[str]
    markdown: Mapped[str | None]
    """How it is shown; None where the text is plain."""
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """Of what is embedded for it."""


class KnowledgeMove(Model):
    """A document that was merged into another: its address leads there."""

    __tablename__ = "knowledge_move"
    document_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The id it had; there is no such document any more."""
    collection: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(200))
    """Of the document that took its place."""


class KnowledgeVector(Model):
    """What an embedder made of a text, kept by the text's digest: nothing is embedded twice."""

    __tablename__ = "knowledge_vector"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    model: Mapped[str] = mapped_column(String(100), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """float32, little-endian, of length one."""


class KnowledgeVersion(Model):
    """One row; its number rises with every change of a document or passage."""

    __tablename__ = "knowledge_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class KnowledgeChange(Model):
    """What staff asked for: a file to take in, or a document or collection to take out.

    A file waits (`checked`) until its dry run was read and it is asked for.
    """

    __tablename__ = "knowledge_change"
    __table_args__ = (
        CheckConstraint("kind IN ('upload', 'removal')", name="kind"),
        CheckConstraint(
            "state IN ('checking', 'checked', 'applying', 'applied', 'stopped', 'failed')",
            name="state",
        ),
    )
    __transitions__ = TRANSITIONS
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(7))
    title: Mapped[str] = mapped_column(String(200))
    """The file's name; of a removal, the document's title or the collection."""
    collection: Mapped[str] = mapped_column(String(40))
    document: Mapped[str | None] = mapped_column(String(200))
    """The id of the document that is replaced or taken out; None for all the file says, or for
    the whole collection."""
    given: Mapped[str] = mapped_column(default="{}")
    """JSON: fields of the document where the file is one."""
    state: Mapped[str] = mapped_column(String(8))
    done: Mapped[int] = mapped_column(default=0)
    """Lines of the file, or documents taken out, in the step under way."""
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[str] = mapped_column(default="{}")
    """JSON: the counts, the first documents rejected and taken in, why it failed."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its worker last said that it goes on."""


class KnowledgeJob(Model):
    """How far a piece of background work is. One row for each kind, overwritten by the next."""

    __tablename__ = "knowledge_job"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    """running, done or failed."""
    done: Mapped[int]
    total: Mapped[int]
    detail: Mapped[str] = mapped_column(String(500), default="")
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it last said how far it is: a running job without a beat was killed."""
