"""What happened to a deposit, for its timeline and for the person it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from webapp.deposits.models import Deposit, DepositEvent
from webapp.extensions import db
from webapp.notices import service as notices
from webapp.notices.kinds import Kind
from webapp.transactions import require

KIND: Final = Kind(
    "deposit", "订金进展", "付款、退款、到期，或者轮到你了", ("mail", "wechat"), urgent=True
)
EVENTS: Final = {
    "opened": "已确认条款，等待付款",
    "queued": "已排队，等前面的人放弃",
    "turn": "轮到你了，可以付款",
    "paying": "打开付款",
    "switched": "换了支付方式，前一次已关闭",
    "held": "付款成功，已为你保留",
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
SILENT: Final = ("opened", "queued", "paying", "switched", "refund_sent")
"""What its owner has just done, or need not be told of."""


def tell(
    deposit: Deposit, event: str, *, at: datetime, detail: str = "", actor_id: int | None = None
) -> None:
    """Write the event into the deposit's timeline and tell its owner, in the transaction under
    way.

    Raises KeyError for an event that is not listed, RuntimeError outside of a transaction.
    """
    require()
    said = EVENTS[event]
    made = DepositEvent(
        deposit_id=deposit.id, at=at, event=event, detail=detail[:200], actor_id=actor_id
    )
    db.session.add(made)
    if deposit.account_id is None or event in SILENT:
        return
    db.session.flush()
    notices.notify(
        account_id=deposit.account_id,
        kind=KIND.key,
        subject=f"deposit-{deposit.number}",
        # Some happen more than once; the line of the timeline is written once for each.
        event=f"{event}-{made.id}",
        title=f"{said}：{deposit.title}",
        body=detail,
        address=f"/deposits/{deposit.number}",
        now=at,
    )
