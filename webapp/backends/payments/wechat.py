"""WeChat Pay, API v3, for one merchant of its own."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from webapp.backends.payments.calling import LONGEST_BILL, Answered, call
from webapp.backends.payments.port import (
    Action,
    BadNotice,
    BillLine,
    Cause,
    Notice,
    Order,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    Refused,
    Scene,
    Unknown,
)
from webapp.backends.payments.wechat_signing import Merchant, fault_of, opened
from webapp.clock import timestamp

CURRENCY: Final = "CNY"
KEY_PREFIX: Final = "PUB_KEY_ID_"
_TRADES: Final[dict[str, PaymentState]] = {
    "SUCCESS": "paid",
    "REFUND": "paid",
    "NOTPAY": "waiting",
    "USERPAYING": "waiting",
    "PAYERROR": "waiting",
    "CLOSED": "closed",
    "REVOKED": "closed",
}
_REFUNDS: Final[dict[str, RefundState]] = {
    "SUCCESS": "done",
    "PROCESSING": "processing",
    "CLOSED": "closed",
    "ABNORMAL": "stuck",
}
_CAUSES: Final[dict[str, Cause]] = {
    "PARAMERROR": "bug",
    "INVALIDREQUEST": "bug",
    "OPENIDMISMATCH": "bug",
    "APPIDMCHIDNOTMATCH": "settings",
    "MCHNOTEXISTS": "settings",
    "SIGNERROR": "settings",
    "NOAUTH": "settings",
    "RULELIMIT": "settings",
    "REQUESTBLOCKED": "settings",
    "ORDERCLOSED": "closed",
    "ORDERPAID": "paid",
    "OUTTRADENOUSED": "used",
    "NOTENOUGH": "balance",
    "FREQUENCYLIMITED": "limits",
    "RATELIMITEXCEEDED": "limits",
}
"""By the code without its underscores: its spelling differs between the channel's own pages."""
_ABSENT: Final = ("ORDERNOTEXIST", "RESOURCENOTEXISTS", "NOSTATEMENTEXIST")
_UNCERTAIN: Final = ("SYSTEMERROR", "BANKERROR", "TRADEERROR", "USERPAYING")


