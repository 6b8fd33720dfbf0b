"""Sending refunds and hearing what became of them, under the number that was committed first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import func, select, update
from structlog import get_logger

from webapp.backends.payments.port import PaymentChannel, Refused, Unknown
from webapp.backends.payments.port import Refund as Told
from webapp.deposits import queries
from webapp.deposits.models import Refund
from webapp.deposits.models.money import CHANNELS
from webapp.deposits.service import channels
from webapp.deposits.service.incidents import raise_incident
from webapp.deposits.service.locking import lock
from webapp.deposits.service.refunds import finish_if_returned, give_back
from webapp.deposits.telling import tell
from webapp.deposits.terms import yuan
from webapp.extensions import db
from webapp.transactions import end_read, transaction
from webapp.transitions import step

log = get_logger(__name__)

WAITS: Final = (60, 120, 300, 600, 1800, 3600)
"""Seconds until the channel is asked again, the last for ever."""
PAUSES: Final = {"wechatpay": timedelta(minutes=1), "alipay": timedelta(seconds=3)}
"""How long a channel wants between two refunds of one payment."""
CHANNEL_DAYS: Final = 365
"""WeChat Pay returns no payment that is older."""
MOST_CLOSED: Final = 3
"""So many refunds of one payment may end without effect before somebody has to look."""

RefundEffect = Literal["done", "sent", "again", "closed", "stuck", "unknown", "amount", "waiting"]


def send_refund(*, refund_id: int, now: datetime) -> None:
    """Have the channel return the money, or ask it how far it is.

    The next try is committed before the channel is asked, so that whoever is killed here is
    followed by another one with the same number. Safe to repeat.
    """
    refund = _claimed(refund_id, now)
    if refund is None:
        return
    channel = channels.channel(refund.attempt.channel)
    if channel is None:
        _note(refund_id, f"{CHANNELS[refund.attempt.channel]}没有配置")
        return
    paid = refund.attempt.paid_at
    if refund.sent_at is None and paid and now - paid > timedelta(days=CHANNEL_DAYS):
        _too_old(refund, now)
        return
    _send(channel, refund, now)


def _claimed(refund_id: int, now: datetime) -> Refund | None:
    """The refund, where it is due; whoever else looks at it now finds that it is not."""
    refund = db.session.get(Refund, refund_id, populate_existing=True)
    if refund is None or refund.next_try_at is None or refund.next_try_at > now:
        return None
    wait = timedelta(seconds=WAITS[min(refund.tries, len(WAITS) - 1)])
    with transaction():
        mine = db.session.execute(
            update(Refund)
            .where(
                Refund.id == refund_id,
                Refund.state.in_(("waiting", "sent")),
                Refund.next_try_at == refund.next_try_at,
            )
            .values(tries=Refund.tries + 1, next_try_at=now + wait)
            .returning(Refund.id)
            .execution_options(synchronize_session=False)
        ).scalar()
    if mine is None:
        return None
    return db.session.get_one(Refund, refund_id, populate_existing=True)


def _send(channel: PaymentChannel, refund: Refund, now: datetime) -> None:
    refund_id, number, fen = refund.id, refund.number, refund.amount_fen
    attempt, total = refund.attempt.number, refund.attempt.paid_fen
    reason, asked_before = refund.cause_label, refund.sent_at is not None
    if not asked_before and not _begun(refund, now):
        return
    end_read()
    try:
        told = channel.query_refund(attempt, number) if asked_before else None
        if told is None or told.state == "absent":
            told = channel.refund(attempt, number, fen, total, reason)
    except Unknown as unknown:
        log.warning("refund not known", channel=unknown.channel, reason=unknown.reason)
        _note(refund_id, unknown.reason)
    except Refused as refused:
        log.warning("refund refused", channel=refused.channel, code=refused.code)
        _refused(refund_id, refused, now)
    else:
        apply_refund(channel=channel.name, told=told, now=now)


def _begun(refund: Refund, now: datetime) -> bool:
    """Note that it is sent for the first time; not so soon after another part of the same payment,
    where it is put off by what is left of the channel's pause."""
    with transaction():
        lock(refund.deposit_id, now)
        newest = db.session.scalar(
            select(func.max(Refund.sent_at)).where(
                Refund.attempt_id == refund.attempt_id,
                Refund.id != refund.id,
                Refund.state != "closed",
            )
        )
        free = newest + PAUSES[refund.attempt.channel] if newest else now
        values = {"sent_at": now} if free <= now else {"next_try_at": free, "tries": 0}
        db.session.execute(
            update(Refund)
            .where(Refund.id == refund.id, Refund.sent_at.is_(None))
            .values(values)
            .execution_options(synchronize_session=False)
        )
    return free <= now


