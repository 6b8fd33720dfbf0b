"""What happens to deposits by the clock. Every step may be killed anywhere and run again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from structlog import get_logger

from webapp.deposits import queries
from webapp.deposits.models import Deposit, PaymentAttempt
from webapp.deposits.service.incidents import raise_incident
from webapp.deposits.service.locking import lock
from webapp.deposits.service.opening import end_unpaid
from webapp.deposits.service.paying import close_attempt, query_attempt
from webapp.deposits.service.refunding import send_refund
from webapp.deposits.service.refunds import give_back_all
from webapp.deposits.state import LIVE_ATTEMPTS
from webapp.extensions import db
from webapp.transactions import transaction

log = get_logger(__name__)

QUERY_WAITS: Final = (60, 180, 300, 1200)
"""Seconds between the queries of one payment after its first minute: so it is asked for at 1, 2,
5, 10 and 30 minutes."""
LAST_WAIT: Final = 1800
"""And so often until it runs out."""
UNCERTAIN_HOURS: Final = 1
"""A deposit whose payment cannot be asked for or closed is given up so long after its time to pay;
what arrives all the same goes back."""
PORTION: Final = 200
RUN_SECONDS: Final = 240.0
"""Of one run; the next one goes on."""


def tend(*, now: datetime, seconds: float = RUN_SECONDS) -> dict[str, int]:
    """Do what is due: returns, expiries, queries, refunds; how many of each."""
    until = time.monotonic() + seconds
    return {
        "returned": _each(queries.due_to_return(now, PORTION), return_due, now, until),
        "refunds": _each(queries.due_refunds(now, PORTION), _send, now, until),
        "expired": _each(queries.due_to_expire(now, PORTION), expire, now, until),
        "queries": _each(queries.due_attempts(now, PORTION), look_again, now, until),
    }


def _each(
    ids: Sequence[int], act: Callable[[int, datetime], object], now: datetime, until: float
) -> int:
    """One that fails keeps no other from its turn."""
    done = 0
    for one in ids:
        if time.monotonic() > until:
            break
        try:
            act(one, now)
        except Exception as error:
            log.exception("not tended", act=act.__name__, row=one, error=type(error).__name__)
        done += 1
    return done


def _send(refund_id: int, now: datetime) -> None:
    send_refund(refund_id=refund_id, now=now)


def return_due(deposit_id: int, now: datetime) -> None:
    """Return a deposit whose time is over."""
    with transaction():
        deposit = lock(deposit_id, now)
        over = deposit.returns_at is not None and deposit.returns_at <= now
        if over and deposit.state in ("held", "visited"):
            give_back_all(deposit, "due", "到期没有成交，全额自动退回", now)


def expire(deposit_id: int, now: datetime) -> None:
    """Give up a deposit that was not paid in time, once its payment is closed for certain."""
    live = queries.live_attempt(deposit_id)
    if live is not None and not close_attempt(attempt_id=live.id, now=now):
        with transaction():
            deposit = lock(deposit_id, now)
            if deposit.pay_until and now - deposit.pay_until < timedelta(hours=UNCERTAIN_HOURS):
                return
            said = (
                f"订单 {live.number} 到期后一直查不到结果，预约已失效；"
                "之后到账会自动退回。请检查支付渠道。"
            )
            raise_incident("uncertain", live.number, said, at=now, deposit_id=deposit_id)
    with transaction():
        deposit = lock(deposit_id, now)
        if deposit.pay_until is not None and deposit.pay_until <= now:
            end_unpaid(deposit, "expired", "没有在时间内付款", now)


def look_again(attempt_id: int, now: datetime) -> None:
    """Ask the channel for a payment that is due; close it where it is to be closed.

    The next look is committed before the channel is asked.
    """
    attempt = db.session.get_one(PaymentAttempt, attempt_id, populate_existing=True)
    if attempt.next_query_at is None or attempt.next_query_at > now:
        return
    closing, over = attempt.state == "closing", now >= attempt.expires_at
    wait = QUERY_WAITS[attempt.queries] if attempt.queries < len(QUERY_WAITS) else LAST_WAIT
    with transaction():
        mine = db.session.execute(
            update(PaymentAttempt)
            .where(
                PaymentAttempt.id == attempt_id,
                PaymentAttempt.next_query_at == attempt.next_query_at,
            )
            .values(
                queries=PaymentAttempt.queries + 1,
                next_query_at=now + timedelta(seconds=60 if closing or over else wait),
            )
            .returning(PaymentAttempt.id)
            .execution_options(synchronize_session=False)
        ).scalar()
    if mine is None:
        return
    if closing:
        close_attempt(attempt_id=attempt_id, now=now)
        return
    found = query_attempt(attempt_id=attempt_id, now=now)
    if found is not None and found.state != "paid" and over:
        _no_more(attempt_id, now)


def _no_more(attempt_id: int, now: datetime) -> None:
    """A payment that ran out, and that the channel holds as unpaid, is asked for no more; one
    that is open is closed where its deposit expires."""
    with transaction():
        db.session.execute(
            update(PaymentAttempt)
            .where(PaymentAttempt.id == attempt_id, PaymentAttempt.state.not_in(LIVE_ATTEMPTS))
            .values(next_query_at=None)
        )


def erase_owner(account_id: int, now: datetime) -> None:
    """Let nobody be the owner of a person's deposits any more, and return what is held of them.
    In the caller's transaction."""
    for one in queries.own_deposits(account_id):
        deposit = lock(one.id, now)
        if not end_unpaid(deposit, "cancelled", "账号注销", now) and deposit.state in (
            "held",
            "visited",
        ):
            give_back_all(deposit, "erased", "账号注销，全额退回", now)
    db.session.execute(
        update(Deposit).where(Deposit.account_id == account_id).values(account_id=None)
    )


def move_owner(loser: int, winner: int) -> None:
    """In the caller's transaction."""
    db.session.execute(update(Deposit).where(Deposit.account_id == loser).values(account_id=winner))
