"""Alipay's gateway, with a public key or in certificate mode."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from webapp.backends.payments.alipay_signing import (
    SIGN_TYPE,
    notice_fields,
    notice_is_good,
    request_text,
    sealed,
)
from webapp.backends.payments.calling import LONGEST_BILL, call
from webapp.backends.payments.keys import sign, verifies
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
    Refused,
    Scene,
    Unknown,
)
from webapp.clock import CHINA, timestamp

OK: Final = "10000"
_TRADES: Final[dict[str, PaymentState]] = {
    "WAIT_BUYER_PAY": "waiting",
    "TRADE_SUCCESS": "paid",
    "TRADE_FINISHED": "paid",
    "TRADE_CLOSED": "closed",
}
_CAUSES: Final[tuple[tuple[str, Cause], ...]] = (
    ("TRADE_HAS_SUCCESS", "paid"),
    ("TRADE_STATUS_ERROR", "paid"),
    ("REASON_TRADE_STATUS_INVALID", "paid"),
    ("TRADE_HAS_CLOSE", "closed"),
    ("CONTEXT_INCONSISTENT", "used"),
    ("SELLER_BALANCE_NOT_ENOUGH", "balance"),
    ("isv.invalid-signature", "settings"),
    ("isv.invalid-app-id", "settings"),
    ("isv.app-cert-expired", "settings"),
    ("isv.missing-signature", "settings"),
    ("isv.insufficient-isv-permissions", "settings"),
    ("PARTNER_ERROR", "settings"),
    ("ACCESS_FORBIDDEN", "settings"),
    ("isv.", "bug"),
    ("INVALID_PARAMETER", "bug"),
)
"""By a part of the word: its spelling is loose in the channel's own tables."""
_LONGEST_FILE: Final = 256 * 1024 * 1024


