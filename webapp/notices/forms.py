"""What people send: a page's number, when a page was shown, their settings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from werkzeug.datastructures import MultiDict

from webapp.errors import BadInput
from webapp.notices.choices import Choice, Hours, Person
from webapp.notices.hours import DIGEST

MAX_PAGE: Final = 1_000
MOST: Final = 20
"""Messages a day at most."""
_DIGITS: Final = 16
_TIME: Final = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])")
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
)
"""What browsers take in a field for addresses, but for the dot that the outer world needs."""


def read_page(args: MultiDict[str, str]) -> int:
    """Raises BadInput."""
    text = args.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_PAGE):
        raise BadInput(f"参数 page 应是 1 到 {MAX_PAGE} 的整数。")
    return int(text)


def read_shown(form: MultiDict[str, str]) -> datetime:
    """When the page was made that the button stands on. Raises BadInput."""
    text = form.get("shown", "")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise BadInput("没有读出这个按钮所在的页面是什么时候打开的，请刷新页面再点一次。")
    return datetime.fromtimestamp(int(text) / 1_000_000, UTC)


def write_shown(moment: datetime) -> int:
    """Microseconds since 1970."""
    return int(moment.timestamp() * 1_000_000) + 1


@dataclass(frozen=True)
class Chosen:
    """The form of settings as it was read."""

    hours: Hours
    mails: bool
    by_kind: dict[str, Choice]


@dataclass
class Wrong(Exception):
    """What is wrong with which field, in words for the person."""

    fields: dict[str, str] = field(default_factory=dict)


def read_settings(form: MultiDict[str, str], kinds: Iterable[str]) -> Chosen:
    """Raises Wrong with everything that is."""
    wrong: dict[str, str] = {}
    quiet_from = quiet_to = 0
    if form.get("quiet") == "yes":
        quiet_from = _minute(form, "quiet_from", wrong)
        quiet_to = _minute(form, "quiet_to", wrong)
        if not wrong and quiet_from == quiet_to:
            wrong["quiet_to"] = "开始和结束是同一个时间。请改其中一个；不要勿扰时段就取消勾选。"
    digest_at = _minute(form, "digest_at", wrong) if form.get("digest") == "yes" else None
    most = form.get("most_a_day", "")
    if not (most.isascii() and most.isdigit() and len(most) < 4 and 1 <= int(most) <= MOST):
        wrong["most_a_day"] = f"每天的条数应是 1 到 {MOST} 的整数。"
    if wrong:
        raise Wrong(wrong)
    return Chosen(
        Hours(quiet_from, quiet_to, int(most), digest_at),
        form.get("mails") == "yes",
        {
            kind: Choice(
                muted=f"site-{kind}" not in form,
                mail=f"mail-{kind}" in form,
                wechat=f"wechat-{kind}" in form,
            )
            for kind in kinds
        },
    )


def written(person: Person, choices: Mapping[str, Choice]) -> dict[str, str]:
    """The fields of the form of settings as they are kept; quiet hours that are off show those
    that would be usual."""
    is_quiet = person.quiet_from != person.quiet_to
    usual = Hours()
    fields = {
        "quiet": "yes" if is_quiet else "",
        "quiet_from": _clock(person.quiet_from if is_quiet else usual.quiet_from),
        "quiet_to": _clock(person.quiet_to if is_quiet else usual.quiet_to),
        "most_a_day": str(person.most_a_day),
        "digest": "" if person.digest_at is None else "yes",
        "digest_at": _clock(DIGEST if person.digest_at is None else person.digest_at),
        "mails": "yes" if person.mails else "",
    }
    for kind, chosen in choices.items():
        fields[f"site-{kind}"] = "" if chosen.muted else "yes"
        fields[f"mail-{kind}"] = "yes" if chosen.mail else ""
        fields[f"wechat-{kind}"] = "yes" if chosen.wechat else ""
    return fields


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def read_address(form: MultiDict[str, str]) -> str:
    """An address that a mail can be sent to. Raises Wrong."""
    text = unicodedata.normalize("NFKC", form.get("mail", "")).strip()
    if not text:
        raise Wrong({"mail": "请填写邮箱地址。"})
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        raise Wrong({"mail": "邮箱地址应像 name@example.com，只用英文字母、数字和符号。"})
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _minute(form: MultiDict[str, str], name: str, wrong: dict[str, str]) -> int:
    match = _TIME.fullmatch(form.get(name, ""))
    if match is None:
        wrong[name] = "时间应像 22:00，从 00:00 到 23:59。"
        return 0
    return int(match[1]) * 60 + int(match[2])
