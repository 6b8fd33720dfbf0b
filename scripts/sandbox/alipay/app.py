"""The gateway: server calls, the two cashiers, and the file of a bill."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from scripts.sandbox.alipay.bills import packed, rows
from scripts.sandbox.alipay.faults import NAMED, named
from scripts.sandbox.alipay.state import PRODUCTS, Alipay, Refusal, returned, yuan
from scripts.sandbox.alipay.wire import APP, OWN, answer, asks_rightly, unsigned
from scripts.sandbox.control import loopback_only
from scripts.sandbox.hooks import reshaped
from scripts.sandbox.paying import NotNow, application
from scripts.sandbox.times import seconds_of

ENDPOINTS: Final = frozenset({"gateway", "bill_file"})
SKEW_SECONDS: Final = 600
Call = Callable[[Alipay, dict[str, str]], dict[str, Any]]


class Bad(Exception):
    """An error of the gateway itself, which is not signed."""

    def __init__(self, code: str, sub: str) -> None:
        super().__init__(sub)
        self.told = {"code": code, "msg": "Invalid Arguments", "sub_code": sub, "sub_msg": sub}


def create_app(pay: Alipay | None = None) -> Flask:
    """The WSGI application of `pay`, or of a new one."""
    pay = pay or Alipay()
    app = application(
        pay,
        title="支付宝",
        theme="alipay",
        endpoints=ENDPOINTS,
        faults=NAMED,
        named=named,
        about=lambda: {
            "method": request.values.get("method", ""),
            "order": str(_asked(request.values.get("biz_content", "")).get("out_trade_no", "")),
        },
    )

    @app.route("/gateway.do", methods=["GET", "POST"])
    def gateway() -> Answer:
        sent = request.values.to_dict()
        method = sent.get("method", "")
        if method in PRODUCTS:
            return _opened(pay, method, sent)
        try:
            _check(sent)
            if method not in CALLS:
                raise Bad("40002", "isv.invalid-method")
        except Bad as bad:
            g.entry.verdict = str(bad)
            old = bad.told["sub_code"] == "isv.invalid-app-id"
            return _text(unsigned("error_response" if old else _name(method), bad.told))
        return _text(_called(pay, method, _asked(sent["biz_content"]), sent))

    @app.get("/bill/<token>.zip")
    def bill_file(token: str) -> Response:
        lines, day = pay.bills.get(token) or abort(404)
        return Response(packed(lines, day), content_type="application/zip")

    return app


def _opened(pay: Alipay, method: str, sent: dict[str, str]) -> Answer:
    """The cashier, or Alipay's own page that says no."""
    loopback_only()
    try:
        _check(sent)
        order = pay.open(method, _asked(sent["biz_content"]), sent)
    except (Bad, NotNow) as error:
        g.entry.verdict = str(error)
        page = f"<html><body>系统有点儿忙，请稍后再试：{error}</body></html>"
        return Response(page.encode("gbk"), content_type="text/html;charset=GBK")
    g.entry.verdict = "ok"
    return redirect(url_for("cashier.show", number=order.number), 303)


def _called(pay: Alipay, method: str, asked: dict[str, str], sent: dict[str, str]) -> str:
    how = g.action
    if "unsigned" in how:
        return unsigned("error_response", how["unsigned"])
    told: dict[str, Any]
    try:
        if how.get("code"):
            raise Refusal(how["code"])
        told = {"code": "10000", "msg": "Success"} | CALLS[method](pay, asked)
        g.entry.verdict = "ok"
    except Refusal as refused:
        g.entry.verdict = refused.sub
        told = {"code": "40004", "msg": "Business Failed", "sub_code": refused.sub}
        told["sub_msg"] = refused.message
    if how.get("unknown"):
        told = {"code": "20000", "msg": "Service Currently Unavailable"}
        told["sub_code"] = "isp.unknow-error"
    serial = OWN["certificate_number"] if sent.get("app_cert_sn") else ""
    text = answer(method, reshaped(told), serial=serial, wrong=how.get("sign") == "wrong")
    if how.get("sign") == "none":
        return unsigned(_name(method), reshaped(told))
    return text


def _check(sent: dict[str, str]) -> None:
    """What the gateway looks at before the call itself, the application first."""
    if sent.get("app_id") != APP:
        raise Bad("40002", "isv.invalid-app-id")
    if sent.get("sign_type") != "RSA2":
        raise Bad("40002", "isv.invalid-signature-type")
    if sent.get("charset") != "utf-8" or sent.get("version") != "1.0":
        raise Bad("40002", "isv.invalid-charset")
    if not asks_rightly(sent):
        raise Bad("40002", "isv.invalid-signature")
    certificates = (sent.get("app_cert_sn"), sent.get("alipay_root_cert_sn"))
    own = (OWN["app_certificate_number"], OWN["root_certificate_number"])
    if any(certificates) and certificates != own:
        raise Bad("40002", "isv.invalid-app-cert-sn")
    try:
        at = seconds_of(sent.get("timestamp", ""))
    except ValueError as error:
        raise Bad("40002", "isv.invalid-timestamp") from error
    # Stricter than the real one: it catches the time of another zone.
    if abs(at - time.time()) > SKEW_SECONDS:
        raise Bad("40002", "isv.invalid-timestamp")
    if not _asked(sent.get("biz_content", "")):
        raise Bad("40002", "isv.illegal-json")


def _asked(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _query(pay: Alipay, asked: dict[str, str]) -> dict[str, Any]:
    return pay.queried(pay.found(asked.get("out_trade_no", "")))


def _close(pay: Alipay, asked: dict[str, str]) -> dict[str, Any]:
    order = pay.close(asked.get("out_trade_no", ""))
    return {"trade_no": order.trade, "out_trade_no": order.number}


def _refund(pay: Alipay, asked: dict[str, str]) -> dict[str, Any]:
    order, moved = pay.refund(asked)
    return {
        "trade_no": order.trade,
        "out_trade_no": order.number,
        "buyer_logon_id": "159****5620",
        "fund_change": "Y" if moved else "N",
        "refund_fee": yuan(returned(order)),
    }


def _query_refund(pay: Alipay, asked: dict[str, str]) -> dict[str, Any]:
    order = pay.found(asked.get("out_trade_no", ""))
    found = order.returns.get(asked.get("out_request_no", ""))
    if found is None or not found.told:
        return {}
    return {
        "trade_no": order.trade,
        "out_trade_no": order.number,
        "out_request_no": found.number,
        "total_amount": yuan(order.fen),
        "refund_amount": yuan(found.fen),
        "refund_status": "REFUND_SUCCESS",
    }


def _bill(pay: Alipay, asked: dict[str, str]) -> dict[str, Any]:
    lines = rows(pay.orders.values(), asked.get("bill_date", ""))
    if asked.get("bill_type") != "trade" or not lines:
        raise Refusal("NO_BILL_DATA", "账单不存在")
    token = secrets.token_hex(8)
    pay.bills[token] = (lines, asked["bill_date"])
    return {"bill_download_url": url_for("bill_file", token=token, _external=True)}


CALLS: Final[dict[str, Call]] = {
    "alipay.trade.query": _query,
    "alipay.trade.close": _close,
    "alipay.trade.refund": _refund,
    "alipay.trade.fastpay.refund.query": _query_refund,
    "alipay.data.dataservice.bill.downloadurl.query": _bill,
}


def _name(method: str) -> str:
    return f"{method.replace('.', '_')}_response"


def _text(body: str) -> Response:
    return Response(body, content_type="text/html;charset=utf-8")
