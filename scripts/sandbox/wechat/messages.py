"""WeChat's servers as they deliver what people send to a service account.

The address is signed by the token. A message goes out plain or sealed with the AES key; without
an answer of status 200 within the time it is sent again with the same number, three times in
all. Written from the protocol's description, not with the product's code.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import secrets
import time
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from scripts.sandbox.redirects import LOOPBACK
from scripts.sandbox.wechat.state import MESSAGE_KEY, MESSAGE_TOKEN, openid

ATTEMPTS: Final = 3
APPID: Final = "wxsandbox00service"
ACCOUNT: Final = "gh_sandbox00service"
"""What messages call the account."""
BLOCK: Final = 32
EXCHANGES_KEPT: Final = 20

KINDS: Final = {
    "text": "文字",
    "voice": "语音",
    "image": "图片",
    "location": "位置",
    "subscribe": "关注",
    "unsubscribe": "取消关注",
    "CLICK": "点菜单",
}
EVENTS: Final = frozenset({"subscribe", "unsubscribe", "CLICK"})
FAULTS: Final = {
    "bad-signature": "签名不对",
    "old-timestamp": "时间戳是一小时前的",
    "duplicate": "同一条送两次",
    "entity": "XML 里声明实体",
    "wrong-appid": "密文里是别的 AppID",
    "tampered": "密文被改过",
    "not-xml": "不是 XML",
}
MODES: Final = {"aes": "安全模式（密文）", "plain": "明文模式"}


@dataclass(frozen=True)
class Sent:
    """One message to send. `url` is the product's; only loopback is delivered to."""

    url: str
    user: str = "zhang"
    kind: str = "text"
    text: str = ""
    mode: str = "aes"
    fault: str = ""
    number: str = ""
    """MsgId; a fresh one where it is empty."""

    def __post_init__(self) -> None:
        known = self.kind in KINDS and self.mode in MODES and self.fault in ("", *FAULTS)
        if urlsplit(self.url).hostname not in LOOPBACK or not known:
            raise ValueError("url is on this machine; kind, mode and fault are known ones")


@dataclass(frozen=True)
class Delivery:
    """`status` is None where no answer came in time; `words` are those of a text reply."""

    status: int | None
    seconds: float
    body: str = ""
    words: str = ""

    @property
    def taken(self) -> bool:
        return self.status == 200


class Messages:
    """`limit` is how many seconds an answer may take; `exchanges` are the newest first."""

    def __init__(self, *, limit: float = 5.0, token: str = MESSAGE_TOKEN) -> None:
        self.limit = limit
        self.token = token
        self.product = ""
        """The product's address for messages, for the page; set by who starts both."""
        self.exchanges: list[tuple[Sent, list[Delivery]]] = []
        self._numbers = itertools.count(int(time.time() * 1000) * 1000)

    def reset(self) -> None:
        self.exchanges = []

    def confirm(self, url: str, *, fault: str = "") -> Delivery:
        """Ask whether the address is the account's own, as when it is saved at WeChat."""
        echo = str(secrets.randbits(60))
        return self.ask("GET", url, self.address(fault) | {"echostr": echo}, b"")

    def send(self, message: Sent) -> list[Delivery]:
        """Deliver it as often as WeChat would."""
        message = replace(message, number=message.number or str(next(self._numbers)))
        made = [self._deliver(message)]
        while message.fault == "duplicate" and len(made) < 2:
            made.append(self._deliver(message))
        while not made[-1].taken and len(made) < ATTEMPTS:
            made.append(self._deliver(message))
        self.exchanges = [(message, made), *self.exchanges][:EXCHANGES_KEPT]
        return made

    def _deliver(self, message: Sent) -> Delivery:
        plain, query = _xml(message), self.address(message.fault)
        query["openid"] = openid(message.user, APPID)
        if message.mode == "plain":
            return self.ask("POST", message.url, query, plain.encode())
        appid = "wxsomebodyelse0001" if message.fault == "wrong-appid" else APPID
        sealed = _seal(plain, appid)
        signature = _signature(self.token, query["timestamp"], query["nonce"], sealed)
        if message.fault == "tampered":
            sealed = _flipped(sealed)
        query |= {
            "encrypt_type": "aes",
            "msg_signature": signature[::-1] if message.fault == "bad-signature" else signature,
        }
        body = f"<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt>{sealed}</Encrypt></xml>"
        return self.ask("POST", message.url, query, body.encode())

    def address(self, fault: str = "") -> dict[str, str]:
        """The signed query of one delivery."""
        timestamp = str(int(time.time()) - (3600 if fault == "old-timestamp" else 0))
        nonce = str(secrets.randbelow(10**10))
        signature = _signature(self.token, timestamp, nonce)
        return {
            "signature": signature[::-1] if fault == "bad-signature" else signature,
            "timestamp": timestamp,
            "nonce": nonce,
        }

    def ask(self, method: str, url: str, query: dict[str, str], body: bytes) -> Delivery:
        """One request as it is, and what came of it."""
        started = time.monotonic()
        try:
            answer = httpx.request(
                method,
                url,
                params=query,
                content=body,
                headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
                timeout=self.limit,
                trust_env=False,
            )
        except httpx.HTTPError:
            return Delivery(None, round(time.monotonic() - started, 3))
        seconds = round(time.monotonic() - started, 3)
        return Delivery(answer.status_code, seconds, answer.text, self._words(answer.text))

    def _words(self, body: str) -> str:
        """The words of a text reply; of a sealed one only where it is signed rightly."""
        if not body.startswith("<xml>"):
            return ""
        root = ElementTree.fromstring(body)  # noqa: S314 - of the product under test
        if sealed := root.findtext("Encrypt"):
            sent = [root.findtext(name) or "" for name in ("TimeStamp", "Nonce")]
            if _signature(self.token, *sent, sealed) != root.findtext("MsgSignature"):
                return ""
            root = ElementTree.fromstring(_open(sealed))  # noqa: S314
        return (root.findtext("Content") or "").strip()


