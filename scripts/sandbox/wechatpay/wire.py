"""Signatures and sealed notices of WeChat Pay as the channel makes and checks them."""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from scripts.sandbox.paying import KEYS
from scripts.sandbox.rsa import private, public

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
MERCHANT: Final = "1900000001"
APPID: Final = "wxd678efh567hg6787"
SERIAL: Final = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"
APIV3_KEY: Final = "car-portal-test-apiv3-key-32byte"
OWN: Final = KEYS["wechatpay"]
KEY_ID: Final = OWN["key_id"]
CERTIFICATE: Final = OWN["platform_serial"]
SIGNERS: Final = {
    KEY_ID: private(OWN["private_key"]),
    CERTIFICATE: private(OWN["platform_private_key"]),
}
CALLER: Final = public(OWN["merchant_public_key"])
FIELDS: Final = ("mchid", "nonce_str", "signature", "timestamp", "serial_no")
PAIR: Final = re.compile(r'([a-z_]+)="([^"]*)"')

NOTICE_FAULTS: Final = {
    "wrong-signature": "签名不对",
    "signtest": "探测签名（WECHATPAY/SIGNTEST/）",
    "old": "301 秒以前",
    "ahead": "301 秒以后",
    "unknown-serial": "未知的密钥编号",
    "no-type": "没有 Signature-Type",
    "sm2": "Signature-Type 是国密",
    "byte": "正文改了一个字节",
    "reserialised": "正文重新排过版",
    "tag": "密文的校验不对",
    "aad": "附加数据被改",
    "aad-empty": "附加数据为空",
    "aad-missing": "没有附加数据",
    "other-key": "用别的 APIv3 密钥封的",
    "amount": "金额是 1 分",
    "currency": "别的币种",
    "appid": "别的 AppID",
    "mchid": "别的商户",
    "coupon": "用了优惠券，实付少 1 元",
    "not-success": "内容里的状态不是成功",
    "unknown-order": "没有这个单号",
    "unknown-event": "没见过的事件",
}


def authorised(
    header: str, method: str, path: str, body: bytes, seen: set[str]
) -> tuple[str, bytes]:
    """What is wrong with a request's signature, "" where it is good, and what it should sign."""
    scheme, _, rest = header.partition(" ")
    found = dict(PAIR.findall(rest))
    parts = [f'{name}="{found.get(name, "")}"' for name in found]
    message = (
        f"{method}\n{path}\n{found.get('timestamp', '')}\n{found.get('nonce_str', '')}\n".encode()
        + body
        + b"\n"
    )
    if scheme != SCHEME or sorted(found) != sorted(FIELDS) or ",".join(parts) != rest:
        return "Authorization", message
    if found["mchid"] != MERCHANT or found["serial_no"] != SERIAL:
        return "mchid or serial_no", message
    if not found["timestamp"].isdigit() or abs(time.time() - int(found["timestamp"])) >= 300:
        return "timestamp", message
    if not found["nonce_str"] or found["nonce_str"] in seen:
        return "nonce_str", message
    seen.add(found["nonce_str"])
    return ("" if CALLER.verifies(message, found["signature"]) else "signature"), message


def stamps(body: bytes, serial: str, *, skew: int = 0, wrong: str = "") -> dict[str, str]:
    """The signature headers of an answer or a notice; real time plus `skew`."""
    at, nonce = str(int(time.time()) + skew), secrets.token_hex(16)
    signature = SIGNERS[serial].sign(f"{at}\n{nonce}\n".encode() + body + b"\n")
    if wrong == "signature":
        signature = SIGNERS[serial].sign(b"something else")
    if wrong == "signtest":
        signature = f"WECHATPAY/SIGNTEST/{signature[19:]}"
    return {
        "Wechatpay-Timestamp": at,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": signature,
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature-Type": SCHEME,
    }


def sealed(plain: bytes, more: str, key: str = APIV3_KEY) -> dict[str, str]:
    """AES-256-GCM: the sealed bytes with their tag behind them."""
    nonce = secrets.token_hex(6)
    sealer = Cipher(algorithms.AES(key.encode()), modes.GCM(nonce.encode())).encryptor()
    sealer.authenticate_additional_data(more.encode())
    text = sealer.update(plain) + sealer.finalize() + sealer.tag
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(text).decode(),
        "associated_data": more,
        "nonce": nonce,
    }


def notice(
    event: str, kind: str, plain: dict[str, Any], serial: str, fault: str
) -> tuple[dict[str, str], bytes]:
    """Headers and body of one attempt to tell it."""
    refund = kind.startswith("REFUND.")
    original = "refund" if refund else "transaction"
    more = "" if fault in ("aad-empty", "aad-missing") else original
    key = APIV3_KEY[::-1] if fault == "other-key" else APIV3_KEY
    resource = sealed(json.dumps(_changed(plain, fault)).encode(), more, key)
    if fault == "tag":
        flipped = bytearray(base64.b64decode(resource["ciphertext"]))
        flipped[-1] ^= 1
        resource["ciphertext"] = base64.b64encode(flipped).decode()
    if fault == "aad":
        resource["associated_data"] = "somethingelse"
    if fault == "aad-missing":
        del resource["associated_data"]
    told = {
        "id": event,
        "create_time": time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 28800)),
        "event_type": "PROFITSHARING.RECEIVE" if fault == "unknown-event" else kind,
        "resource_type": "encrypt-resource",
        "summary": "退款结果" if refund else "支付成功",
        "resource": {"original_type": original} | resource,
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    headers = stamps(
        body,
        serial,
        skew={"old": -301, "ahead": 301}.get(fault, 0),
        wrong={"wrong-signature": "signature", "signtest": "signtest"}.get(fault, ""),
    )
    if fault == "unknown-serial":
        headers["Wechatpay-Serial"] = "0" * 40
    if fault == "no-type":
        del headers["Wechatpay-Signature-Type"]
    if fault == "sm2":
        headers["Wechatpay-Signature-Type"] = "WECHATPAY2-SM2-WITH-SM3"
    if fault == "byte":
        body = body.replace(b"encrypt-resource", b"encrypt-resourcE")
    if fault == "reserialised":
        body = json.dumps(told).encode()
    return headers | {"Content-Type": "application/json"}, body


def _changed(plain: dict[str, Any], fault: str) -> dict[str, Any]:
    amount = plain["amount"]
    match fault:
        case "amount":
            return plain | {"amount": amount | {"total": 1, "payer_total": 1}}
        case "currency":
            return plain | {"amount": amount | {"currency": "USD"}}
        case "coupon":
            return plain | {"amount": amount | {"payer_total": max(0, amount["total"] - 100)}}
        case "appid":
            return plain | {"appid": "wx0000000000000000"}
        case "mchid":
            return plain | {"mchid": "1900000009"}
        case "not-success":
            return plain | {"trade_state": "NOTPAY"}
        case "unknown-order":
            return plain | {"out_trade_no": "nobodyknowsthisnumber"}
    return plain
