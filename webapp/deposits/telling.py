"""What happened to a deposit, for its timeline and for the person it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from webapp.deposits.models import Deposit, DepositEvent
from webapp.extensions import db
from webapp.transactions import require

EVENTS: Final = {
    "opened": "已确认条款，等待付款",
    "queued": "已排队，等前面的人放弃",
    "turn": "轮到你了，可以付款",
    "paying": "打开付款",
    "switched": "换了支付方式，前一次已关闭",
    "held": "付款成功，订金已保留",
    "excess": "重复付款，多付的自动退回",
    "visited": "商家确认已到店",
    "done": "已成交",
    "returning": "开始退款",
    "partly": "退回一部分",
    "refund_sent": "退款已提交给支付渠道",
    "refund_stuck": "退款遇到问题，客服在处理",
    "returned": "钱已原路退回",
    "expired": "没有在时间内付款，已失效",
    "cancelled": "已取消",
    "late": "付款在失效后到账，自动退回",
}
"""Each kind of event, with the words its owner reads."""


def tell(
    deposit: Deposit, event: str, *, at: datetime, detail: str = "", actor_id: int | None = None
) -> None:
    """Write the event into the deposit's timeline, in the transaction under way.

    Raises KeyError for an event that is not listed, RuntimeError outside of a transaction.
    """
    require()
    assert EVENTS[event]
    db.session.add(
        DepositEvent(
            deposit_id=deposit.id, at=at, event=event, detail=detail[:200], actor_id=actor_id
        )
    )
