"""Tables of recommendations: what visitors want left out, which cars are looked at together."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import UtcDateTime, one_of
from webapp.extensions import Model

DISMISSED: Final = "dismissed"
"""Not to be recommended."""
IGNORED: Final = "ignored"
"""Not to be a reason why others are recommended."""
KINDS: Final = (DISMISSED, IGNORED)


class Choice(Model):
    """What an owner (`webapp.visitor`) said of a series. With the series its rows go."""

    __tablename__ = "recommend_choice"
    __table_args__ = (one_of("kind", KINDS), Index("ix_recommend_choice_made_at", "made_at"))
    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(9), primary_key=True)
    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TogetherCount(Model):
    """How often two series are looked at or compared together; counted anew by the worker."""

    __tablename__ = "together_count"
    __table_args__ = (CheckConstraint("low_id < high_id", name="in_order"),)
    low_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True
    )
    high_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    visitors: Mapped[int]
    """Who looked at or saved both."""
    comparisons: Mapped[int]
    """How often they stood side by side."""
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
