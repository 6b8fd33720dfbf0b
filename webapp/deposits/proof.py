"""What goes into the evidence pack of a deposit."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from webapp.deposits import queries
from webapp.deposits.evidence import MANIFEST, written
from webapp.deposits.models import Deposit, PaymentAttempt, Refund
from webapp.deposits.pages import (
    ATTEMPT_STATES,
    LABELS,
    REFUND_STATES,
    VERDICTS,
    effect_said,
    order_of,
)
from webapp.deposits.telling import EVENTS
from webapp.deposits.terms import digest_of
from webapp.formatting import clock

_README: Final = """车知 证据包

单号 {number}，{made_at} 生成。

terms.txt      确认时的条款，一字不改。它的 SHA-256 在确认时就存下：{digest}
order.json     订单：金额（分）、性质、预约时的承诺、各个时间
payments.json  付款和退款：本站单号、渠道交易号、金额（分）、时间
timeline.json  经过，每一步的时间
messages.txt   本站就这笔订金告诉你的话
notices/       支付渠道发来的通知，原样保存：请求头、正文和核对结果
{manifest}  以上每个文件的 SHA-256，解开后运行 sha256sum -c {manifest} 核对

时间是北京时间，金额是人民币分。
"""


def files_of(deposit: Deposit, now: datetime) -> dict[str, str | bytes]:
    """File to content, in the order in which they are read."""
    files: dict[str, str | bytes] = {
        "readme.txt": _README.format(
            number=deposit.number,
            made_at=clock(now),
            digest=deposit.terms_sha256,
            manifest=MANIFEST,
        ),
        "terms.txt": deposit.terms,
        "order.json": written(order_of(deposit)),
        "payments.json": written(
            {
                "付款": [_attempt(one) for one in queries.attempts(deposit.id)],
                "退款": [_refund(one) for one in queries.refunds(deposit.id)],
            }
        ),
        "timeline.json": written(
            [
                {"时间": event.at, "事件": event.event, "说明": EVENTS[event.event]}
                | ({"备注": event.detail} if event.detail else {})
                for event in queries.timeline(deposit.id)
            ]
        ),
        "messages.txt": _messages(deposit),
    }
    assert digest_of(deposit.terms) == deposit.terms_sha256, "the terms are not those agreed to"
    return files | _notices(deposit)


def _messages(deposit: Deposit) -> str:
    lines = [f"{deposit.title}：{LABELS[deposit.state]}"]
    for event in queries.timeline(deposit.id):
        detail = f"（{event.detail}）" if event.detail else ""
        lines.append(f"{clock(event.at)}  {EVENTS[event.event]}{detail}")
    return "\n".join(lines) + "\n"


def _notices(deposit: Deposit) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {}
    for count, notice in enumerate(queries.notices(deposit.id), start=1):
        name = f"notices/{count:03}-{notice.channel}"
        told: dict[str, Any] = {
            "收到": notice.received_at,
            "渠道的编号": notice.event,
            "核对结果": VERDICTS[notice.verdict],
            "效果": effect_said(notice.effect),
            "请求头": json.loads(notice.headers),
        }
        files[f"{name}.json"] = written(told)
        files[f"{name}.body"] = notice.body
    return files


def _attempt(attempt: PaymentAttempt) -> dict[str, Any]:
    return {
        "单号": attempt.number,
        "渠道": attempt.channel_label,
        "状态": ATTEMPT_STATES[attempt.state],
        "金额（分）": attempt.amount_fen,
        "收到（分）": attempt.paid_fen,
        "渠道交易号": attempt.trade,
        "打开": attempt.created_at,
        "付款": attempt.paid_at,
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "退款单号": refund.number,
        "渠道": refund.attempt.channel_label,
        "状态": REFUND_STATES[refund.state],
        "金额（分）": refund.amount_fen,
        "原因": refund.cause_label,
        "理由": refund.reason,
        "申请": refund.created_at,
        "完成": refund.done_at,
    }
