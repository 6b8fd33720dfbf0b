"""Settings of notices: the mail server and the messages of the WeChat service account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit

from .settings import LINE, Kind, Setting, Values, choice
from .standins import standin

_FIELDS: Final = re.compile(r"[a-z_]+[0-9]{0,2}(,[a-z_]+[0-9]{0,2}){2}")


def _smtp(text: str) -> str:
    url = urlsplit(text)
    _ = url.port  # raises ValueError where it is no number
    extra = url.path not in ("", "/") or url.query or url.fragment
    if url.scheme not in ("smtp", "smtps") or not url.hostname or extra:
        raise ValueError
    return text


def _sender(text: str) -> str:
    _, address = parseaddr(text)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or not text.isprintable() or len(text) > 200:
        raise ValueError
    return text


def _fields(text: str) -> str:
    if not _FIELDS.fullmatch(text):
        raise ValueError
    return text


NOTICES: Final[tuple[Setting, ...]] = (
    Setting(
        "SMTP_URL",
        Kind(
            _smtp,
            "smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465, with the signs "
            "@ : / ? # % of user and password written as %40 %3A %2F %3F %23 %25",
        ),
        None,
        "The mail server of notices; without it there are none by mail. With `smtp` the "
        "connection is encrypted by STARTTLS; a host on this machine or the private network may "
        "do without.",
        "发消息邮件的服务器；不设就没有邮件。写 smtp 时用 STARTTLS 加密，"
        "只有本机和内网的服务器可以不加密。",
        default_text="unset",
        secret=True,
    ),
    Setting(
        "MAIL_FROM",
        Kind(_sender, "an address, with a name before it or not: 车知 <notices@cars.example.com>"),
        None,
        "Sender of these mails; needed with `SMTP_URL`.",
        "这些邮件的发件人；设了 SMTP_URL 就必须设它。",
        default_text="unset",
    ),
    Setting(
        "WECHAT_MP_NOTICE_TEMPLATE",
        LINE,
        standin("WECHAT_MP_NOTICE_TEMPLATE", beside="WECHAT_MP_APP_ID"),
        "Number of the service account's template for notices; without it there are none by "
        "WeChat.",
        "服务号里用来发消息的模板编号；不设就没有微信消息。",
        default_text="the stand-in in development, else unset",
    ),
    Setting(
        "WECHAT_MP_NOTICE_FIELDS",
        Kind(_fields, "three names of the template's fields, commas between: thing1,thing2,time3"),
        "thing1,thing2,time3",
        "Which fields of that template hold title, kind and time.",
        "那个模板里放标题、类别和时间的三个字段。",
    ),
    Setting(
        "WECHAT_MP_NOTICE_BY",
        choice("subscribe", "template"),
        "subscribe",
        "`subscribe` sends subscription messages, which the person has to agree to in WeChat; "
        "`template` sends template messages, where the account still has them.",
        "subscribe 发订阅通知，要用户在微信里同意；"
        "template 发模板消息，只有还保留这项能力的服务号能用。",
    ),
)


def unsafe_notices(values: Values) -> Iterator[str]:
    """What does not go together."""
    if values["SMTP_URL"] and not values["MAIL_FROM"]:
        yield "MAIL_FROM: SMTP_URL needs it: the address that mails come from"
    if values["WECHAT_MP_NOTICE_TEMPLATE"] and not values["WECHAT_MP_APP_ID"]:
        yield "WECHAT_MP_NOTICE_TEMPLATE: it needs WECHAT_MP_APP_ID"
