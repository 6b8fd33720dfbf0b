"""Trades of Alipay: none until the payer has begun, then WAIT_BUYER_PAY, TRADE_SUCCESS,
TRADE_FINISHED or TRADE_CLOSED."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from scripts.sandbox.alipay.wire import APP, NOTICE_FAULTS, SELLER, notice_body, signed
from scripts.sandbox.notices import Made, Notice
from scripts.sandbox.paying import NotNow, Order, PaySandbox, Return
from scripts.sandbox.redirects import LOOPBACK
from scripts.sandbox.times import china, seconds_of

WAITS: Final = (240, 600, 600, 3600, 7200, 21600, 54000)
PRODUCTS: Final = {
    "alipay.trade.page.pay": "FAST_INSTANT_TRADE_PAY",
    "alipay.trade.wap.pay": "QUICK_WAP_WAY",
}
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
PENDING_SECONDS: Final = 10
REFUNDABLE_SECONDS: Final = 90 * 86400
AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,8})\.[0-9]{2}", re.ASCII)
NOTICED: Final = {
    "alipay.trade.page.pay": ("TRADE_SUCCESS",),
    "alipay.trade.wap.pay": ("TRADE_SUCCESS", "TRADE_CLOSED", "TRADE_FINISHED"),
}
"""Which states are told of without being asked for in the console."""


class Refusal(Exception):
    """A business error: code 40004 with this word."""

    def __init__(self, sub: str, message: str = "业务出错") -> None:
        super().__init__(sub)
        self.sub, self.message = sub, message


class Alipay(PaySandbox):
    """An order is what the cashier was opened with; a trade is there once the payer began."""

    words: ClassVar = {
        "": "还没有交易",
        "WAIT_BUYER_PAY": "等待付款",
        "TRADE_SUCCESS": "已支付",
        "TRADE_FINISHED": "已结束",
        "TRADE_CLOSED": "已关闭",
    }
    waits = WAITS

    def __init__(self, local: tuple[str, ...] = LOOPBACK) -> None:
        super().__init__(local)
        self.bills: dict[str, tuple[list[str], str]] = {}

    def reset(self) -> None:
        super().reset()
        self.bills = {}

    def takes(self, status: int, body: str) -> bool:
        return status == 200 and body == "success"

    def open(self, method: str, asked: dict[str, str], sent: dict[str, str]) -> Order:
        """The cashier for a request. Raises NotNow where it is wrong; the page says it."""
        number, amount = asked.get("out_trade_no", ""), asked.get("total_amount", "")
        subject = asked.get("subject", "")
        if not re.fullmatch(r"[0-9A-Za-z_]{1,64}", number, re.ASCII):
            raise NotNow("out_trade_no")
        if not AMOUNT.fullmatch(amount) or float(amount) < 0.01:
            raise NotNow("total_amount")
        if not 1 <= len(subject) <= 256 or set(subject) & set("/=&"):
            raise NotNow("subject")
        if asked.get("product_code") != PRODUCTS[method]:
            raise NotNow("product_code")
        try:
            ends = seconds_of(asked["time_expire"])
        except (KeyError, ValueError) as error:
            raise NotNow("time_expire") from error
        with self.lock:
            known = self.orders.get(number)
            if known is not None:
                if known.sent != asked:
                    raise NotNow("ACQ.CONTEXT_INCONSISTENT")
                return known
            if ends <= self.clock.now():
                raise NotNow("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR")
            order = Order(
                number,
                method,
                int(amount.replace(".", "")),
                subject,
                sent.get("notify_url", ""),
                ends,
                self.clock.now(),
                dict(asked),
                back=sent.get("return_url", ""),
            )
            self.orders[number] = order
            return order

    def back(self, number: str) -> str:
        """The return address with what Alipay adds and signs."""
        order = self.orders[number]
        if not order.back:
            return ""
        fields = {
            "charset": "utf-8",
            "out_trade_no": number,
            "method": f"{order.scene}.return",
            "total_amount": yuan(order.fen),
            "trade_no": order.trade,
            "auth_app_id": APP,
            "version": "1.0",
            "app_id": APP,
            "seller_id": SELLER,
            "timestamp": _time(self.clock.now()),
        }
        told = signed({name: value for name, value in fields.items() if value})
        return f"{order.back}{'&' if '?' in order.back else '?'}{urlencode(told)}"

    def scan(self, number: str) -> Order:
        """The payer logs in at the cashier: from now on there is a trade."""
        with self.lock:
            order = self.orders[number]
            if not order.state:
                if self.clock.now() >= order.expires:
                    raise NotNow("订单已过期")
                order.state = "WAIT_BUYER_PAY"
                order.trade = f"{_time(order.made)[:10].replace('-', '')}{next(self.numbers):020d}"
            return order

    def pay(self, number: str, *, wait: float = 0.0, fault: str = "") -> Notice:
        self.run()
        with self.lock:
            order = self.scan(number)
            if order.state != "WAIT_BUYER_PAY":
                raise NotNow(f"订单{self.words[order.state]}")
            order.state, order.paid_at = "TRADE_SUCCESS", self.clock.now()
        return self.told(number, wait=wait, fault=fault)

    def found(self, number: str) -> Order:
        """As it is by now."""
        self.run()
        return self._there(number)

    def _there(self, number: str) -> Order:
        with self.lock:
            order = self.orders.get(number)
        if order is None or not order.state:
            raise Refusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
        return order

    def close(self, number: str) -> Order:
        self.run()  # before the lock: whoever is told may ask at once
        with self.lock:
            order = self._there(number)
            if order.state != "WAIT_BUYER_PAY":
                raise Refusal("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
            order.state, order.closed_at = "TRADE_CLOSED", self.clock.now()
        self.change(order)
        return order

    def refund(self, asked: dict[str, str]) -> tuple[Order, bool]:
        """The order, and whether this call moved money."""
        amount = asked.get("refund_amount", "")
        if not AMOUNT.fullmatch(amount):
            raise Refusal("ACQ.INVALID_PARAMETER", "参数无效")
        fen = int(amount.replace(".", ""))
        self.run()
        with self.lock:
            order = self._there(asked.get("out_trade_no", ""))
            number = asked.get("out_request_no") or order.number
            known = order.returns.get(number)
            if known is not None:
                if known.fen != fen:
                    raise Refusal("ACQ.DISCORDANT_REPEAT_REQUEST", "重复请求的金额不一致")
                return order, False
            if order.state != "TRADE_SUCCESS":
                sub = {"TRADE_CLOSED": "HAS_CLOSE", "TRADE_FINISHED": "HAS_FINISHED"}
                raise Refusal(f"ACQ.TRADE_{sub.get(order.state, 'STATUS_ERROR')}", "交易状态不合法")
            if returned(order) + fen > order.fen:
                raise Refusal("ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额超过可退金额")
            if self.balance_short:
                raise Refusal("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
            now, pending = self.clock.now(), self.refund_outcome == "PENDING"
            ready = now + PENDING_SECONDS if pending else now
            order.returns[number] = Return(number, "", fen, now, ready)
        self.run()
        return order, not pending

    def run(self) -> None:
        """Expired trades close, old ones end, money given back arrives; and notices are sent."""
        changed: list[tuple[Order, str]] = []
        with self.lock:
            now = self.clock.now()
            for order in self.orders.values():
                if order.state == "WAIT_BUYER_PAY" and now >= order.expires:
                    order.state, order.closed_at = "TRADE_CLOSED", order.expires
                    changed.append((order, ""))
                for one in order.returns.values():
                    if not one.told and now >= one.ready:
                        one.told = True
                        if returned(order) == order.fen:
                            order.state, order.closed_at = "TRADE_CLOSED", one.ready
                        changed.append((order, one.number))
                ended = order.paid_at is not None and now >= order.paid_at + REFUNDABLE_SECONDS
                if order.state == "TRADE_SUCCESS" and ended:
                    order.state = "TRADE_FINISHED"
                    changed.append((order, ""))
        for order, number in changed:
            self.change(order, number)
        super().run()

    def change(self, order: Order, refund: str = "") -> None:
        """Tell of it, where this method's changes to this state are told."""
        if order.notify_url and order.state in NOTICED[order.scene]:
            self.told(order.number, refund=refund)

    def told(
        self,
        number: str,
        *,
        fault: str = "",
        wait: float = 0.0,
        event: str = "",
        refund: str = "",
        state: str = "",
    ) -> Notice:
        """`state` instead of the order's own, as in notices that come late or out of order."""
        order = self.orders[number]
        if fault and fault not in NOTICE_FAULTS:
            raise KeyError(fault)
        event = event or f"{next(self.numbers):032d}"
        fields = self.shown(order, event, state or order.state, refund)

        def make() -> Made:
            return FORM, notice_body(fields | {"notify_time": _time(self.clock.now())}, fault)

        return self.notices.add(Notice(event, number, order.notify_url, make, fault), wait=wait)

    def shown(self, order: Order, event: str, state: str, refund: str) -> dict[str, str]:
        """The fields of a notice; none is empty."""
        amount = yuan(order.fen)
        fields = {
            "notify_type": "trade_status_sync",
            "notify_id": event,
            "app_id": APP,
            "auth_app_id": APP,
            "charset": "utf-8",
            "version": "1.0",
            "trade_no": order.trade,
            "out_trade_no": order.number,
            "buyer_id": "2088000000000001",
            "seller_id": SELLER,
            "trade_status": state,
            "total_amount": amount,
            "subject": order.subject,
            "gmt_create": _time(order.made),
        }
        if order.paid_at is not None:
            paid = dict.fromkeys(("receipt_amount", "invoice_amount", "buyer_pay_amount"), amount)
            fields |= paid | {"gmt_payment": _time(order.paid_at), "point_amount": "0.00"}
        if refund:
            fields |= {
                "refund_fee": yuan(returned(order)),
                "out_biz_no": refund,
                "gmt_refund": _time(order.returns[refund].ready),
            }
        if order.closed_at is not None and state == "TRADE_CLOSED":
            fields["gmt_close"] = _time(order.closed_at)
        return fields

    def queried(self, order: Order) -> dict[str, Any]:
        own = {
            "buyer_logon_id": "159****5620",
            "out_trade_no": order.number,
            "trade_no": order.trade,
            "trade_status": order.state,
            "total_amount": yuan(order.fen),
            "subject": order.subject,
        }
        if order.paid_at is not None:
            amounts = ("receipt_amount", "buyer_pay_amount", "invoice_amount")
            own |= dict.fromkeys(amounts, yuan(order.fen)) | {"send_pay_date": _time(order.paid_at)}
        return own


def returned(order: Order) -> int:
    """What was given back of it so far, or is on its way."""
    return sum(one.fen for one in order.returns.values())


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _time(seconds: float) -> str:
    return china(seconds).strftime("%Y-%m-%d %H:%M:%S")
