"""Signatures of Alipay's gateway as the gateway makes and checks them (RSA2)."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from scripts.sandbox.paying import KEYS
from scripts.sandbox.rsa import private, public

APP: Final = "2021000000000001"
SELLER: Final = "2088000000000000"
OWN: Final = KEYS["alipay"]
CALLER: Final = public(OWN["app_public_key"])
SIGNER: Final = private(OWN["private_key"])

NOTICE_FAULTS: Final = {
    "wrong-signature": "签名不对",
    "rsa": "sign_type 是 RSA",
    "no-sign": "没有签名",
    "junk-sign": "签名不是 base64",
    "plus-blank": "签名里的加号成了空格",
    "app": "别的应用",
    "seller": "别的商户",
    "amount": "金额是 1 分",
    "empty-field": "有一个空字段",
    "new-field": "有一个没见过的字段",
    "duplicate-key": "同一个字段有两个",
    "refund-zero": "带 refund_fee=0.00",
    "unknown-order": "没有这个单号",
}


def asks_rightly(sent: dict[str, str]) -> bool:
    """Whether the application signed its request: all that is not empty, `sign` aside."""
    parts = [f"{name}={sent[name]}" for name in sorted(sent) if name != "sign" and sent[name]]
    return CALLER.verifies("&".join(parts).encode(), sent.get("sign", ""))


def answer(method: str, told: dict[str, Any], *, serial: str = "", wrong: bool = False) -> str:
    """The object first, its signature behind it; slashes escaped as Alipay's servers do."""
    inner = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
    sign = SIGNER.sign(b"something else" if wrong else inner.encode())
    more = f',"alipay_cert_sn":"{serial}"' if serial else ""
    return f'{{"{method.replace(".", "_")}_response":{inner}{more},"sign":"{sign}"}}'


def unsigned(name: str, told: dict[str, Any]) -> str:
    return json.dumps({name: told}, ensure_ascii=False)


def signed(fields: dict[str, str]) -> dict[str, str]:
    """Fields of a notice or of a return with their signature."""
    parts = [f"{name}={fields[name]}" for name in sorted(fields)]
    return fields | {"sign_type": "RSA2", "sign": SIGNER.sign("&".join(parts).encode())}


def notice_body(fields: dict[str, str], fault: str) -> bytes:
    """One notice as the form that is posted."""
    changed = {
        "app": {"app_id": "2021000000009999"},
        "seller": {"seller_id": "2088000000009999"},
        "amount": {"total_amount": "0.01"},
        "empty-field": {"body": ""},
        "new-field": {"something_new": "新字段 a&b=c"},
        "refund-zero": {"refund_fee": "0.00"},
        "unknown-order": {"out_trade_no": "nobodyknowsthisnumber"},
    }
    told = signed(fields | changed.get(fault, {}))
    match fault:
        case "wrong-signature":
            told["sign"] = SIGNER.sign(b"something else")
        case "rsa":
            told["sign_type"] = "RSA"
        case "no-sign":
            del told["sign"]
        case "junk-sign":
            told["sign"] = "这不是签名"
        case "plus-blank":
            told["sign"] = told["sign"].replace("+", " ")
    body = urlencode(told)
    if fault == "duplicate-key":
        body += "&" + urlencode({"total_amount": "0.01"})
    return body.encode()
