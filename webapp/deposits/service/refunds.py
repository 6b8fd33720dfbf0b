"""Making refunds: rows with numbers that are committed before a channel is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from webapp.deposits import queries
from webapp.deposits.models import Deposit, PaymentAttempt, Refund
from webapp.deposits.models.money import REFUND_CAUSES
from webapp.deposits.service import cars
from webapp.deposits.service.numbers import refund_number
from webapp.deposits.telling import tell
from webapp.errors import Conflict
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.transactions import require
from webapp.transitions import step

MOST_REFUNDS: Final = 50
"""Of one payment, as WeChat Pay has it."""


def give_back(
    attempt: PaymentAttempt,
    fen: int,
    cause: str,
    reason: str,
    now: datetime,
    *,
    actor_id: int | None = None,
) -> Refund:
    """A refund of a settled attempt, to be sent at once. The deposit is locked.

    Raises Conflict for more than is left of it, or for one too many.
    """
    require()
    assert REFUND_CAUSES[cause]
    left = queries.left_of(attempt)
    if not 0 < fen <= left:
        raise Conflict(f"这笔付款最多还能退 {left / 100:.2f} 元，没有退款。请改小金额。")
    count = select(func.count()).where(Refund.attempt_id == attempt.id)
    if (db.session.scalar(count) or 0) >= MOST_REFUNDS:
        raise Conflict(f"一笔付款最多退 {MOST_REFUNDS} 次，没有退款。请联系支付渠道。")
    made = Refund(
        deposit_id=attempt.deposit_id,
        attempt_id=attempt.id,
        number=refund_number(now),
        amount_fen=fen,
        cause=cause,
        reason=reason[:200],
        actor_id=actor_id,
        created_at=now,
        next_try_at=now,
    )
    db.session.add(made)
    db.session.flush()
    enqueue("tasks.deposits.send_refund", made.id)
    return made


def give_back_all(
    deposit: Deposit, cause: str, reason: str, now: datetime, *, actor_id: int | None = None
) -> bool:
    """Start returning all that is left of a locked deposit, and let go of its car; whether there
    was anything. One that is on its way back already only gets what is new."""
    left = [(one, queries.left_of(one)) for one in queries.settled_attempts(deposit.id)]
    left = [(one, fen) for one, fen in left if fen]
    if not left:
        return False
    if deposit.state != "returning":
        begun = ("held", "visited", "done", "returned", "expired", "cancelled")
        step(Deposit, deposit.id, begun, "returning", reason=reason[:200], ended_at=None)
        tell(deposit, "returning", at=now, detail=reason, actor_id=actor_id)
        cars.release(deposit, now)
    for attempt, fen in left:
        give_back(attempt, fen, cause, reason, now, actor_id=actor_id)
    return True


def finish_if_returned(deposit: Deposit, now: datetime) -> bool:
    """Move a locked deposit on where nothing of its money is left or under way."""
    if deposit.state != "returning" or queries.pending_refunds(deposit.id):
        return False
    if any(queries.left_of(one) for one in queries.settled_attempts(deposit.id)):
        return False
    if step(Deposit, deposit.id, "returning", "returned", ended_at=now):
        tell(deposit, "returned", at=now)
        return True
    return False
