"""What a delivery sends, made when it is sent: of the notice as it is then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from flask import current_app

from webapp.notices import mails, queries
from webapp.notices.channels import mail, wechat
from webapp.notices.kinds import kinds
from webapp.notices.models import NoticeDelivery
from webapp.notices.reach import reach

DIGEST: Final = 50
"""Notices in one digest; all are in the centre."""


def of(row: NoticeDelivery, now: datetime) -> Callable[[], None] | None:
    """A call that sends it, which raises Refused and Later; None where there is nothing to send
    or nobody to send it to."""
    if not reach(row.account_id).is_open:
        return None
    if row.channel == "wechat":
        return _wechat(row)
    person = queries.person(row.account_id)
    url = current_app.config["SMTP_URL"]
    to = person.mail_asked if row.purpose == "confirm" else person.mail
    if not url or not to or not (person.mails or row.purpose == "confirm"):
        return None
    if row.purpose == "confirm":
        made = mails.of_confirmation(to=to, account_id=row.account_id, number=row.id, at=now)
    else:
        told = queries.told_by(row)[:DIGEST]
        if not told:
            return None
        made = mails.of_notices(told, to=to, account_id=row.account_id, number=row.id, at=now)
    return partial(mail.send, url, made)


def _wechat(row: NoticeDelivery) -> Callable[[], None] | None:
    openid, told = reach(row.account_id).openid, queries.told_by(row)
    if openid is None or not told:
        return None
    kind = kinds().get(told[0].kind)
    return partial(
        wechat.send,
        current_app.config,
        openid=openid,
        title=told[0].title,
        kind=kind.label if kind else "消息",
        at=told[0].told_at,
        link=f"{current_app.config['BASE_URL']}/notices/{told[0].id}",
    )
