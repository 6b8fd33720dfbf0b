"""What the pages of a deposit say, without Flask: its state in words, its timeline, its offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from webapp.deposits.models import Deposit, Offer, PaymentAttempt, Refund
from webapp.deposits.telling import EVENTS
from webapp.deposits.terms import EFFECTS, Effect, digest_of, text_of, yuan
from webapp.formatting import clock

LABELS: Final = {
    "queued": "排队中",
    "unpaid": "等待付款",
    "held": "已付，保留中",
    "visited": "已到店",
    "done": "已成交",
    "returning": "退款中",
    "returned": "已退回",
    "expired": "已失效",
    "cancelled": "已取消",
}
"""Each state in a few words."""
REFUND_STATES: Final = {
    "waiting": "等待提交",
    "sent": "支付渠道处理中",
    "done": "已退回",
    "closed": "没有成功，已换单重退",
    "stuck": "遇到问题，客服在处理",
}
ATTEMPT_STATES: Final = {
    "new": "正在打开",
    "open": "等待付款",
    "closing": "正在关闭",
    "closed": "已关闭",
    "failed": "没有打开",
    "settled": "已收款",
}
VERDICTS: Final = {"good": "签名正确", "foreign": "不属于本商户", "bad": "签名不对，没有采信"}
LINE_VERDICTS: Final = {
    "unknown": "账单有，本站没有这个单号",
    "unpaid": "账单有，本站没有记为已付（或已退）",
    "amount": "金额不同",
    "missing": "本站有，账单没有",
}
_EFFECTS: Final = {
    "": "还没有处理",
    "nothing": "不涉及钱",
    "refused": "没有采信",
    "foreign": "不是本站的，没有入账",
    "settled": "记为已付",
    "again": "重复，没有再记",
    "late": "来得太晚，自动退回",
    "amount": "金额不符，没有入账",
    "twice": "另一个交易号，没有入账",
    "unknown": "没有这个单号",
    "waiting": "还没有付",
    "closed": "没有付，已关闭",
}
_REFUND_EFFECTS: Final = {
    "done": "退款完成",
    "sent": "退款处理中",
    "again": "退款重复，没有再记",
    "closed": "退款没有成功，换单重退",
    "stuck": "退款退不进账户",
    "unknown": "没有这个退款单号",
    "amount": "退款金额不符",
    "waiting": "退款还没有开始",
}
_LOOKS: Final = {"unpaid": 3, "returning": 10, "queued": 15}
"""Seconds after which a page asks again, in states that may change while somebody looks on."""


@dataclass(frozen=True)
class Line:
    """One line of the timeline: `at` is None for what has no time yet."""

    label: str
    at: datetime | None
    note: str = ""
    tense: Literal["past", "ahead"] = "past"


@dataclass(frozen=True)
class Shown:
    """A deposit as its owner reads it. `mark` is “held” where the money is kept, “odd” where
    somebody has to act, else empty."""

    deposit: Deposit
    label: str
    said: str
    mark: str
    effect: Effect
    timeline: Sequence[Line]
    refundable: bool


@dataclass(frozen=True)
class Watched:
    """What a page looks out for: `key` says what it shows, `left` the time to pay in words."""

    number: str
    key: str
    seconds: int
    left: str


@dataclass(frozen=True)
class Reading:
    """An offer as it is read before anything is agreed."""

    offer: Offer
    effect: Effect
    terms: str
    digest: str
    returns_at: datetime
    """If it were paid now."""


def reading(offer: Offer, now: datetime) -> Reading:
    terms = text_of(offer.snapshot())
    returns = now + timedelta(days=offer.hold_days)
    return Reading(offer, EFFECTS[offer.kind], terms, digest_of(terms), returns)


def shown(
    deposit: Deposit, now: datetime, *, refunds: Sequence[Refund] = (), place: int = 0
) -> Shown:
    """`place` is the one in the queue, 1 for the next."""
    said, mark = _said(deposit, now, refunds, place)
    return Shown(
        deposit,
        LABELS[deposit.state],
        said,
        mark,
        EFFECTS[deposit.kind],
        timeline(deposit, now),
        deposit.is_refundable(now),
    )


def timeline(deposit: Deposit, now: datetime) -> list[Line]:
    """What happened, the oldest first, then what will happen by itself."""
    past = [Line(EVENTS[event.event], event.at, event.detail) for event in deposit.events]
    return past + [line for line in _ahead(deposit) if line.at is None or line.at > now]


def _ahead(deposit: Deposit) -> list[Line]:
    def ahead(label: str, at: datetime | None, note: str = "") -> Line:
        return Line(label, at, note, "ahead")

    if deposit.state == "unpaid":
        return [ahead("没有付款就自动失效", deposit.pay_until, "不产生任何费用")]
    if deposit.state in ("held", "visited"):
        lines = [ahead("没有成交就自动退回", deposit.returns_at, "全额，原路")]
        if deposit.kind == "earnest":
            lines.insert(0, ahead("冷静期结束", deposit.refundable_until, "之前可以无条件退款"))
        return lines
    if deposit.state == "returning":
        return [ahead("退款到账", None, "时间由支付渠道和银行决定")]
    return []


def _said(
    deposit: Deposit, now: datetime, refunds: Sequence[Refund], place: int
) -> tuple[str, str]:
    """What the state means and what to do, and the mark beside it."""
    sum_ = f"{yuan(deposit.amount_fen)} 元"
    match deposit.state:
        case "queued":
            return (
                f"你排在第 {place} 位，没有付钱。前面的人放弃后轮到你，"
                "到时在这里和通知里告诉你，再决定付不付。",
                "",
            )
        case "unpaid":
            until = f"请在 {clock(deposit.pay_until)} 前付款。" if deposit.pay_until else ""
            return f"{until}不付就自动失效，不产生任何费用。", ""
        case "held" | "visited":
            return _held(deposit, now), "held"
        case "done":
            return f"收款方确认已成交，{sum_}按约定抵车款。有异议请联系客服。", "held"
        case "returning":
            if any(refund.state == "stuck" for refund in refunds):
                return (
                    f"{sum_}的退款没有成功，客服正在处理，钱仍在你名下。"
                    "不用重复申请，有结果会在这里写明。",
                    "odd",
                )
            return (
                f"{_left(deposit, refunds)}正在原路退回，到账时间由支付渠道和银行决定。"
                + _because(deposit),
                "",
            )
        case "returned":
            return f"{sum_}已原路退回，请在付款的账户里查看。{_because(deposit)}", ""
        case "cancelled" | "expired":
            return (
                f"{deposit.reason}。" if deposit.reason else "没有在时间内付款。"
            ) + "没有产生费用。", ""
    raise ValueError(deposit.state)


def _held(deposit: Deposit, now: datetime) -> str:
    returns = (
        f"没有成交的话，{clock(deposit.returns_at)} 自动全额退回。" if deposit.returns_at else ""
    )
    if deposit.is_refundable(now):
        until = (
            f"{clock(deposit.refundable_until)} 前可以无条件退款。"
            if deposit.kind == "earnest" and deposit.refundable_until
            else "没有成交之前随时可以退。"
        )
    else:
        until = "冷静期已过：想退请和收款方商量，对方同意就立即退回。"
    return until + returns


def _because(deposit: Deposit) -> str:
    return f"原因：{deposit.reason}。" if deposit.reason else ""


def _left(deposit: Deposit, refunds: Sequence[Refund]) -> str:
    pending = sum(refund.amount_fen for refund in refunds if refund.state in ("waiting", "sent"))
    return f"{yuan(pending or deposit.amount_fen)} 元"


def watched(deposit: Deposit, attempt: PaymentAttempt | None, now: datetime) -> Watched | None:
    """None where nothing changes by itself soon."""
    seconds = _LOOKS.get(deposit.state)
    if seconds is None:
        return None
    shows = f"{attempt.number[-6:]}{attempt.state}" if attempt else ""
    left = left_in_words(deposit.pay_until, now) if deposit.pay_until else ""
    key = f"{deposit.state}-{shows}" if shows else deposit.state
    return Watched(deposit.number, key, seconds, left if deposit.state == "unpaid" else "")


def effect_said(effect: str) -> str:
    """What became of a notice: "again, refund done" -> "重复，没有再记；退款完成"."""
    of_payment, _, of_refund = effect.partition(", refund ")
    said = _EFFECTS.get(of_payment.partition(" ")[0], of_payment)
    return f"{said}；{_REFUND_EFFECTS.get(of_refund, of_refund)}" if of_refund else said


def left_in_words(until: datetime, now: datetime) -> str:
    """How long there is still: "29 分 40 秒", "11 小时 5 分", "0 秒"."""
    seconds = max(int((until - now).total_seconds()), 0)
    if seconds >= 3600:
        return f"{seconds // 3600} 小时 {seconds % 3600 // 60} 分"
    return f"{seconds // 60} 分 {seconds % 60} 秒" if seconds >= 60 else f"{seconds} 秒"


def order_of(deposit: Deposit) -> dict[str, Any]:
    """The order for the evidence pack; nothing of who its owner is but the account's number."""
    return {
        "单号": deposit.number,
        "账号编号": deposit.account_id,
        "状态": LABELS[deposit.state],
        "性质": deposit.kind_label,
        "金额（分）": deposit.amount_fen,
        "预约时的承诺": deposit.offered,
        "条款 SHA-256": deposit.terms_sha256,
        "确认条款": deposit.created_at,
        "付款成功": deposit.paid_at,
        "冷静期到": deposit.refundable_until,
        "自动退回": deposit.returns_at,
        "到店": deposit.visited_at,
        "结束": deposit.ended_at,
    }
