"""Orders and refunds of WeChat Pay: NOTPAY, SUCCESS, REFUND, CLOSED."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar, Final

from scripts.sandbox.notices import Made, Notice
from scripts.sandbox.paying import NotNow, Order, PaySandbox, Return
from scripts.sandbox.redirects import LOOPBACK
from scripts.sandbox.times import china
from scripts.sandbox.wechatpay.wire import APPID, KEY_ID, MERCHANT, NOTICE_FAULTS, SIGNERS, notice

HOURS: Final = 3600
WAITS: Final = (
    (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600) + (3 * HOURS,) * 3 + (6 * HOURS,) * 2
)
TYPES: Final = {"native": "NATIVE", "h5": "MWEB", "jsapi": "JSAPI"}
MOST_REFUNDS: Final = 50
REFUND_SECONDS: Final = 2
PAUSE_SECONDS: Final = 60
YEAR_SECONDS: Final = 365 * 86400
NUMBER: Final = re.compile(r"[0-9A-Za-z_|*-]{6,32}", re.ASCII)
REFUND_NUMBER: Final = re.compile(r"[0-9A-Za-z_|*@-]{1,64}", re.ASCII)


class Refusal(Exception):
    """An error answer of the channel."""

    def __init__(self, status: int, code: str, message: str, **detail: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.detail = status, code, message, detail


def wrong(field: str, why: str) -> Refusal:
    return Refusal(400, "PARAM_ERROR", f"参数错误：{why}", field=field, issue=why)


class WeChatPay(PaySandbox):
    """`serial` is the key that signs notices; answers follow the request."""

    words: ClassVar = {
        "NOTPAY": "未支付",
        "SUCCESS": "已支付",
        "REFUND": "已退款",
        "CLOSED": "已关闭",
    }
    waits = WAITS

    def __init__(self, local: tuple[str, ...] = LOOPBACK) -> None:
        super().__init__(local)
        self.serial = KEY_ID
        self.seen: set[str] = set()
        self.bills: dict[str, bytes] = {}

    def reset(self) -> None:
        super().reset()
        self.serial = KEY_ID
        self.seen = set()

    def takes(self, status: int, body: str) -> bool:
        return status in (200, 204)

    def create(self, scene: str, sent: dict[str, Any]) -> Order:
        """The order; the one that is there for the very same request."""
        expires = self._checked(scene, sent)
        number = sent["out_trade_no"]
        with self.lock:
            known = self.orders.get(number)
            if known is None:
                amount = sent["amount"]["total"]
                known = Order(
                    number,
                    scene,
                    amount,
                    sent["description"],
                    sent["notify_url"],
                    expires,
                    self.clock.now(),
                    sent,
                    state="NOTPAY",
                )
                self.orders[number] = known
            if known.state == "CLOSED":
                raise Refusal(400, "ORDER_CLOSED", "订单已关闭")
            if known.state != "NOTPAY":
                raise Refusal(400, "ORDERPAID", "该订单已支付")
            if (known.scene, known.sent) != (scene, sent):
                raise Refusal(403, "OUT_TRADE_NO_USED", "商户订单号重复")
            return known

    def _checked(self, scene: str, sent: dict[str, Any]) -> float:
        if sent.get("mchid") != MERCHANT or sent.get("appid") != APPID:
            raise Refusal(400, "APPID_MCHID_NOT_MATCH", "appid 和 mchid 不匹配")
        description = sent.get("description")
        if not isinstance(description, str) or not 1 <= len(description) <= 127:
            raise wrong("/body/description", "1 到 127 个字符")
        if not NUMBER.fullmatch(str(sent.get("out_trade_no", ""))):
            raise wrong("/body/out_trade_no", "6 到 32 位")
        url = str(sent.get("notify_url", ""))
        if not re.fullmatch(r"https?://[^?#\s]{1,247}", url):
            raise wrong("/body/notify_url", "不能带查询串")
        amount = sent.get("amount") or {}
        total = amount.get("total")
        if type(total) is not int or total < 1 or amount.get("currency", "CNY") != "CNY":
            raise wrong("/body/amount/total", "整数，至少 1 分")
        if scene == "jsapi" and not (sent.get("payer") or {}).get("openid"):
            raise wrong("/body/payer/openid", "必填")
        info = sent.get("scene_info") or {}
        if scene == "h5" and not (
            info.get("payer_client_ip")
            and (info.get("h5_info") or {}).get("type") in ("Wap", "iOS", "Android")
        ):
            raise wrong("/body/scene_info", "payer_client_ip 和 h5_info.type 必填")
        try:
            expires = datetime.fromisoformat(sent["time_expire"])
        except (KeyError, TypeError, ValueError) as error:
            raise wrong("/body/time_expire", "RFC 3339") from error
        ahead = expires.timestamp() - self.clock.now() if expires.tzinfo else 0.0
        if not 55 <= ahead <= 90 * 86400:
            raise wrong("/body/time_expire", "1 分钟到 90 天以后，带时区")
        return expires.timestamp()

    def found(self, number: str) -> Order:
        with self.lock:
            order = self.orders.get(number)
        if order is None:
            raise Refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        return order

    def close(self, number: str) -> None:
        with self.lock:
            order = self.found(number)
            if order.state in ("SUCCESS", "REFUND"):
                raise Refusal(400, "ORDERPAID", "该订单已支付")
            order.state = "CLOSED"

    def pay(self, number: str, *, wait: float = 0.0, fault: str = "", late: bool = False) -> Notice:
        """`late`: it was under way when the order was closed or ran out."""
        with self.lock:
            order = self.orders[number]
            closed = order.state == "CLOSED" or self.clock.now() >= order.expires
            if order.paid_at is not None or (closed and not late):
                raise NotNow("订单已关闭或已过期" if closed else "订单已经付过了")
            order.state, order.paid_at = "SUCCESS", self.clock.now()
            order.trade = f"4200{next(self.numbers):024d}"
        return self.told(number, wait=wait, fault=fault)

    def told(
        self,
        number: str,
        *,
        fault: str = "",
        wait: float = 0.0,
        event: str = "",
        refund: str = "",
        serial: str = "",
    ) -> Notice:
        order = self.orders[number]
        serial = serial or self.serial
        if (fault and fault not in NOTICE_FAULTS) or serial not in SIGNERS:
            raise KeyError(fault or serial)
        event = event or f"EV-{next(self.numbers):030d}"
        if refund:
            back = order.returns[refund]
            kind = f"REFUND.{self.status_of(back)}"
        else:
            kind = "TRANSACTION.SUCCESS"

        def make() -> Made:
            plain = self.refund_told(order, back) if refund else self.shown(order)
            return notice(event, kind, plain, serial, fault)

        url = back.told_to if refund else order.notify_url
        return self.notices.add(Notice(event, number, url, make, fault), wait=wait)

    def shown(self, order: Order) -> dict[str, Any]:
        """What a query and a notice say of it; less where it was not paid."""
        own: dict[str, Any] = {
            "appid": APPID,
            "mchid": MERCHANT,
            "out_trade_no": order.number,
            "trade_type": TYPES[order.scene],
            "trade_state": order.state,
            "trade_state_desc": self.words[order.state],
            "attach": order.sent.get("attach", ""),
        }
        if order.paid_at is None:
            return own
        return own | {
            "transaction_id": order.trade,
            "bank_type": "OTHERS",
            "success_time": china(order.paid_at).isoformat(timespec="seconds"),
            "payer": {"openid": (order.sent.get("payer") or {}).get("openid", "oSandboxPayer")},
            "amount": {
                "total": order.fen,
                "payer_total": order.fen,
                "currency": "CNY",
                "payer_currency": "CNY",
            },
        }

    def refund(self, sent: dict[str, Any]) -> tuple[Order, Return]:
        """The refund; the one that is there for the same number and amount."""
        number, amount = str(sent.get("out_refund_no", "")), sent.get("amount") or {}
        if not REFUND_NUMBER.fullmatch(number):
            raise wrong("/body/out_refund_no", "1 到 64 位")
        fen = amount.get("refund")
        if type(fen) is not int or fen < 1 or amount.get("currency") != "CNY":
            raise wrong("/body/amount/refund", "整数，至少 1 分")
        with self.lock:
            order = self._refundable(sent, amount)
            known = order.returns.get(number)
            if known is not None:
                if known.fen != fen:
                    raise Refusal(400, "INVALID_REQUEST", "退款单号重复，金额不一致")
                return order, known
            counted = [one for one in order.returns.values() if self.status_of(one) != "CLOSED"]
            if sum(one.fen for one in counted) + fen > order.fen or len(counted) >= MOST_REFUNDS:
                raise Refusal(400, "INVALID_REQUEST", "超过可退金额或次数")
            if self.balance_short:
                raise Refusal(403, "NOT_ENOUGH", "基本账户余额不足")
            now = self.clock.now()
            if any(now - one.made < PAUSE_SECONDS for one in counted):
                raise Refusal(429, "FREQUENCY_LIMITED", "同一订单两次退款至少间隔 1 分钟")
            made = Return(
                number,
                f"5030{next(self.numbers):024d}",
                fen,
                now,
                now + REFUND_SECONDS,
                self.refund_outcome,
                told_to=str(sent.get("notify_url") or order.notify_url),
            )
            order.returns[number] = made
            return order, made

    def _refundable(self, sent: dict[str, Any], amount: dict[str, Any]) -> Order:
        order = self.orders.get(str(sent.get("out_trade_no")))
        if order is None or order.paid_at is None:
            raise Refusal(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        if amount.get("total") != order.fen:
            raise Refusal(400, "INVALID_REQUEST", "订单金额不一致")
        if self.clock.now() - order.paid_at > YEAR_SECONDS:
            raise Refusal(400, "INVALID_REQUEST", "超过一年的订单不能退款")
        return order

    def status_of(self, back: Return) -> str:
        return back.outcome if self.clock.now() >= back.ready else "PROCESSING"

    def found_refund(self, number: str) -> tuple[Order, Return]:
        with self.lock:
            for order in self.orders.values():
                if number in order.returns:
                    return order, order.returns[number]
        raise Refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")

    def run(self) -> None:
        """Refunds that have arrived are told, and expired orders swept."""
        with self.lock:
            now = self.clock.now()
            ready = [
                (order, back)
                for order in self.orders.values()
                for back in order.returns.values()
                if not back.told and now >= back.ready
            ]
            for order, back in ready:
                back.told = True
                if back.outcome == "SUCCESS":
                    order.state = "REFUND"
        for order, back in ready:
            self.told(order.number, refund=back.number)
        super().run()

    def refund_shown(self, order: Order, back: Return) -> dict[str, Any]:
        status = self.status_of(back)
        own = {
            "refund_id": back.id,
            "out_refund_no": back.number,
            "transaction_id": order.trade,
            "out_trade_no": order.number,
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": china(back.made).isoformat(timespec="seconds"),
            "status": status,
            "amount": {
                "total": order.fen,
                "refund": back.fen,
                "payer_total": order.fen,
                "payer_refund": back.fen,
                "settlement_refund": back.fen,
                "settlement_total": order.fen,
                "discount_refund": 0,
                "currency": "CNY",
            },
        }
        if status == "SUCCESS":
            own["success_time"] = china(back.ready).isoformat(timespec="seconds")
        return own

    def refund_told(self, order: Order, back: Return) -> dict[str, Any]:
        """A notice has fewer fields than an answer, and its own word for the state."""
        shown = self.refund_shown(order, back)
        amounts = ("total", "refund", "payer_total", "payer_refund")
        kept = ("out_trade_no", "transaction_id", "out_refund_no", "refund_id", "success_time")
        return {
            "mchid": MERCHANT,
            **{name: shown[name] for name in kept if name in shown},
            "refund_status": shown["status"],
            "user_received_account": shown["user_received_account"],
            "amount": {name: shown["amount"][name] for name in amounts},
        }
