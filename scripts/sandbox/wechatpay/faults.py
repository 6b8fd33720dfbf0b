"""The faults of WeChat Pay's answers by name; the page of the sandbox offers them in these words.

Actions besides the common ones: `sign` is "wrong", "signtest" or "none"; `skew` moves the time of
the signature by seconds; `serial` claims another key; `refuse` is `[status, code]`, signed.
"""

from __future__ import annotations

from typing import Any, Final

from scripts.sandbox.frame import Catalogue, Part


def _creating(action: dict[str, Any], times: int | None = 1) -> tuple[Part, ...]:
    return (("create", action, times),)


def _asking(action: dict[str, Any], times: int | None = 1) -> tuple[Part, ...]:
    return (("query", action, times),)


NAMED: Final[Catalogue] = {
    "create-lost": ("下单成了，回答丢失", _creating({"reset_after_effect": True})),
    "create-system-error": (
        "下单成了，回答系统错误",
        _creating({"refuse": [500, "SYSTEM_ERROR"], "late": True}),
    ),
    "create-used": ("商户订单号重复", _creating({"refuse": [403, "OUT_TRADE_NO_USED"]})),
    "create-limited": ("下单太频繁（429）", _creating({"refuse": [429, "FREQUENCY_LIMITED"]})),
    "create-slow": ("下单慢 12 秒", _creating({"delay": 12.0})),
    "create-html": ("下单返回网页", _creating({"html": True})),
    "query-wrong-signature": ("查询的回答签名不对", _asking({"sign": "wrong"})),
    "query-signtest": ("查询的回答是探测签名", _asking({"sign": "signtest"})),
    "query-unsigned": ("查询的回答没有签名", _asking({"sign": "none"})),
    "query-502": ("查询时 502", _asking({"status": 502})),
    "close-wrong-signature": ("关单的回答签名不对", (("close", {"sign": "wrong"}, 1),)),
    "refund-lost": ("退款成了，回答丢失", (("refund", {"reset_after_effect": True}, 1),)),
    "refund-short": ("余额不足", (("refund", {"refuse": [403, "NOT_ENOUGH"]}, 1),)),
}
