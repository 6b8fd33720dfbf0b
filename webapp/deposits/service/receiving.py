"""Notices of the channels: kept raw before anything is done, then acted on once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from structlog import get_logger

from webapp.backends.payments.port import BadNotice, Notice, PaymentChannel
from webapp.deposits.models import PaymentNotice
from webapp.deposits.models.money import CHANNELS
from webapp.deposits.service.incidents import raise_incident
from webapp.deposits.service.refunding import apply_refund
from webapp.deposits.service.settling import settle
from webapp.extensions import db
from webapp.transactions import transaction

log = get_logger(__name__)

MOST_BYTES: Final = 64 * 1024
MOST_BAD: Final = 200
"""Of notices that are not a channel's own so many are kept an hour: a flood fills no disk."""
KEPT_HEADERS: Final = ("content-type", "request-id", "user-agent")
KEPT_PREFIX: Final = "wechatpay-"
LONGEST_EVENT: Final = 80


class Refused(Exception):
    """A notice that is not the channel's own; the text says why, with nothing of it."""


def take_notice(
    channel: PaymentChannel, *, headers: Mapping[str, str], body: bytes, now: datetime
) -> None:
    """Keep a notice and act on it. One that was acted on before changes nothing; one whose
    handling failed is handled anew. Raises Refused."""
    try:
        notice = channel.read_notice(headers, body)
    except BadNotice as bad:
        _keep_bad(channel.name, headers, body, now)
        log.warning("notice refused", channel=channel.name, reason=bad.reason)
        raise Refused(bad.reason) from None
    kept = _keep(notice, headers, body, now)
    if kept is None:
        return
    with transaction():
        effect = _act(notice, now)
        db.session.execute(
            update(PaymentNotice)
            .where(PaymentNotice.id == kept, PaymentNotice.handled_at.is_(None))
            .values(handled_at=now, effect=effect)
        )


def _keep(notice: Notice, headers: Mapping[str, str], body: bytes, now: datetime) -> int | None:
    """The row of it, committed; None where it was acted on before."""
    number = notice.payment.number if notice.payment else ""
    row = {
        "channel": notice.channel,
        "event": _event(notice.event),
        "received_at": now,
        "headers": _headers(headers),
        "body": body,
        "verdict": "foreign" if notice.foreign else "good",
        "number": number[:64],
        "effect": "",
    }
    with transaction():
        db.session.execute(_insert().values(row).on_conflict_do_nothing())
        same = (PaymentNotice.channel == notice.channel, PaymentNotice.event == row["event"])
        kept, handled = db.session.execute(
            select(PaymentNotice.id, PaymentNotice.handled_at).where(*same)
        ).one()
    return None if handled else int(kept)


def _act(notice: Notice, now: datetime) -> str:
    """What became of it, in one or two words. In the transaction under way."""
    if notice.payment is None:
        return "nothing"
    if notice.foreign:
        said = (
            f"{CHANNELS[notice.channel]}通知里的{_FOREIGN[notice.foreign]}不是本站的，没有入账。"
            f"订单号 {notice.payment.number}。请核对渠道后台的通知地址和设置。"
        )
        about = f"{notice.channel}:{notice.payment.number}"
        raise_incident("foreign", about, said, at=now)
        return f"foreign {notice.foreign}"
    effect: str = settle(channel=notice.channel, payment=notice.payment, now=now)
    if notice.refund is not None:
        told = apply_refund(channel=notice.channel, told=notice.refund, now=now)
        effect = f"{effect}, refund {told}"
    return effect


_FOREIGN: Final = {"merchant": "商户", "application": "应用", "currency": "币种"}


def _keep_bad(channel: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """By the digest of its body, so that the same one is kept but once."""
    recent = select(func.count()).where(
        PaymentNotice.verdict == "bad", PaymentNotice.received_at > now - timedelta(hours=1)
    )
    if (db.session.scalar(recent) or 0) >= MOST_BAD:
        return
    row = {
        "channel": channel,
        "event": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "received_at": now,
        "headers": _headers(headers),
        "body": body,
        "verdict": "bad",
        "number": "",
        "handled_at": now,
        "effect": "refused",
    }
    with transaction():
        db.session.execute(_insert().values(row).on_conflict_do_nothing())


def _event(name: str) -> str:
    if len(name) <= LONGEST_EVENT:
        return name
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def _headers(headers: Mapping[str, str]) -> str:
    kept = {
        name.lower(): value
        for name, value in headers.items()
        if name.lower() in KEPT_HEADERS or name.lower().startswith(KEPT_PREFIX)
    }
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _insert() -> Any:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(PaymentNotice)
