"""How the frames of a running turn are kept, and how a turn ends.

A turn ends once: by the process that writes it, or, when that process has died and its lease
is past, by whoever looks. Both change the state with the old one as condition, so that only
one of them adds the last frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from webapp.assistant import frames as wording
from webapp.assistant import queries
from webapp.assistant.models import Turn, TurnFrame
from webapp.extensions import db
from webapp.transactions import transaction
from webapp.transitions import step

LEASE_SECONDS: Final = 7
"""How long after its last sign of life a writer is taken for dead: longer than from one sign to
the next and the wait for a locked SQLite together."""


class TurnLost(Exception):
    """The turn is over, or its conversation deleted: nothing more may be added."""


class NewFrame(NamedTuple):
    turn_id: int
    seq: int
    body: str


def store_frame(*, turn_id: int, seq: int, body: str) -> None:
    """Keep one frame. Raises TurnLost where the turn has ended meanwhile."""
    if store_frames(frames=[NewFrame(turn_id, seq, body)]):
        raise TurnLost


def store_frames(*, frames: Sequence[NewFrame]) -> set[NewFrame]:
    """Keep frames of several turns in one transaction. Returns those that could not be kept
    because their turn has ended meanwhile; the others are kept."""
    try:
        with transaction():
            db.session.execute(insert(TurnFrame), [frame._asdict() for frame in frames])
    except IntegrityError:
        if len(frames) == 1:
            return set(frames)
        return {frame for one in frames for frame in store_frames(frames=[one])}
    return set()


def finish_turn(
    *,
    turn_id: int,
    seq: int,
    body: str,
    state: str,
    answer: str | None,
    now: datetime,
    situation: str | None = None,
) -> None:
    """Keep the last frame and the answer in one transaction. Raises TurnLost as above."""
    with transaction():
        kept = {"answer": answer, "situation": situation, "finished_at": now}
        if not step(Turn, turn_id, "running", state, **kept):
            raise TurnLost
        store_frame(turn_id=turn_id, seq=seq, body=body)


def renew_leases(*, turn_ids: Iterable[int], now: datetime) -> None:
    """Say that the writer of these turns is alive."""
    until = now + timedelta(seconds=LEASE_SECONDS)
    alive = update(Turn).where(Turn.id.in_(list(turn_ids)))
    with transaction():
        db.session.execute(alive.values(lease_until=until))


def ask_to_stop(*, turn_id: int) -> None:
    """Let the writer of a running turn see, wherever it runs, that it should stop."""
    with transaction():
        step(Turn, turn_id, "running", "running", stop_asked=True)


def end_dead_turn(*, turn_id: int, now: datetime) -> bool:
    """End a running turn whose writer died: its visitors get a last frame that says so.

    Returns whether the turn is over now, by this call or before it.
    """
    turn = queries.turn_by_id(turn_id)
    if turn is None or not turn.running:
        return True
    if turn.lease_until >= now:
        return False
    rows = [body for _, body in queries.frames_after(turn_id, 0)]
    answer = wording.shown_so_far(rows)
    last = wording.error(
        turn.conversation_id,
        turn_id,
        len(rows) + 1,
        "interrupted",
        wording.INTERRUPTED,
        retry_after=1,
    )
    dead = Turn.lease_until < now
    try:
        with transaction():
            if step(Turn, turn_id, "running", "failed", dead, answer=answer, finished_at=now):
                store_frame(turn_id=turn_id, seq=len(rows) + 1, body=last)
                return True
    except TurnLost:
        return False  # the writer was only slow, and has just said more
    db.session.expire(turn)
    turn = queries.turn_by_id(turn_id)
    return turn is None or not turn.running  # else its lease has just been renewed
