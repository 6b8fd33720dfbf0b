"""Tables of money: attempts to pay, refunds, what the channels told us, incidents and bills."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.backends.payments.port import Action
from webapp.columns import UtcDateTime, one_of, utc_now
from webapp.deposits.models.deposits import Deposit
from webapp.deposits.state import ATTEMPT, LIVE_ATTEMPTS, REFUND
from webapp.extensions import Model

CHANNELS: Final = {"wechatpay": "微信支付", "alipay": "支付宝"}
SCENES: Final = ("desktop", "phone", "wechat")
ATTEMPT_STATES: Final = ("new", "open", "closing", "closed", "failed", "settled")
REFUND_STATES: Final = ("waiting", "sent", "done", "closed", "stuck")
REFUND_CAUSES: Final = {
    "asked": "申请退款",
    "due": "到期自动退回",
    "declined": "商家退回",
    "sold": "车辆已售，自动退回",
    "excess": "重复付款，自动退回",
    "late": "超过付款时间到账，自动退回",
    "hand": "客服退款",
    "erased": "账号注销，自动退回",
}
VERDICTS: Final = ("good", "foreign", "bad")
INCIDENTS: Final = {
    "amount": "付款金额与订单不一致",
    "foreign": "通知属于别的商户或应用",
    "unknown": "收到不认识的订单号",
    "unknown_refund": "收到不认识的退款",
    "twice": "同一笔付款出现两个渠道交易号",
    "refund_amount": "退款金额与退款单不一致",
    "refund_stuck": "退款没有成功，需要人工处理",
    "refund_old": "超过渠道退款期限，需要线下退款",
    "balance": "商户余额不足，退款在等待",
    "settings": "支付渠道拒绝了我们的设置",
    "uncertain": "付款结果长时间查不到",
    "bill": "账单与本站记录不一致",
}
LINE_VERDICTS: Final = ("same", "unknown", "unpaid", "amount", "missing")

_LIVE: Final = text("state IN (" + ", ".join(f"'{state}'" for state in LIVE_ATTEMPTS) + ")")


class PaymentAttempt(Model):
    """One try to pay a deposit, under a `number` (out_trade_no) that is never used again.

    new: committed, the channel not asked or its answer not known. open: the payer has what the
    channel wants done. closing: to be closed. closed: nothing may be paid any more, as far as the
    channel can say. failed: the channel refused it. settled: the money is in, whenever it came.
    """

    __tablename__ = "deposit_attempt"
    __table_args__ = (
        one_of("state", ATTEMPT_STATES),
        one_of("channel", tuple(CHANNELS)),
        one_of("scene", SCENES),
        Index(
            "uq_deposit_attempt_live",
            "deposit_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_deposit_attempt_next_query_at", "next_query_at"),
    )
    __transitions__ = ATTEMPT
    id: Mapped[int] = mapped_column(primary_key=True)
    deposit_id: Mapped[int] = mapped_column(
        ForeignKey("deposit.id", ondelete="RESTRICT"), index=True
    )
    number: Mapped[str] = mapped_column(String(32), unique=True)
    channel: Mapped[str] = mapped_column(String(9))
    scene: Mapped[str] = mapped_column(String(7))
    amount_fen: Mapped[int]
    state: Mapped[str] = mapped_column(String(7), default="new")
    action_json: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    queries: Mapped[int] = mapped_column(default=0)
    """How often the channel was asked for it by the clock."""
    next_query_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: there is nothing more to ask."""
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a payer's page last had the channel asked."""
    trade: Mapped[str | None] = mapped_column(String(64))
    """The channel's own number, once settled."""
    paid_fen: Mapped[int] = mapped_column(default=0)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was paid, as the channel says."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    deposit: Mapped[Deposit] = relationship()

    @property
    def action(self) -> Action | None:
        """What the payer's browser has to do; None while the channel has not answered."""
        return Action(**json.loads(self.action_json)) if self.action_json else None

    @property
    def channel_label(self) -> str:
        return CHANNELS[self.channel]