@dataclass(frozen=True)
class WeChatPay:
    """`keys` verify, by their id or the serial of their certificate; `secret` is the APIv3 key."""

    base: str
    merchant: Merchant
    app: str
    secret: bytes = field(repr=False)
    keys: Mapping[str, RSAPublicKey]
    clock: Callable[[], float] = timestamp
    nonce: Callable[[], str] = lambda: secrets.token_hex(16)
    name: Literal["wechatpay"] = "wechatpay"

    def create(self, order: Order, scene: Scene) -> Action:
        asked: dict[str, Any] = {
            "appid": self.app,
            "mchid": self.merchant.number,
            "description": order.subject,
            "out_trade_no": order.number,
            "time_expire": order.expires_at.isoformat(timespec="seconds"),
            "notify_url": order.notify_url,
            "amount": {"total": order.fen, "currency": CURRENCY},
        }
        match scene:
            case "desktop":
                found = self._asked("POST", "/v3/pay/transactions/native", asked)
                return Action("qr", _text(found, "code_url"))
            case "phone":
                asked["scene_info"] = {
                    "payer_client_ip": order.address,
                    "h5_info": {"type": "Wap"},
                }
                found = self._asked("POST", "/v3/pay/transactions/h5", asked)
                back = f"&redirect_url={quote(order.back, safe='')}" if order.back else ""
                return Action("redirect", _text(found, "h5_url") + back)
            case "wechat":
                asked["payer"] = {"openid": order.payer}
                found = self._asked("POST", "/v3/pay/transactions/jsapi", asked)
                given = self.merchant.bridge(
                    self.app, _text(found, "prepay_id"), at=int(self.clock()), nonce=self.nonce()
                )
                return Action("bridge", parameters=given)

    def query(self, number: str) -> Payment:
        path = f"/v3/pay/transactions/out-trade-no/{number}?mchid={self.merchant.number}"
        found = self._asked("GET", path, absent=True)
        if found is None:
            return Payment("absent", number)
        payment = self._payment(found, number)
        if payment.state == "paid" and self._odd(found):
            raise Unknown(self.name, "an answer about somebody else's money")
        return payment

    def close(self, number: str) -> Payment:
        path = f"/v3/pay/transactions/out-trade-no/{number}/close"
        try:
            self._asked("POST", path, {"mchid": self.merchant.number}, absent=True)
        except Refused as refused:
            if refused.cause not in ("paid", "closed"):
                raise
            return self.query(number)
        return Payment("closed", number)

    def refund(self, number: str, refund: str, fen: int, total: int, reason: str) -> Refund:
        asked = {
            "out_trade_no": number,
            "out_refund_no": refund,
            "reason": reason,
            "amount": {"refund": fen, "total": total, "currency": CURRENCY},
        }
        return _refund(self._asked("POST", "/v3/refund/domestic/refunds", asked), refund, "status")

    def query_refund(self, number: str, refund: str) -> Refund:
        found = self._asked("GET", f"/v3/refund/domestic/refunds/{refund}", absent=True)
        return Refund("absent", refund) if found is None else _refund(found, refund, "status")

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        if fault := fault_of(self.keys, headers, body, self.clock):
            raise BadNotice(self.name, fault)
        try:
            told = json.loads(body)
            event, kind = _text(told, "id"), _text(told, "event_type")
            if not kind.startswith(("TRANSACTION.", "REFUND.")):
                return Notice(self.name, event, kind)
            found = opened(self.secret, told["resource"])
            return self._notice(event, kind, found)
        except (ValueError, KeyError, TypeError, Unknown) as error:
            raise BadNotice(self.name, f"it cannot be read: {type(error).__name__}") from error

    def bill(self, day: str) -> Iterator[BillLine]:
        query = urlencode({"bill_date": day, "bill_type": "ALL", "tar_type": "GZIP"})
        found = self._asked("GET", f"/v3/bill/tradebill?{query}", absent=True)
        if found is None:  # a day without a movement
            return
        url = urlsplit(_text(found, "download_url"))
        path = f"{url.path}?{url.query}" if url.query else url.path
        answered = self._sent("GET", path, "", longest=LONGEST_BILL)
        try:
            text = gzip.decompress(answered.body) if answered.status == 200 else b""
        except (OSError, EOFError) as error:
            raise Unknown(self.name, "its bill does not unpack") from error
        digest = hashlib.sha1(text, usedforsecurity=False).hexdigest()
        if digest != _text(found, "hash_value").lower():
            raise Unknown(self.name, "its bill is not the one it named")
        yield from _lines(text.decode("utf-8"))

    def _notice(self, event: str, kind: str, found: Mapping[str, Any]) -> Notice:
        number = _text(found, "out_trade_no")
        if kind.startswith("REFUND."):
            foreign = "" if found.get("mchid") == self.merchant.number else "merchant"
            refund = _refund(found, _text(found, "out_refund_no"), "refund_status")
            payment = Payment("paid", number, str(found.get("transaction_id", "")))
            return Notice(self.name, event, kind, payment, refund, foreign)
        return Notice(self.name, event, kind, self._payment(found, number), None, self._odd(found))

    def _odd(self, found: Mapping[str, Any]) -> str:
        if found.get("mchid") != self.merchant.number:
            return "merchant"
        if found.get("appid") != self.app:
            return "application"
        amount = found.get("amount")
        return "" if not amount or amount.get("currency", CURRENCY) == CURRENCY else "currency"

    def _payment(self, found: Mapping[str, Any], number: str) -> Payment:
        try:
            state = _TRADES[_text(found, "trade_state")]
            if found.get("out_trade_no") != number:
                raise Unknown(self.name, "an answer about something else")
            amount = found.get("amount") or {}
            paid = found.get("success_time")
            return Payment(
                state,
                number,
                str(found.get("transaction_id", "")),
                int(amount["total"]) if "total" in amount else None,
                datetime.fromisoformat(paid) if paid else None,
                0 if found["trade_state"] == "SUCCESS" else None,
            )
        except (ValueError, KeyError, TypeError) as error:
            raise Unknown(self.name, "an answer that cannot be read") from error

    def _asked(self, method: str, path: str, asked: object = None, *, absent: bool = False) -> Any:
        """The answer's object, {} for an empty one; None for what is not there, with `absent`."""
        body = "" if asked is None else json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
        answered = self._sent(method, path, body)
        if fault := fault_of(self.keys, answered.headers, answered.body, self.clock):
            raise Unknown(self.name, f"{answered.status} with {fault}")
        if answered.status == 204:
            return {}
        try:
            found = json.loads(answered.body)
            if answered.status in (200, 202) and "code" not in found:
                return found
            code = str(found["code"]).upper()[:40]
        except (ValueError, KeyError, TypeError) as error:
            raise Unknown(self.name, f"{answered.status} that cannot be read") from error
        plain = code.replace("_", "")
        if absent and plain in _ABSENT:
            return None
        if plain in _UNCERTAIN or (answered.status >= 500 and plain not in _CAUSES):
            raise Unknown(self.name, code)
        raise Refused(self.name, code, _CAUSES.get(plain, "refused"))

    def _sent(self, method: str, path: str, body: str, **options: Any) -> Answered:
        at, nonce = int(self.clock()), self.nonce()
        headers = {
            "Authorization": self.merchant.authorization(method, path, body, at=at, nonce=nonce),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "chezhi",
        }
        if own := next((key for key in self.keys if key.startswith(KEY_PREFIX)), ""):
            headers["Wechatpay-Serial"] = own
        sent = body.encode()
        return call(self.name, method, self.base + path, headers=headers, body=sent, **options)


def _text(found: Mapping[str, Any], name: str) -> str:
    """Raises KeyError and TypeError."""
    value = found[name]
    if not isinstance(value, str) or not value:
        raise TypeError(name)
    return value


def _refund(found: Mapping[str, Any], number: str, status: str) -> Refund:
    try:
        done = found.get("success_time")
        return Refund(
            _REFUNDS[found[status]],
            number,
            int(found["amount"]["refund"]),
            datetime.fromisoformat(done) if done else None,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Unknown("wechatpay", "a refund that cannot be read") from error


def _lines(text: str) -> Iterator[BillLine]:
    """Each value begins with a backtick; the last two lines are the totals."""
    rows = list(csv.reader(text.splitlines()))
    if len(rows) < 3:
        return
    head = [cell.lstrip("\ufeff") for cell in rows[0]]
    for row in rows[1:-2]:
        cells = dict(zip(head, (cell.lstrip("`").strip() for cell in row), strict=False))
        refund = cells.get("商户退款单号", "")
        refund = "" if refund == "0" else refund
        wanted = "退款金额" if refund else "订单金额"
        try:
            fen = int(Decimal(cells.get(wanted, "")) * 100)
        except InvalidOperation as error:
            raise Unknown("wechatpay", "a bill that cannot be read") from error
        yield BillLine(
            cells.get("商户订单号", ""),
            cells.get("微信订单号", ""),
            -fen if refund else fen,
            refund,
        )
