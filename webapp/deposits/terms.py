"""What is agreed: what each kind of deposit means in law, and the terms as they are stored.

The wording of 民法典 articles 586 to 588 was compared between several public reprints, not with
the official gazette, on the day `CHECKED_ON`. Nothing else of law is stated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

CHECKED_ON: Final = "2026-12-01"
VERSION: Final = "2026-12"
"""Of the wording: stands in the terms, so that an old text is recognised as that."""
_NOT_EARNEST: Final = "《民法典》第 586、587 条管的是“定金”；这一笔写明不是定金。"


@dataclass(frozen=True)
class Effect:
    """What one kind of deposit means: in two lines, and the articles they rest on."""

    label: str
    lines: tuple[str, str]
    law: str


EFFECTS: Final = {
    "booking": Effect(
        "订金",
        (
            "订金是预先付的一笔钱，不是“定金”：没有成交之前不想要了，全额退给你。",
            "双方都不适用定金罚则：你取消不扣钱，收款方没有做到也不是双倍返还，而是全额退回。",
        ),
        _NOT_EARNEST,
    ),
    "intention": Effect(
        "意向金",
        (
            "意向金只表示想来看车，不等于已经买下：没有成交之前不想看了，全额退给你。",
            "它不担保任何一方一定成交，也不是“定金”，不适用定金罚则。",
        ),
        _NOT_EARNEST,
    ),
    "earnest": Effect(
        "定金",
        (
            "定金是担保：违约使合同目的落空的，付的一方无权要回，收的一方应当双倍返还。",
            "数额不得超过车价的 20%，超过的部分没有定金的效力；买成了，定金抵车款或者收回。",
        ),
        "《民法典》第 586、587 条；同时约定了违约金的，守约的一方只能选一种（第 588 条）。",
    ),
}
"""By the kind as it is stored."""


def yuan(fen: int) -> str:
    """9900 -> "99", 9950 -> "99.50", -500000 -> "-5,000"."""
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02}" if rest else f"{sign}{whole:,}"


def hours(count: int) -> str:
    """72 -> "3 天", 24 -> "24 小时", 36 -> "36 小时"."""
    return f"{count // 24} 天" if count > 24 and count % 24 == 0 else f"{count} 小时"


def text_of(offered: Mapping[str, Any]) -> str:
    """The terms of an offer (`Offer.snapshot`) as plain text, the same for the same offer.

    Lines end in a line feed. Times are relative to the payment: the terms are shown before, and
    what is stored is what was shown.
    """
    effect = EFFECTS[offered["kind"]]
    stock = offered["stock_number"]
    lines = [
        f"车知 {effect.label}条款（{VERSION} 版）",
        "",
        f"收款方：{offered['seller']}",
        *([f"地点：{offered['store']}"] if offered["store"] else []),
        f"预约内容：{offered['title']}",
        *([f"车辆编号：{stock}，只指这一辆车"] if stock else []),
        f"金额：人民币 {yuan(offered['amount_fen'])} 元",
        f"性质：{effect.label}",
        *(["示例：这是演示数据，没有真实的商家，也不会真的收钱。"] if offered["is_demo"] else []),
        "",
        "一、这笔钱是什么",
        *effect.lines,
        effect.law,
        "",
        "二、收款方承诺",
        offered["promise"] or "没有另外的承诺。",
        *(
            ["保留期内这辆车只留给你。已经有人订下的，你排在后面，轮到之前不收钱。"]
            if stock
            else []
        ),
        "",
        "三、怎么退",
        *_returning(offered),
        "",
        "四、凭据",
        "付款前看到的就是这份条款，文字和它的 SHA-256 一起保存。条款、订单、收到的支付通知和"
        "时间线随时可以下载。",
    ]
    return "\n".join(lines) + "\n"


def _returning(offered: Mapping[str, Any]) -> list[str]:
    cooling = hours(offered["cooling_hours"])
    hold, visited = offered["hold_days"], offered["visited_days"]
    asked = (
        [
            f"冷静期：付款成功起 {cooling}内，可以申请全额退款，不用说理由。",
            "冷静期过后，退不退按上面的规则由双方处理；收款方随时可以退给你。",
        ]
        if offered["kind"] == "earnest"
        else ["没有成交之前随时可以申请，全额退款，不用说理由。"]
    )
    later = f"；收款方确认你到店看过车的，延到付款成功起 {visited} 天" if visited > hold else ""
    return [
        *asked,
        f"到期自动退：付款成功起 {hold} 天没有成交，全额自动退回，不用你做什么{later}。",
        "收款方退回，或者这一辆车卖给了别人，立即全额退回。",
        "退款原路返回：微信付的退回微信，支付宝付的退回支付宝，不收手续费。",
    ]


def digest_of(text: str) -> str:
    """SHA-256 in hex of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