@dataclass(frozen=True)
class Alipay:
    """`certificates` are the numbers of the application's and the root certificates, in
    certificate mode; `keys` verify, by the number of their certificate, "" the public key."""

    gateway: str
    app: str
    seller: str
    key: RSAPrivateKey = field(repr=False)
    keys: Mapping[str, RSAPublicKey]
    certificates: tuple[str, str] | None = None
    clock: Callable[[], float] = timestamp
    name: Literal["alipay"] = "alipay"

    def create(self, order: Order, scene: Scene) -> Action:
        desktop = scene == "desktop"
        asked = {
            "out_trade_no": order.number,
            "total_amount": yuan(order.fen),
            "subject": order.subject,
            "product_code": "FAST_INSTANT_TRADE_PAY" if desktop else "QUICK_WAP_WAY",
            "time_expire": order.expires_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        }
        if not desktop:
            asked["quit_url"] = order.back
        method = f"alipay.trade.{'page' if desktop else 'wap'}.pay"
        more = {"notify_url": order.notify_url, "return_url": order.back}
        return Action("redirect", f"{self.gateway}?{urlencode(self._request(method, asked, more))}")

    def query(self, number: str) -> Payment:
        found = self._asked("alipay.trade.query", {"out_trade_no": number}, absent=True)
        return Payment("absent", number) if found is None else self._payment(found, number)

    def close(self, number: str) -> Payment:
        """A trade that the payer has not begun is not known, and stays payable until it ends by
        itself: "absent"."""
        try:
            found = self._asked("alipay.trade.close", {"out_trade_no": number}, absent=True)
        except Refused as refused:
            if refused.cause not in ("paid", "closed"):
                raise
            return self.query(number)
        return Payment("absent" if found is None else "closed", number)

    def refund(self, number: str, refund: str, fen: int, total: int, reason: str) -> Refund:
        asked = {
            "out_trade_no": number,
            "out_request_no": refund,
            "refund_amount": yuan(fen),
            "refund_reason": reason,
        }
        found = self._asked("alipay.trade.refund", asked)
        assert found is not None
        return Refund("done" if found.get("fund_change") == "Y" else "processing", refund, fen)

    def query_refund(self, number: str, refund: str) -> Refund:
        asked = {"out_trade_no": number, "out_request_no": refund}
        found = self._asked("alipay.trade.fastpay.refund.query", asked, absent=True)
        if not found or found.get("refund_status") != "REFUND_SUCCESS":
            return Refund("absent", refund)
        amount = found.get("refund_amount")
        return Refund("done", refund, self._fen(amount) if amount else None)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        try:
            fields = notice_fields(body)
        except ValueError as error:
            raise BadNotice(self.name, f"it cannot be read: {error}") from error
        if not any(notice_is_good(key, fields) for key in self.keys.values()):
            raise BadNotice(self.name, "a wrong signature")
        said = {name: value for name, value in fields.items() if value}
        try:
            event, status = said["notify_id"], said.get("trade_status", "")
            if said.get("notify_type") != "trade_status_sync" or status not in _TRADES:
                return Notice(self.name, event, said.get("notify_type", ""))
            payment = self._payment(said, said["out_trade_no"], "gmt_payment")
        except (KeyError, Unknown) as error:
            raise BadNotice(self.name, "it cannot be read") from error
        refund = None
        if payment.returned_fen and said.get("out_biz_no"):
            refund = Refund("done", said["out_biz_no"])
        return Notice(self.name, event, status, payment, refund, self._odd(said))

    def returned(self, query: bytes) -> str:
        """The order's number of a browser that came back, "" where Alipay did not sign it. It
        says nothing of whether it was paid."""
        try:
            fields = notice_fields(query)
        except ValueError:
            return ""
        good = any(notice_is_good(key, fields) for key in self.keys.values())
        return fields.get("out_trade_no", "") if good and not self._odd(fields) else ""

    def bill(self, day: str) -> Iterator[BillLine]:
        method = "alipay.data.dataservice.bill.downloadurl.query"
        asked = {"bill_type": "trade", "bill_date": day}
        try:
            found = self._asked(method, asked)
        except Refused as refused:
            if "NO_BILL_DATA" in refused.code:
                return
            raise
        assert found is not None
        address = str(found.get("bill_download_url", ""))
        if urlsplit(address).scheme not in ("http", "https"):
            raise Unknown(self.name, "a bill without an address")
        answered = call(self.name, "GET", address, headers={}, longest=LONGEST_BILL)
        yield from _lines(answered.body)

    def _odd(self, said: Mapping[str, str]) -> str:
        if said.get("app_id") != self.app:
            return "application"
        return "" if said.get("seller_id", self.seller) == self.seller else "merchant"

    def _payment(
        self, found: Mapping[str, Any], number: str, paid_at: str = "send_pay_date"
    ) -> Payment:
        """TRADE_CLOSED says that it was never paid, or that all of it was returned."""
        if found.get("out_trade_no") != number or found.get("trade_status") not in _TRADES:
            raise Unknown(self.name, "an answer about something else")
        state = _TRADES[found["trade_status"]]
        returned = self._fen(found["refund_fee"]) if found.get("refund_fee") else 0
        paid = found.get(paid_at)
        if state == "closed" and (returned or paid):
            state = "paid"
        try:
            when = datetime.fromisoformat(paid).replace(tzinfo=CHINA) if paid else None
        except ValueError as error:
            raise Unknown(self.name, "a time that cannot be read") from error
        total = found.get("total_amount")
        return Payment(
            state,
            number,
            str(found.get("trade_no", "")),
            self._fen(total) if total else None,
            when,
            returned if paid_at == "gmt_payment" else None,
        )

    def _fen(self, text: str) -> int:
        try:
            found = Decimal(text) * 100
            if found == found.to_integral_value() and found >= 0:
                return int(found)
        except InvalidOperation:
            pass
        raise Unknown(self.name, "an amount that cannot be read")

    def _asked(
        self, method: str, asked: Mapping[str, str], *, absent: bool = False
    ) -> dict[str, Any] | None:
        """The answer's object; None for a trade that is not there, with `absent`."""
        request = self._request(method, asked, {})
        body = urlencode(request).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        answered = call(self.name, "POST", self.gateway, headers=headers, body=body)
        try:
            found = sealed(answered.body, method)
        except ValueError as error:
            raise Unknown(self.name, f"{answered.status} that cannot be read") from error
        code, sub = str(found.found.get("code", "")), str(found.found.get("sub_code", ""))[:80]
        if not found.sign:
            # Errors of the gateway itself come without one: never more than a refusal.
            if code in ("", OK, "20000", "10003"):
                raise Unknown(self.name, code or "no code")
            raise Refused(self.name, sub or code, _cause(code, sub))
        key = self.keys.get(found.serial if self.certificates else "")
        if key is None or not verifies(key, found.text.encode(), found.sign):
            raise Unknown(self.name, "a wrong signature")
        if code == OK:
            return found.found
        if absent and "TRADE_NOT_EXIST" in sub:
            return None
        if code in ("20000", "10003") or "SYSTEM_ERROR" in sub:
            raise Unknown(self.name, sub or code)
        raise Refused(self.name, sub or code, _cause(code, sub))

    def _request(
        self, method: str, asked: Mapping[str, str], more: Mapping[str, str]
    ) -> dict[str, str]:
        now = datetime.fromtimestamp(self.clock(), CHINA)
        request = {
            "app_id": self.app,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": SIGN_TYPE,
            "timestamp": now.strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            **{name: value for name, value in more.items() if value},
            "biz_content": json.dumps(asked, ensure_ascii=False, separators=(",", ":")),
        }
        if self.certificates:
            request["app_cert_sn"], request["alipay_root_cert_sn"] = self.certificates
        return request | {"sign": sign(self.key, request_text(request))}


def yuan(fen: int) -> str:
    """“99.00”."""
    return f"{Decimal(fen) / 100:.2f}"


def _cause(code: str, sub: str) -> Cause:
    if code == "40005":
        return "limits"
    return next((cause for word, cause in _CAUSES if word in sub), "refused")


def _lines(packed: bytes) -> Iterator[BillLine]:
    """A ZIP of tables in GBK; lines that begin with "#" are heads and totals."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed), metadata_encoding="gbk") as archive:
            for info in archive.infolist():
                if info.file_size > _LONGEST_FILE:
                    raise Unknown("alipay", "its bill is too long")
                if "汇总" not in info.filename:
                    yield from _rows(archive.read(info).decode("gbk"))
    except (zipfile.BadZipFile, UnicodeDecodeError, InvalidOperation) as error:
        raise Unknown("alipay", "a bill that cannot be read") from error


def _rows(text: str) -> Iterator[BillLine]:
    head: list[str] = []
    for row in csv.reader(line for line in text.splitlines() if not line.startswith("#")):
        cells = [cell.strip() for cell in row]
        if not head:
            head = cells
            continue
        found = dict(zip(head, cells, strict=False))
        kind = found.get("业务类型", "")
        fen = int(Decimal(found.get("订单金额（元）", "0")) * 100)
        refund = found.get("退款批次号/请求号", "")
        yield BillLine(
            found.get("商户订单号", ""),
            found.get("支付宝交易号", ""),
            -abs(fen) if "退款" in kind else fen,
            refund,
        )
