"""A day's bill: backticks before each value, the totals in the last two lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from scripts.sandbox.paying import Order
from scripts.sandbox.times import china
from scripts.sandbox.wechatpay.wire import APPID, MERCHANT

HEAD: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS: Final = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


def bill(orders: Iterable[Order], day: str) -> str:
    """All that was paid and returned on that day in China."""
    rows, paid, returned = [], 0, 0
    for order in orders:
        if order.paid_at is not None and china(order.paid_at).date().isoformat() == day:
            rows.append(_row(order, order.paid_at, "", "", 0))
            paid += order.fen
        for back in order.returns.values():
            if back.told and china(back.ready).date().isoformat() == day:
                rows.append(_row(order, back.ready, back.id, back.number, back.fen))
                returned += back.fen
    totals = [str(len(rows)), _yuan(paid), _yuan(returned), "0.00", "0.00", _yuan(paid)]
    last = ",".join(f"`{cell}" for cell in [*totals, _yuan(returned)])
    return "\r\n".join([f"\ufeff{HEAD}", *rows, TOTALS, last]) + "\r\n"


def _row(order: Order, at: float, refund_id: str, refund: str, fen: int) -> str:
    back = bool(refund)
    cells = [
        china(at).strftime("%Y-%m-%d %H:%M:%S"),
        APPID,
        MERCHANT,
        "0",
        "",
        order.trade,
        order.number,
        "oSandboxPayer",
        order.scene.upper(),
        "REFUND" if back else "SUCCESS",
        "OTHERS",
        "CNY",
        "0.00" if back else _yuan(order.fen),
        "0.00",
        refund_id or "0",
        refund or "0",
        _yuan(fen),
        "0.00",
        "ORIGINAL" if back else "",
        "SUCCESS" if back else "",
        order.subject.replace(",", " "),
        "",
        "0.00",
        "0.60%",
        "0.00" if back else _yuan(order.fen),
        _yuan(fen),
        "",
    ]
    return ",".join(f"`{cell}" for cell in cells)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
