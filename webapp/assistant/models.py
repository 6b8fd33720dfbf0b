"""Tables of conversations: questions, answers as they were written, and what visitors thought.

The turns of a conversation are a tree: a question that was edited or answered again is a new
turn with the same parent. A turn's frames are what was sent, word for word, and are stored
before they are sent; `Turn.answer` is what the page shows once the turn is over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.assistant.state import TRANSITIONS
from webapp.columns import UtcDateTime, one_of, utc_now
from webapp.extensions import Model

STATES: Final = ("running", "done", "stopped", "failed")
THUMBS: Final = ("up", "down")


class Conversation(Model):
    """对话. `owner` is who may see it: "guest:<id in the cookie>", or another kind of owner that
    `service.adopt_conversations` was told of."""

    __tablename__ = "conversation"
    __table_args__ = (Index(None, "owner", "updated_at"),)
    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)


class Turn(Model):
    """One question and its answer.

    `page` is the page it was asked from, JSON. While `running`, the process that writes the
    answer renews `lease_until`; once that is past, whoever notices may end the turn as failed.
    `ask_key` makes asking safe to repeat.
    """

    __tablename__ = "turn"
    __table_args__ = (
        one_of("state", STATES),
        Index(
            "uq_turn_running",
            "conversation_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        # A number is never used again: the writer of a deleted turn must not find another one.
        {"sqlite_autoincrement": True},
    )
    __transitions__ = TRANSITIONS
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("turn.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[str] = mapped_column(Text)
    page: Mapped[str | None] = mapped_column(Text)
    ask_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(7), default="running")
    stop_asked: Mapped[bool] = mapped_column(default=False)
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    """`stored.dump` of the answer; of a turn that did not end well, as far as it was shown."""
    situation: Mapped[str | None] = mapped_column(Text)
    """What is known of the visitor after it, `dialogue.situation`; erased with the turn."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def running(self) -> bool:
        return self.state == "running"


class TurnFrame(Model):
    """One frame as it was sent: a JSON object with `conversation`, `turn` and `seq` from 1."""

    __tablename__ = "turn_frame"
    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class TurnFeedback(Model):
    """What a visitor thought of an answer; `reasons` are keys of `forms.REASONS`, space between."""

    __tablename__ = "turn_feedback"
    __table_args__ = (one_of("thumb", THUMBS),)
    turn_id: Mapped[int] = mapped_column(
        ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True
    )
    thumb: Mapped[str] = mapped_column(String(4))
    reasons: Mapped[str] = mapped_column(String(100), default="")
    comment: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
