"""What happens to conversations afterwards: rated, deleted, handed over, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import aliased

from webapp.assistant.dialogue import situation
from webapp.assistant.models import Conversation, Turn, TurnFeedback, TurnFrame
from webapp.extensions import db
from webapp.transactions import transaction

FRAMES_KEPT: Final = timedelta(days=7)
"""Frames serve who reconnects; afterwards the last one, with the whole answer, will do."""
CONVERSATIONS_KEPT: Final = timedelta(days=180)
"""As long as a guest's cookie."""


def rate_turn(
    *, turn_id: int, thumb: str, reasons: Sequence[str] = (), comment: str = "", now: datetime
) -> None:
    """Keep what the visitor thinks of an answer; a later opinion replaces the earlier one."""
    opinion = TurnFeedback(
        turn_id=turn_id,
        thumb=thumb,
        reasons=" ".join(reasons),
        comment=comment,
        created_at=now,
    )
    with transaction():
        db.session.merge(opinion)


def forget(*, turn_id: int, key: str) -> None:
    """Go by one fact or wish less after this turn; nothing happens where it is not there."""
    with transaction():
        turn = db.session.get(Turn, turn_id)
        if turn is None or turn.situation is None:
            return
        turn.situation = situation.load(turn.situation).without(key).dump()


def delete_conversation(*, conversation_id: str) -> None:
    """Delete it with everything in it. An answer being written ends by itself: its next frame
    finds no turn."""
    with transaction():
        db.session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def adopt_conversations(*, owner: str, new_owner: str) -> None:
    """Hand all conversations of `owner` to `new_owner`. In the caller's transaction."""
    db.session.execute(
        update(Conversation).where(Conversation.owner == owner).values(owner=new_owner)
    )


def erase_conversations(*, owner: str) -> None:
    """Delete all conversations of `owner`. In the caller's transaction."""
    db.session.execute(delete(Conversation).where(Conversation.owner == owner))


def clean_up(*, now: datetime) -> None:
    """Forget what nobody needs any more. Safe to repeat and to kill."""
    over = select(Turn.id).where(Turn.finished_at < now - FRAMES_KEPT)
    later = aliased(TurnFrame)
    not_last = exists().where(later.turn_id == TurnFrame.turn_id, later.seq > TurnFrame.seq)
    with transaction():
        db.session.execute(delete(TurnFrame).where(TurnFrame.turn_id.in_(over), not_last))
    untouched = Conversation.updated_at < now - CONVERSATIONS_KEPT
    guests = Conversation.owner.startswith("guest:")
    with transaction():
        db.session.execute(delete(Conversation).where(untouched, guests))
