"""Tables of the rankings: what was published, and the runs that published it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import UtcDateTime, one_of
from webapp.extensions import Model
from webapp.rankings.state import TRANSITIONS


class Ranking(Model):
    """One publication of a list; never changed, a newer one supersedes it.

    `inputs` is the JSON it was computed from, `digest` the hash of that with name, period and
    version of the method, `printed` the hash of its CSV. The current one has no `superseded_at`.
    """

    __tablename__ = "ranking"
    __table_args__ = (
        Index(
            "uq_ranking_current",
            "name",
            "period",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_ranking_superseded_at", "superseded_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(7))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    printed: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    inputs: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RankingRun(Model):
    """One run over all lists: that of a night, or one asked for by staff, which has no `night`.

    `failures` is JSON: name and period of a list to why it was not published.
    """

    __tablename__ = "ranking_run"
    __table_args__ = (one_of("state", ("running", "done", "failed")),)
    __transitions__ = TRANSITIONS
    id: Mapped[int] = mapped_column(primary_key=True)
    night: Mapped[date | None] = mapped_column(Date, unique=True)
    state: Mapped[str] = mapped_column(String(7))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=1)
    published: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    failures: Mapped[str] = mapped_column(Text, default="{}")