class Refund(Model):
    """Money on its way back; its `number` (out_refund_no) is committed before the channel is asked.

    waiting: to be sent, or sent with no certain answer; the number stays. sent: accepted. done.
    closed: ended without effect, another one follows. stuck: somebody has to act.
    """

    __tablename__ = "deposit_refund"
    __table_args__ = (
        one_of("state", REFUND_STATES),
        one_of("cause", tuple(REFUND_CAUSES)),
        CheckConstraint("amount_fen > 0", name="amount_fen"),
        Index("ix_deposit_refund_state_next_try_at", "state", "next_try_at"),
    )
    __transitions__ = REFUND
    id: Mapped[int] = mapped_column(primary_key=True)
    deposit_id: Mapped[int] = mapped_column(
        ForeignKey("deposit.id", ondelete="RESTRICT"), index=True
    )
    attempt_id: Mapped[int] = mapped_column(
        ForeignKey("deposit_attempt.id", ondelete="RESTRICT"), index=True
    )
    number: Mapped[str] = mapped_column(String(32), unique=True)
    amount_fen: Mapped[int]
    cause: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(200), default="")
    """In Chinese, as its owner reads it."""
    actor_id: Mapped[int | None]
    """The staff account that did it by hand."""
    state: Mapped[str] = mapped_column(String(7), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(String(200), default="")
    """The channel's own word for why it did not go through."""
    note: Mapped[str] = mapped_column(String(200), default="")
    """How it went back where the channel did not do it, in the words of who did."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the channel was first asked."""
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    attempt: Mapped[PaymentAttempt] = relationship()
    deposit: Mapped[Deposit] = relationship()

    @property
    def cause_label(self) -> str:
        return REFUND_CAUSES[self.cause]


class PaymentNotice(Model):
    """What a channel told us, raw, as it came. The database refuses to delete a row and to change
    what came (migration); only what became of it is written later, together with the effect."""

    __tablename__ = "deposit_notice"
    __table_args__ = (
        Unique("channel", "event"),
        one_of("channel", tuple(CHANNELS)),
        one_of("verdict", VERDICTS),
        Index("ix_deposit_notice_verdict_received_at", "verdict", "received_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(9))
    event: Mapped[str] = mapped_column(String(80))
    """The channel's name of the event; of one that is not the channel's, the digest of its body."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    headers: Mapped[str] = mapped_column(Text)
    """JSON: those that are signed or say what the body is."""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    verdict: Mapped[str] = mapped_column(String(7))
    number: Mapped[str] = mapped_column(String(64), default="", index=True)
    """The number of the attempt it is about."""
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    effect: Mapped[str] = mapped_column(String(40), default="")


class Incident(Model):
    """Something that staff have to look at. `key` keeps it from being raised twice."""

    __tablename__ = "deposit_incident"
    __table_args__ = (
        one_of("kind", tuple(INCIDENTS)),
        Index("ix_deposit_incident_resolved_at_id", "resolved_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(14))
    deposit_id: Mapped[int | None] = mapped_column(
        ForeignKey("deposit.id", ondelete="SET NULL"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(300))
    """In Chinese: what happened and what to do; nothing personal."""
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")

    deposit: Mapped[Deposit | None] = relationship()

    @property
    def label(self) -> str:
        return INCIDENTS[self.kind]


class BillDay(Model):
    """A day of one channel that was compared with what we hold. Sums in fen, refunds negative."""

    __tablename__ = "deposit_bill_day"
    __table_args__ = (one_of("channel", tuple(CHANNELS)),)
    channel: Mapped[str] = mapped_column(String(9), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    """2026-11-30, in China."""
    compared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lines: Mapped[int]
    bill_fen: Mapped[int]
    own_fen: Mapped[int]
    differences: Mapped[int]


class BillLine(Model):
    """One line of a bill, or one that is missing in it.

    same. unknown: no order of ours. unpaid: one that we do not hold as paid (or returned).
    amount: another amount. missing: ours, and not in the bill.
    """

    __tablename__ = "deposit_bill_line"
    __table_args__ = (
        Unique("channel", "day", "number", "refund"),
        one_of("channel", tuple(CHANNELS)),
        one_of("verdict", LINE_VERDICTS),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(9))
    day: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(64), index=True)
    refund: Mapped[str] = mapped_column(String(64), default="")
    trade: Mapped[str] = mapped_column(String(64), default="")
    fen: Mapped[int]
    """As the bill has it; of one that is missing, as we have it."""
    verdict: Mapped[str] = mapped_column(String(7))


def action_json(action: Action) -> str:
    told: dict[str, Any] = {
        "kind": action.kind,
        "value": action.value,
        "parameters": dict(action.parameters),
    }
    return json.dumps(told, ensure_ascii=False)
