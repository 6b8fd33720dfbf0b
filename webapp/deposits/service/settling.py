"""The one place where money counts as received, for notices and queries alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from webapp.backends.payments.port import Payment
from webapp.deposits import queries
from webapp.deposits.models import Deposit, PaymentAttempt
from webapp.deposits.models.money import CHANNELS
from webapp.deposits.service.incidents import raise_incident
from webapp.deposits.service.locking import lock
from webapp.deposits.service.refunds import give_back, give_back_all
from webapp.deposits.state import LIVE_ATTEMPTS
from webapp.deposits.telling import tell
from webapp.deposits.terms import yuan
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.transactions import transaction
from webapp.transitions import step, steps

Effect = Literal["settled", "again", "late", "amount", "twice", "unknown", "waiting", "closed"]
"""settled: held from now on. late: received, and on its way back. again: it was known. amount,
twice, unknown: an incident, and nothing else."""
LAST_LOOK_SECONDS: Final = 60
UNSETTLED: Final = (*LIVE_ATTEMPTS, "closed", "failed")


def settle(*, channel: str, payment: Payment, now: datetime) -> Effect:
    """Write down what a verified notice or query says of an attempt, once.

    In one transaction, with the deposit locked. Money that does not fit any more, since the
    deposit is paid, given up or out of time, is received and starts its way back here.
    """
    with transaction():
        found = queries.attempt_by_number(channel, payment.number)
        if found is None:
            if payment.state == "paid":
                _unknown(channel, payment, now)
            return "unknown"
        deposit = lock(found.deposit_id, now)
        attempt = db.session.get_one(PaymentAttempt, found.id, populate_existing=True)
        if payment.state != "paid":
            return _not_paid(attempt, payment, now)
        if payment.fen is None:
            # It names no amount, as what tells of a refund: the next query does.
            return _ask_soon(attempt, now)
        if payment.fen != attempt.amount_fen:
            return _odd(attempt, payment, now)
        if attempt.state == "settled":
            return "again" if attempt.trade == payment.trade else _twice(attempt, payment, now)
        paid_at = payment.paid_at or now
        settled = {"trade": payment.trade, "paid_fen": payment.fen, "paid_at": paid_at}
        times = {"settled_at": now, "next_query_at": None}
        if not step(PaymentAttempt, attempt.id, UNSETTLED, "settled", **settled, **times):
            return "again"
        return _received(deposit, attempt, paid_at, now)


def close_soon(deposit_id: int, now: datetime) -> None:
    """Have the payment that is open, if there is one, closed in the background. The deposit is
    locked."""
    marked = steps(
        PaymentAttempt,
        PaymentAttempt.deposit_id == deposit_id,
        from_=LIVE_ATTEMPTS,
        to="closing",
        next_query_at=now,
    )
    if marked:
        enqueue("tasks.deposits.tend")


def _received(
    deposit: Deposit, attempt: PaymentAttempt, paid_at: datetime, now: datetime
) -> Effect:
    offered = deposit.offered
    # The clocks begin when we know of it: a late notice takes nothing from its owner.
    held = step(
        Deposit,
        deposit.id,
        "unpaid",
        "held",
        paid_at=paid_at,
        refundable_until=now + timedelta(hours=offered["cooling_hours"]),
        returns_at=paid_at + timedelta(days=offered["hold_days"]),
    )
    if held:
        close_soon(deposit.id, now)
        tell(deposit, "held", at=now, detail=CHANNELS[attempt.channel])
        return "settled"
    if deposit.state in ("held", "visited", "done"):
        tell(deposit, "excess", at=now)
        give_back(attempt, attempt.paid_fen, "excess", "重复付款，多付的这一笔退回", now)
    else:
        tell(deposit, "late", at=now)
        give_back_all(deposit, "late", "付款到账时预约已经失效，自动退回", now)
    return "late"


def _not_paid(attempt: PaymentAttempt, payment: Payment, now: datetime) -> Effect:
    if payment.state != "closed":
        return "waiting"
    end_attempt(attempt, now)
    return "closed"


def end_attempt(attempt: PaymentAttempt, now: datetime) -> None:
    """Mark an attempt as closed, in the transaction under way. The channel is asked once more when
    it has run out: what was under way may have arrived, and one that its payer had not begun
    cannot be closed before."""
    last = attempt.expires_at + timedelta(seconds=LAST_LOOK_SECONDS)
    again = last if now < last else None
    step(PaymentAttempt, attempt.id, (*LIVE_ATTEMPTS, "closed"), "closed", next_query_at=again)


def _ask_soon(attempt: PaymentAttempt, now: datetime) -> Effect:
    if attempt.state == "settled":
        return "again"
    steps(
        PaymentAttempt,
        PaymentAttempt.id == attempt.id,
        from_=attempt.state,
        to=attempt.state,
        next_query_at=now,
    )
    enqueue("tasks.deposits.tend")
    return "waiting"


def _unknown(channel: str, payment: Payment, now: datetime) -> None:
    said = (
        f"{CHANNELS[channel]}通知收到一笔钱，订单号 {payment.number} 本站没有。"
        "请在渠道后台核对；不是本站的业务就在那里退款。"
    )
    raise_incident("unknown", f"{channel}:{payment.number}", said, at=now)


def _odd(attempt: PaymentAttempt, payment: Payment, now: datetime) -> Effect:
    said = (
        f"{attempt.channel_label}订单 {attempt.number} 应付 {yuan(attempt.amount_fen)} 元，"
        f"渠道说付了 {yuan(payment.fen or 0)} 元，没有入账。请在渠道后台核对并退款。"
    )
    raise_incident("amount", attempt.number, said, at=now, deposit_id=attempt.deposit_id)
    return "amount"


def _twice(attempt: PaymentAttempt, payment: Payment, now: datetime) -> Effect:
    said = (
        f"{attempt.channel_label}订单 {attempt.number} 已按渠道交易号 {attempt.trade} 入账，"
        f"又收到 {payment.trade}。请在渠道后台核对，多的一笔在那里退款。"
    )
    about = f"{attempt.number}:{payment.trade}"
    raise_incident("twice", about, said, at=now, deposit_id=attempt.deposit_id)
    return "twice"
