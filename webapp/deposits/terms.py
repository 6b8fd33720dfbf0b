"""What is agreed: the kinds of deposits and what each means in law, and the terms as stored.

The wording of 民法典 articles 586 to 588 was compared between several public reprints, not with
the official gazette, on the day `CHECKED_ON`. Nothing else of law is stated.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

CHECKED_ON: Final = "2026-12-01"
VERSION: Final = "2026-12"
"""Of the wording: stands in the terms, so that an old text is recognised as that."""


@dataclass(frozen=True)
class Kind:
    """One kind of deposit: its effect in two lines, and the articles they rest on."""

    label: str
    effect: tuple[str, str]
    law: str


KINDS: Final = {
    "dingjin": Kind(
        "订金",
        (
            "订金是预先付的一笔钱，不是“定金”：不想买了，在能退的时间内全额退给你。",
            "双方都不适用定金罚则：你取消不扣钱，收款方没有做到也不是双倍返还，而是全额退回。",
        ),
        "《民法典》第 586、587 条只管“定金”；这一笔写明不是定金。",
    ),
    "yixiangjin": Kind(
        "意向金",
        (
            "意向金只表示想来看车，不代表已经买下：不想看了，在能退的时间内全额退给你。",
            "它不担保任何一方一定成交，也不是“定金”，不适用定金罚则。",
        ),
        "《民法典》第 586、587 条只管“定金”；这一笔写明不是定金。",
    ),
    "earnest": Kind(
        "定金",
        (
            "定金是担保：付的一方不履行、合同目的落空，无权要回；收的一方不履行，应当双倍返还。",
            "数额不得超过车价的 20%，超过的部分没有定金的效力；买成了，定金抵车款或者收回。",
        ),
        "《民法典》第 586、587 条；同时约定了违约金的，另一方只能选一种（第 588 条）。",
    ),
}
"""By the code that is stored."""


@dataclass(frozen=True)
class Agreed:
    """What an offer promises, as far as the terms say it. Times are relative: the terms are shown
    before anybody has paid, and what is stored is what was shown."""

    kind: str
    payee: str
    car: str
    fen: int
    cooling_hours: int
    return_days: int
    promise: str
    stock: str = ""
    is_demo: bool = False


def yuan(fen: int) -> str:
    """9900 -> "99", 9950 -> "99.50"."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02}" if rest else f"{whole:,}"


def hours(count: int) -> str:
    """72 -> "3 天", 36 -> "36 小时"."""
    return f"{count // 24} 天" if count % 24 == 0 else f"{count} 小时"


def text_of(agreed: Agreed) -> str:
    """The terms as plain text, the same for the same offer: lines end in a line feed."""
    kind = KINDS[agreed.kind]
    lines = [
        f"车知 {kind.label}条款（{VERSION} 版）",
        "",
        f"收款方：{agreed.payee}",
        f"车：{agreed.car}" + (f"，车辆编号 {agreed.stock}" if agreed.stock else ""),
        f"金额：人民币 {yuan(agreed.fen)} 元",
        f"性质：{kind.label}",
        *(["示例：这是演示数据，没有真实的商家，也不会真的收钱。"] if agreed.is_demo else []),
        "",
        "一、这笔钱是什么",
        *kind.effect,
        kind.law,
        "",
        "二、收款方承诺",
        agreed.promise,
        *(
            ["这一辆车在保留期内只留给你。已经有人订了的，你排在后面，排到之前不收钱。"]
            if agreed.stock
            else []
        ),
        "",
        "三、怎么退",
        *_returning(agreed),
        "",
        "四、凭据",
        "付款前看到的就是这一份条款，文字和它的 SHA-256 一起保存。条款、订单、收到的支付通知和"
        "时间线可以随时下载。",
    ]
    return "\n".join(lines) + "\n"


def _returning(agreed: Agreed) -> list[str]:
    cooling = (
        f"冷静期：付款成功起 {hours(agreed.cooling_hours)}内，点“申请退款”就全额退，不用说理由。"
    )
    own = (
        "冷静期过后，退不退由双方按上面的规则处理；收款方可以随时退给你。"
        if agreed.kind == "earnest"
        else "冷静期过后，在自动退回之前仍可以申请，照样全额退。"
    )
    return [
        cooling,
        own,
        f"自动退回：付款成功起 {agreed.return_days} 天没有成交，全额自动退回，不用你做什么。"
        "到店看过车的，也到这一天为止。",
        "收款方拒绝、或者这辆车卖给了别人，立即全额退回。",
        "退款原路返回：微信付的退回微信，支付宝付的退回支付宝。手续费不由你出。",
    ]


def digest_of(text: str) -> str:
    """SHA-256 in hex of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