def apply_refund(*, channel: str, told: Told, now: datetime) -> RefundEffect:
    """Write down what a verified notice, query or answer says of a refund, once; in one
    transaction, with the deposit locked."""
    with transaction():
        found = queries.refund_by_number(channel, told.number)
        if found is None:
            if told.state == "done":
                _unknown(channel, told, now)
            return "unknown"
        deposit = lock(found.deposit_id, now)
        refund = db.session.get_one(Refund, found.id, populate_existing=True)
        if told.fen is not None and told.fen != refund.amount_fen:
            return _odd(refund, told, now)
        if refund.state in ("done", "closed"):
            return "again"
        match told.state:
            case "done":
                pending = ("waiting", "sent", "stuck")
                done = told.done_at or now
                step(Refund, refund.id, pending, "done", done_at=done, next_try_at=None)
                if not finish_if_returned(deposit, now):
                    tell(deposit, "partly", at=now, detail=f"{refund.amount_fen / 100:.2f} 元")
                return "done"
            case "processing":
                if step(Refund, refund.id, "waiting", "sent"):
                    tell(deposit, "refund_sent", at=now)
                return "sent"
            case "closed":
                return _closed(refund, now)
            case "stuck":
                _stuck(refund, "渠道退不进付款账户", now)
                return "stuck"
            case "absent":
                return "waiting"


def _closed(refund: Refund, now: datetime) -> RefundEffect:
    """It ended without effect: another one with a number of its own, unless that happened often."""
    step(Refund, refund.id, ("waiting", "sent", "stuck"), "closed", next_try_at=None)
    closed = select(Refund.id).where(
        Refund.attempt_id == refund.attempt_id, Refund.state == "closed"
    )
    again = give_back(
        refund.attempt,
        refund.amount_fen,
        refund.cause,
        refund.reason,
        now,
        actor_id=refund.actor_id,
    )
    if len(db.session.scalars(closed).all()) >= MOST_CLOSED:
        _stuck(again, "渠道多次关闭退款", now)
    return "closed"


def _refused(refund_id: int, refused: Refused, now: datetime) -> None:
    """A certain no. Of the merchant's balance, its settings and too many calls it waits; of
    anything else somebody has to look."""
    with transaction():
        found = db.session.get_one(Refund, refund_id, populate_existing=True)
        lock(found.deposit_id, now)
        refund = db.session.get_one(Refund, refund_id, populate_existing=True)
        if refund.state not in ("waiting", "sent"):
            return
        name = CHANNELS[refund.attempt.channel]
        refund.problem = refused.code[:200]
        match refused.cause:
            case "limits":
                return
            case "balance":
                said = f"{name}商户余额不足，退款 {refund.number} 在等待，充值后自动重试。"
                raise_incident("balance", refund.number, said, at=now, deposit_id=refund.deposit_id)
            case "settings":
                about = f"{refused.channel}:{refused.code}"
                said = f"{name}拒绝了退款请求：{refused.code}。请核对该渠道的设置，之后自动重试。"
                raise_incident("settings", about, said, at=now)
            case _:
                _stuck(refund, refused.code, now)


def _stuck(refund: Refund, problem: str, now: datetime, kind: str = "refund_stuck") -> None:
    if not step(
        Refund, refund.id, ("waiting", "sent"), "stuck", next_try_at=None, problem=problem[:200]
    ):
        return
    tell(refund.deposit, "refund_stuck", at=now)
    said = (
        f"{refund.attempt.channel_label}退款 {refund.number}（{refund.amount_fen / 100:.2f} 元）"
        f"没有成功：{problem}。请在渠道后台查看；处理后在后台选“重试”或“已线下退款”。"
    )
    raise_incident(kind, refund.number, said, at=now, deposit_id=refund.deposit_id)


def _too_old(refund: Refund, now: datetime) -> None:
    with transaction():
        lock(refund.deposit_id, now)
        _stuck(refund, f"付款已超过 {CHANNEL_DAYS} 天，渠道不再原路退回", now, "refund_old")


def _note(refund_id: int, problem: str) -> None:
    with transaction():
        db.session.execute(
            update(Refund).where(Refund.id == refund_id).values(problem=problem[:200])
        )


def _unknown(channel: str, told: Told, now: datetime) -> None:
    said = (
        f"{CHANNELS[channel]}说退了一笔钱，退款单 {told.number} 本站没有。"
        "请在渠道后台核对是谁退的；是本站的订金就在这里补记。"
    )
    raise_incident("unknown_refund", f"{channel}:{told.number}", said, at=now)


def _odd(refund: Refund, told: Told, now: datetime) -> RefundEffect:
    said = (
        f"退款 {refund.number} 应退 {yuan(refund.amount_fen)} 元，"
        f"渠道说是 {yuan(told.fen or 0)} 元。请在渠道后台核对。"
    )
    raise_incident("refund_amount", refund.number, said, at=now, deposit_id=refund.deposit_id)
    return "amount"
