"""The faults of Alipay's answers by name; the page of the sandbox offers them in these words.

Actions besides the common ones: `sign` is "wrong" or "none"; `unknown` does the work and answers
20000; `code` answers 40004 with this word and does nothing; `unsigned` is an `error_response`.
"""

from __future__ import annotations

from typing import Any, Final

from scripts.sandbox.frame import Catalogue, Rule

FORGED: Final = {"code": "40002", "sub_code": "isv.x", "trade_status": "TRADE_SUCCESS"}


def _fault(method: str, action: dict[str, Any]) -> tuple[tuple[str, dict[str, Any], int], ...]:
    return ((f"alipay.trade.{method}", action, 1),)


NAMED: Final[Catalogue] = {
    "query-wrong-signature": ("查询的回答签名不对", _fault("query", {"sign": "wrong"})),
    "query-unsigned": ("查询的回答没有签名", _fault("query", {"sign": "none"})),
    "query-forged": ("没有签名的错误里写着已付款", _fault("query", {"unsigned": FORGED})),
    "query-unknown": ("查询的结果未知（20000）", _fault("query", {"unknown": True})),
    "query-html": ("查询返回网页", _fault("query", {"html": True})),
    "query-limited": (
        "查询太频繁（40005）",
        _fault("query", {"unsigned": {"code": "40005", "sub_code": "isv.app-call-limited"}}),
    ),
    "close-unknown": ("关单的结果未知（20000）", _fault("close", {"unknown": True})),
    "refund-unknown": ("退款成了，结果未知（20000）", _fault("refund", {"unknown": True})),
    "refund-lost": ("退款成了，回答丢失", _fault("refund", {"reset_after_effect": True})),
    "refund-short": ("余额不足", _fault("refund", {"code": "ACQ.SELLER_BALANCE_NOT_ENOUGH"})),
}


def named(name: str) -> list[Rule]:
    """The rules of one fault. Raises KeyError for no such fault."""
    return [
        Rule({"endpoint": "gateway", "method": method}, dict(action), times, name)
        for method, action, times in NAMED[name][1]
    ]
