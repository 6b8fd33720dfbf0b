"""Signed addresses that work without a login: to confirm an address, and to unsubscribe."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from webapp import clock
from webapp.errors import BadInput

CONFIRM: Final = timedelta(days=2)


def confirming(account_id: int, address: str) -> str:
    until = int((clock.now() + CONFIRM).timestamp())
    return _dump("confirm", [account_id, _mark(address), until])


def confirmed(token: str) -> tuple[int, str]:
    """The account, and the mark of the address that it was sent to. Raises BadInput."""
    account_id, mark, until = _load("confirm", token)
    if clock.timestamp() > until:
        raise BadInput(
            f"这个确认链接过了 {CONFIRM.days} 天，已经失效。请在消息设置里重新发一封。",
            title="链接过期了",
        )
    return account_id, mark


def belongs(address: str | None, mark: str) -> bool:
    """Whether this is the address that a link was sent to."""
    return address is not None and _mark(address) == mark


def unsubscribing(account_id: int, kind: str) -> str:
    """For one kind, or for all mails where `kind` is empty; it never ends."""
    return _dump("unsubscribe", [account_id, kind])


def unsubscribed(token: str) -> tuple[int, str]:
    """The account and the kind. Raises BadInput."""
    account_id, kind = _load("unsubscribe", token)
    return account_id, kind


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def _dump(purpose: str, content: list[Any]) -> str:
    return str(_serializer(purpose).dumps(content))


def _load(purpose: str, token: str) -> Any:
    try:
        return _serializer(purpose).loads(token)
    except BadSignature as error:
        raise BadInput(
            "这个链接不完整或被改过。请从邮件里完整地复制一次，或登录后在消息设置里操作。",
            title="链接读不懂",
        ) from error


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"notices.{purpose}")
