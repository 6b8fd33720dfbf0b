"""The mails themselves: a notice, a digest of several, the question whether an address is right."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from flask import current_app

from webapp.notices import tokens
from webapp.notices.kinds import kinds
from webapp.notices.queries import Told


def of_notices(
    told: Sequence[Told], *, to: str, account_id: int, number: int, at: datetime
) -> EmailMessage:
    """One notice, or several as a digest; its unsubscribing is that of the kind, or of all."""
    kind = told[0].kind if len(told) == 1 else ""
    subject = told[0].title if kind else f"{len(told)} 条新消息：{told[0].title}"
    known = kinds()
    token = tokens.unsubscribing(account_id, kind)
    leave = f"{current_app.config['BASE_URL']}/notices/unsubscribe/{token}"
    message = _made(
        "notice",
        subject,
        to,
        number,
        at,
        told=told,
        labels={one.kind: known[one.kind].label for one in told if one.kind in known},
        kind=known[kind].label if kind in known else "",
        leave=leave,
    )
    message["List-Unsubscribe"] = f"<{leave}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def of_confirmation(*, to: str, account_id: int, number: int, at: datetime) -> EmailMessage:
    token = tokens.confirming(account_id, to)
    confirm = f"{current_app.config['BASE_URL']}/notices/confirm/{token}"
    days = tokens.CONFIRM.days
    return _made("confirm", "请确认这个邮箱", to, number, at, confirm=confirm, days=days)


def _made(
    name: str, subject: str, to: str, number: int, at: datetime, **words: object
) -> EmailMessage:
    message = EmailMessage()
    sender, address = parseaddr(current_app.config["MAIL_FROM"])
    message["Subject"] = f"{subject} · 车知"
    message["From"] = Address(sender, addr_spec=address)
    message["To"] = to
    message["Date"] = format_datetime(at)
    # The same whenever this one is sent again, so that a mailbox can tell.
    message["Message-ID"] = (
        f"<{_number(number)}@{urlsplit(current_app.config['BASE_URL']).hostname}>"
    )
    message["Auto-Submitted"] = "auto-generated"
    words |= {"site": current_app.config["BASE_URL"]}
    # Without a request there is nobody whom the templates' usual names could be about.
    env = current_app.jinja_env
    message.set_content(env.get_template(f"notices/mail/{name}.txt").render(words))
    html = env.get_template(f"notices/mail/{name}.html").render(words)
    message.add_alternative(html, subtype="html")
    return message


def _number(number: int) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"notices.mail.{number}".encode(), hashlib.sha256).hexdigest()[:32]
