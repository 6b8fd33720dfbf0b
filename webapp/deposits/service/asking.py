"""Asking for money back, and what the seller and staff do with a deposit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from webapp.audit import Actor, record
from webapp.deposits import queries
from webapp.deposits.errors import NotRefundable
from webapp.deposits.models import Deposit, Offer, Refund
from webapp.deposits.service.locking import lock
from webapp.deposits.service.opening import end_unpaid
from webapp.deposits.service.refunds import finish_if_returned, give_back, give_back_all
from webapp.deposits.state import BEFORE_MONEY
from webapp.deposits.telling import tell
from webapp.errors import BadInput, Conflict, NotFound
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.transactions import transaction
from webapp.transitions import step, steps


def ask_refund(*, deposit_id: int, now: datetime, reason: str = "") -> Deposit:
    """Return all of a deposit to its owner; repeated, nothing more happens.

    Raises NotRefundable where it was not paid, or may not be asked back any more.
    """
    with transaction():
        deposit = lock(deposit_id, now)
        if deposit.state in ("returning", "returned"):
            return deposit
        if not deposit.is_refundable(now):
            raise NotRefundable(_why_not(deposit))
        give_back_all(deposit, "asked", reason or "你申请了退款", now)
        return deposit


def _why_not(deposit: Deposit) -> str:
    if deposit.state in BEFORE_MONEY or deposit.state in ("expired", "cancelled"):
        return "这笔订金没有付款，没有可以退的钱。"
    if deposit.state == "done":
        return "这笔订金已经成交抵作车款。有疑问请联系商家或客服。"
    return "定金已过冷静期，不能自行申请。请联系商家；到期没有成交会自动退回。"


def mark_visited(*, actor: Actor, deposit_id: int, now: datetime) -> Deposit:
    """The store confirms the visit: the deposit stays until its own end, unless it is asked back.
    Repeated, nothing more happens. Raises Conflict."""
    with transaction():
        deposit = lock(deposit_id, now)
        if deposit.state == "visited":
            return deposit
        until = queries.end_after_visit(deposit)
        if not step(Deposit, deposit.id, "held", "visited", visited_at=now, returns_at=until):
            raise Conflict("只有已付款、还没有退的订金能标“已到店”。请刷新页面看它现在的状态。")
        tell(deposit, "visited", at=now, actor_id=actor.account_id)
        record(actor, "deposit visited", f"deposit {deposit.number}")
        return deposit


def mark_done(*, actor: Actor, deposit_id: int, now: datetime) -> Deposit:
    """The car was bought and the money went to its price. Everybody else who holds or waits for
    the same single car has the money back at once. Repeated, nothing more happens. Raises
    Conflict."""
    with transaction():
        deposit = lock(deposit_id, now)
        if deposit.state == "done":
            return deposit
        if not step(Deposit, deposit.id, ("held", "visited"), "done", ended_at=now):
            raise Conflict("只有已付款、还没有退的订金能标“已成交”。请刷新页面看它现在的状态。")
        tell(deposit, "done", at=now, actor_id=actor.account_id)
        record(actor, "deposit done", f"deposit {deposit.number}")
        if deposit.stock_number is not None:
            _sold(deposit.stock_number, now, but=deposit.id)
        return deposit


def mark_sold(*, actor: Actor, stock_number: str, now: datetime) -> int:
    """A single car was sold without a deposit of ours: its offer ends, and everybody who holds or
    waits for it has the money back at once; how many."""
    with transaction():
        record(actor, "car sold", f"stock {stock_number}")
        return _sold(stock_number, now)


def _sold(stock_number: str, now: datetime, but: int = 0) -> int:
    this = Offer.stock_number == stock_number
    steps(Offer, this, from_="open", to="ended", changed_at=now)
    concerned = select(Deposit.id).where(
        Deposit.stock_number == stock_number,
        Deposit.state.in_((*BEFORE_MONEY, "held", "visited")),
        Deposit.id != but,
    )
    ids = list(db.session.scalars(concerned.order_by(Deposit.id)))
    # The last in the queue first, so that nobody's turn comes in between.
    locked = [lock(one, now) for one in ids]
    for deposit in reversed(locked):
        if not end_unpaid(deposit, "cancelled", "这台车已经卖给了别人", now):
            give_back_all(deposit, "sold", "这台车已经卖给了别人，全额退回", now)
    return len(ids)


def decline(*, actor: Actor, deposit_id: int, reason: str, now: datetime) -> Deposit:
    """The seller does not want it: all of it goes back at once. Repeated, nothing more happens.
    Raises Conflict where there is nothing to return, BadInput without a reason."""
    if not reason.strip():
        raise BadInput("请写一句退回的原因，买家会看到。")
    with transaction():
        deposit = lock(deposit_id, now)
        if deposit.state in ("returning", "returned"):
            return deposit
        by = actor.account_id
        if deposit.state not in ("held", "visited") or not give_back_all(
            deposit, "declined", f"商家退回：{reason.strip()}", now, actor_id=by
        ):
            raise Conflict("这笔订金没有可以退回的钱。请刷新页面看它现在的状态。")
        record(actor, "deposit declined", f"deposit {deposit.number}", after={"reason": reason})
        return deposit


def refund_by_hand(
    *, actor: Actor, deposit_id: int, fen: int, reason: str, now: datetime
) -> Refund:
    """Return part or all of what is left of a deposit's payment.

    Raises BadInput for no reason or no amount, Conflict for more than is left.
    """
    if not reason.strip():
        raise BadInput("请写退款原因，会记入审计日志。")
    if fen <= 0:
        raise BadInput("退款金额要大于 0。")
    with transaction():
        deposit = lock(deposit_id, now)
        paid = queries.settled_attempts(deposit.id)
        chosen = next((one for one in paid if queries.left_of(one) >= fen), None)
        if chosen is None:
            most = max((queries.left_of(one) for one in paid), default=0)
            raise Conflict(f"最多还能退 {most / 100:.2f} 元，没有退款。请改小金额。")
        said, by = reason.strip(), actor.account_id
        all_of_it = sum(queries.left_of(one) for one in paid) == fen
        if all_of_it and deposit.state in ("held", "visited", "done"):
            give_back_all(deposit, "hand", said, now, actor_id=by)
            made = queries.newest_refund(chosen.id)
        else:
            made = give_back(chosen, fen, "hand", said, now, actor_id=by)
        after = {"fen": fen, "reason": said, "refund": made.number}
        record(actor, "refund deposit", f"deposit {deposit.number}", after=after)
        return made


def retry_refund(*, actor: Actor, refund_id: int, now: datetime) -> None:
    """Send a stuck refund once more under its number. Raises NotFound, Conflict."""
    with transaction():
        refund = _stuck(refund_id, now)
        if not step(Refund, refund.id, "stuck", "waiting", next_try_at=now, tries=0):
            raise Conflict("这笔退款现在不用重试。请刷新页面看它现在的状态。")
        record(actor, "retry refund", f"refund {refund.number}")
        enqueue("tasks.deposits.send_refund", refund.id)


def note_refund(*, actor: Actor, refund_id: int, note: str, now: datetime) -> None:
    """Write down that the money of a stuck refund went back another way, such as by bank.
    Raises NotFound, Conflict, BadInput without a note."""
    if not note.strip():
        raise BadInput("请写明钱是怎么退的，例如转账日期和流水号。")
    with transaction():
        refund = _stuck(refund_id, now)
        how = note.strip()[:200]
        if not step(Refund, refund.id, "stuck", "done", done_at=now, next_try_at=None, note=how):
            raise Conflict("这笔退款现在不能这样记。请刷新页面看它现在的状态。")
        record(actor, "note refund", f"refund {refund.number}", after={"note": how})
        finish_if_returned(refund.deposit, now)


def _stuck(refund_id: int, now: datetime) -> Refund:
    found = db.session.get(Refund, refund_id)
    if found is None:
        raise NotFound("没有找到这笔退款。")
    lock(found.deposit_id, now)
    return db.session.get_one(Refund, refund_id, populate_existing=True)
