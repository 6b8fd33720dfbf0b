"""The routes of `api.mch.weixin.qq.com`; every answer is signed."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from scripts.sandbox.control import loopback_only
from scripts.sandbox.frame import rules_of
from scripts.sandbox.hooks import reshaped
from scripts.sandbox.paying import Order, Return, application
from scripts.sandbox.wechatpay.bills import bill
from scripts.sandbox.wechatpay.faults import NAMED
from scripts.sandbox.wechatpay.state import Refusal, WeChatPay, wrong
from scripts.sandbox.wechatpay.wire import (
    CERTIFICATE,
    KEY_ID,
    MERCHANT,
    OWN,
    SIGNERS,
    authorised,
    sealed,
    stamps,
)

SIGNED: Final = frozenset(
    {"create", "query", "close", "refund", "query_refund", "certificates", "trade_bill", "echo"}
)
ENDPOINTS: Final = SIGNED | {"bill_file"}


def create_app(pay: WeChatPay | None = None) -> Flask:
    """The WSGI application of `pay`, or of a new one."""
    pay = pay or WeChatPay()
    app = application(
        pay,
        title="微信支付",
        theme="wechat",
        endpoints=ENDPOINTS,
        faults=NAMED,
        named=partial(rules_of, NAMED),
        about=lambda: {"order": str((request.view_args or {}).get("number") or _number())},
    )
    _checks(app, pay)
    _orders(app, pay)
    _refunds(app, pay)
    _rest(app, pay)
    return app


def _checks(app: Flask, pay: WeChatPay) -> None:
    @app.before_request
    def check() -> None:
        if request.endpoint not in ENDPOINTS:
            return
        whole = str(request.environ["REQUEST_URI"])
        path = whole.removeprefix(request.root_path)
        header = request.headers.get("Authorization", "")
        fault, message = authorised(header, request.method, path, request.get_data(), pay.seen)
        if fault:
            raise Refusal(
                401,
                "SIGN_ERROR",
                "签名错误",
                field=fault,
                sign_information={
                    "method": request.method,
                    "url": path,
                    "truncated_sign_message": message.decode("utf-8", "replace")[:200],
                    "sign_message_length": len(message),
                },
            )
        for name in ("User-Agent", "Accept"):
            if not request.headers.get(name):
                raise wrong(name, "必填")
        if refused := g.action.get("refuse"):
            if g.action.get("late") and request.endpoint == "create":
                pay.create(str((request.view_args or {})["scene"]), _sent())
            raise Refusal(refused[0], refused[1], "沙箱按要求出错")

    @app.errorhandler(Refusal)
    def refuse(refused: Refusal) -> tuple[Response, int]:
        if "entry" in g:
            g.entry.verdict = refused.code
        told = {"code": refused.code, "message": refused.message}
        return _json(told | ({"detail": refused.detail} if refused.detail else {})), refused.status

    # Runs before the frame's own, which spoils what was signed.
    @app.after_request
    def sign(response: Response) -> Response:
        if request.endpoint not in SIGNED:
            return response
        wanted = request.headers.get("Wechatpay-Serial", "")
        how = g.get("action", {})
        if how.get("sign") == "none":
            return response
        made = stamps(
            response.get_data(),
            wanted if wanted in SIGNERS else CERTIFICATE,
            skew=int(how.get("skew", 0)),
            wrong={"wrong": "signature", "signtest": "signtest"}.get(how.get("sign", ""), ""),
        )
        if "serial" in how:
            made["Wechatpay-Serial"] = str(how["serial"])
        response.headers.update(made | {"Request-ID": secrets.token_hex(8)})
        return response


def _orders(app: Flask, pay: WeChatPay) -> None:
    @app.post("/v3/pay/transactions/<any(native, h5, jsapi):scene>")
    def create(scene: str) -> Response:
        order = pay.create(scene, _sent())
        prepay = f"wx{int(order.made)}{hashlib.sha256(order.number.encode()).hexdigest()[:22]}"
        if scene == "native":
            return _json(reshaped({"code_url": f"weixin://wxpay/bizpayurl?pr={prepay[-9:]}"}))
        if scene == "jsapi":
            return _json(reshaped({"prepay_id": prepay}))
        page = url_for("checkmweb", _external=True, prepay_id=prepay, package=order.number)
        return _json(reshaped({"h5_url": page}))

    @app.get("/v3/pay/transactions/<any('out-trade-no', id):by>/<number>")
    def query(by: str, number: str) -> Response:
        if request.args.get("mchid") != MERCHANT:
            raise wrong("mchid", "必填")
        if by == "id":
            found = [order.number for order in pay.orders.values() if order.trade == number]
            number = found[0] if found else ""
        return _json(reshaped(pay.shown(pay.found(number))))

    @app.post("/v3/pay/transactions/out-trade-no/<number>/close")
    def close(number: str) -> tuple[str, int]:
        if _sent() != {"mchid": MERCHANT}:
            raise wrong("/body/mchid", "必填")
        pay.close(number)
        return "", 204

    @app.get("/cgi-bin/mmpayweb-bin/checkmweb")
    def checkmweb() -> Answer:
        loopback_only()
        order = pay.orders.get(request.args.get("package", "")) or abort(404)
        host = urlsplit(request.headers.get("Referer", "")).hostname
        if host is None:
            return Response("商家参数格式有误，请联系商家解决", 400)
        if host not in pay.notices.local:
            return Response("商家存在未配置的参数，请联系商家解决", 400)
        if order.sent["scene_info"]["payer_client_ip"] != request.remote_addr:
            return Response("网络环境未能通过安全验证，请稍后再试", 400)
        order.back = request.args.get("redirect_url", "")
        return redirect(url_for("cashier.show", number=order.number), 303)


def _refunds(app: Flask, pay: WeChatPay) -> None:
    def shown(found: tuple[Order, Return]) -> Response:
        return _json(reshaped(pay.refund_shown(*found)))

    @app.post("/v3/refund/domestic/refunds")
    def refund() -> Response:
        return shown(pay.refund(_sent()))

    @app.get("/v3/refund/domestic/refunds/<number>")
    def query_refund(number: str) -> Response:
        pay.run()
        return shown(pay.found_refund(number))


def _rest(app: Flask, pay: WeChatPay) -> None:
    @app.get("/v3/certificates")
    def certificates() -> Response:
        if request.headers.get("Wechatpay-Serial") == KEY_ID:
            raise Refusal(404, "RESOURCE_NOT_EXISTS", "证书不存在")
        row = {
            "serial_no": CERTIFICATE,
            "encrypt_certificate": sealed(OWN["platform_certificate"].encode(), "certificate"),
        }
        return _json(reshaped({"data": [row]}))

    @app.get("/v3/bill/tradebill")
    def trade_bill() -> Response:
        text = bill(pay.orders.values(), request.args.get("bill_date", "")).encode()
        # The host is the real one's, and the path has no prefix, as in reality.
        address = f"https://api.mch.weixin.qq.com/v3/billdownload/file?token={secrets.token_hex(8)}"
        g.entry.verdict = "ok"
        pay.bills[address.partition("token=")[2]] = text
        digest = hashlib.sha1(text).hexdigest()  # noqa: S324 - the protocol's choice
        told = {"hash_type": "SHA1", "hash_value": digest, "download_url": address}
        return _json(reshaped(told))

    @app.get("/v3/billdownload/file")
    def bill_file() -> Response:
        text = pay.bills.get(request.args.get("token", ""))
        if text is None:
            raise Refusal(404, "RESOURCE_NOT_EXISTS", "账单文件不存在")
        return Response(gzip.compress(text), content_type="application/octet-stream")

    @app.post("/v3/security/echo")
    def echo() -> Response:
        return _json(reshaped({"echo_message": _sent().get("echo_message", "")}))


def _sent() -> dict[str, Any]:
    try:
        sent = json.loads(request.get_data())
    except ValueError as error:
        raise wrong("/body", "JSON") from error
    if not isinstance(sent, dict) or request.mimetype != "application/json":
        raise wrong("/body", "JSON")
    return sent


def _number() -> str:
    try:
        return str(json.loads(request.get_data()).get("out_trade_no", ""))
    except (ValueError, AttributeError):
        return ""


def _json(told: dict[str, Any]) -> Response:
    if "entry" in g and not g.entry.verdict:
        g.entry.verdict = "ok"
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Response(body, content_type="application/json; charset=utf-8")
