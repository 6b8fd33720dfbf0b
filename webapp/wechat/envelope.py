"""What WeChat's servers send to the service account: checked, opened, and answered in kind.

In plain mode the signature covers the address only, so whoever overhears one can put words into
somebody's mouth for WINDOW_SECONDS; with an AES key every message must come sealed, and its
signature covers the body. wechatpy opens and seals; it is imported late, for it takes a third of
a second. The comparison in constant time and the window, which it lacks, are here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers.expat import ExpatError

import xmltodict

WINDOW_SECONDS: Final = 300
MOST_BYTES: Final = 64 * 1024


class Refused(Exception):
    """It is not from WeChat, or not meant for this account. The text is for the log."""


@dataclass(frozen=True)
class Account:
    """What the service account and we have in common; without `aes_key` messages are plain."""

    app_id: str
    token: str
    aes_key: str | None


@dataclass(frozen=True)
class Message:
    """`text` is what was typed, or heard in a voice message; `event` is empty for a message.
    `key` is the same whenever WeChat sends it again, and tells nothing about who sent it."""

    kind: str
    event: str
    text: str
    sender: str
    receiver: str
    key: str


def check_address(query: Mapping[str, str], account: Account, *, now: float) -> None:
    """Whether an address was signed by WeChat, lately. Raises Refused."""
    given = query.get("timestamp", ""), query.get("nonce", "")
    _compare(query.get("signature", ""), account.token, *given)
    _check_time(given[0], now)


def opened(body: bytes, query: Mapping[str, str], account: Account, *, now: float) -> Message:
    """The message in the body of a request with this query. Raises Refused."""
    outer = _parsed(body)
    if account.aes_key is None:
        if query.get("encrypt_type", "raw") != "raw":
            raise Refused("sealed, and there is no WECHAT_MP_AES_KEY")
        check_address(query, account, now=now)
        return _message(outer)
    from wechatpy.exceptions import WeChatException

    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    sealed = outer.get("Encrypt")
    if query.get("encrypt_type") != "aes" or not isinstance(sealed, str):
        raise Refused("not sealed")
    signature = query.get("msg_signature", "")
    _compare(signature, account.token, timestamp, nonce, sealed)
    _check_time(timestamp, now)
    try:
        plain = _crypto(account).decrypt_message(outer, signature, timestamp, nonce)
    except (WeChatException, ValueError, LookupError, struct.error) as error:
        raise Refused(f"cannot be opened: {type(error).__name__}") from error
    return _message(_parsed(plain.encode()))


def answered(words: str, message: Message, account: Account, *, now: float) -> str:
    """`words` as the reply to a message: XML, sealed where the account seals."""
    from wechatpy.replies import TextReply

    reply = TextReply(
        source=message.receiver,
        target=message.sender,
        # A CDATA section must not end inside the words.
        content=words.replace("]]>", "]]＞"),
        time=int(now),
    ).render()
    if account.aes_key is None:
        return str(reply)
    return str(_crypto(account).encrypt_message(reply, secrets.token_hex(8), str(int(now))))


def _crypto(account: Account) -> Any:
    from wechatpy.crypto import WeChatCrypto

    return WeChatCrypto(account.token, account.aes_key, account.app_id)


def _compare(given: str, *signed: str) -> None:
    right = hashlib.sha1("".join(sorted(signed)).encode()).hexdigest()  # noqa: S324
    if not hmac.compare_digest(right.encode(), given.encode()):
        raise Refused("wrong signature")


def _check_time(timestamp: str, now: float) -> None:
    known = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    if not known or abs(now - int(timestamp)) > WINDOW_SECONDS:
        raise Refused("old or strange timestamp")


def _parsed(body: bytes) -> dict[str, Any]:
    """The elements of a message. xmltodict refuses entity declarations."""
    try:
        root = xmltodict.parse(body)
    except (ExpatError, ValueError) as error:
        raise Refused("not readable as XML") from error
    found = root.get("xml")
    if not isinstance(found, dict):
        raise Refused("not a message")
    return found


def _message(elements: dict[str, Any]) -> Message:
    def text(name: str) -> str:
        value = elements.get(name)
        return value if isinstance(value, str) else ""

    sender, kind = text("FromUserName"), text("MsgType").lower()
    if not sender or not text("ToUserName") or not kind:
        raise Refused("not a message")
    event = text("Event").lower() if kind == "event" else ""
    # Events have no number of their own.
    known_by = text("MsgId") or f"{sender} {text('CreateTime')} {event} {text('EventKey')}"
    return Message(
        kind=kind,
        event=event,
        text=text("Content") or text("Recognition"),
        sender=sender,
        receiver=text("ToUserName"),
        key=hashlib.sha256(known_by.encode(errors="replace")).hexdigest()[:32],
    )