def shown(exchanges: list[tuple[Sent, list[Delivery]]]) -> list[dict[str, Any]]:
    """The exchanges as JSON."""
    return [
        {"message": asdict(message), "deliveries": [asdict(one) for one in made]}
        for message, made in exchanges
    ]


def _signature(*parts: str) -> str:
    text = "".join(sorted(parts))
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - the protocol's choice


def _xml(message: Sent) -> str:
    if message.fault == "not-xml":
        return "这不是 XML <<<"
    event = message.kind in EVENTS
    fields = {
        "ToUserName": ACCOUNT,
        "FromUserName": openid(message.user, APPID),
        "CreateTime": message.number[:10],
        "MsgType": "event" if event else message.kind,
    }
    if event:
        fields |= {"Event": message.kind, "EventKey": ""}
    else:
        fields["MsgId"] = message.number
    if message.kind == "text":
        fields["Content"] = message.text
    if message.kind == "voice":
        fields |= {"MediaId": "m1", "Format": "amr", "Recognition": message.text}
    content = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    if message.fault == "entity":
        declared = '<!DOCTYPE xml [<!ENTITY who SYSTEM "file:///etc/passwd">]>'
        return f"{declared}<xml>{content}<Extra>&who;</Extra></xml>"
    return f"<xml>{content}</xml>"


def _key() -> bytes:
    return base64.b64decode(f"{MESSAGE_KEY}=")


def _cipher() -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(_key()), modes.CBC(_key()[:16]))


def _seal(text: str, appid: str) -> str:
    """Sixteen random bytes, four of length, the text, the appid; padded to blocks of 32."""
    body = text.encode()
    whole = secrets.token_bytes(16) + len(body).to_bytes(4, "big") + body + appid.encode()
    padding = BLOCK - len(whole) % BLOCK
    sealer = _cipher().encryptor()
    sealed = sealer.update(whole + bytes([padding]) * padding) + sealer.finalize()
    return base64.b64encode(sealed).decode()


def _open(sealed: str) -> str:
    opener = _cipher().decryptor()
    whole = opener.update(base64.b64decode(sealed)) + opener.finalize()
    length = int.from_bytes(whole[16:20], "big")
    return whole[20 : 20 + length].decode()


def _flipped(sealed: str) -> str:
    raw = bytearray(base64.b64decode(sealed))
    raw[40] ^= 1
    return base64.b64encode(raw).decode()
