"""What visitors send, over the socket or by a form, parsed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

from webapp.assistant import figures
from webapp.assistant.events import PageContext
from webapp.assistant.service import Ask
from webapp.basket import MAX_TRIMS
from webapp.errors import BadInput

QUESTION_LENGTH: Final = 2000
COMMENT_LENGTH: Final = 500
KEY_LENGTH: Final = 64
ADDRESS_LENGTH: Final = 2000
CHIP_LENGTH: Final = 400
LONGEST_IDS: Final = 200
LARGEST_NUMBER: Final = 2**31 - 1

_CAR_PAGE: Final = re.compile(r"/cars/(?:trims/(?P<trim>\d+)|series/(?P<series>\d+))")

REASONS: Final = {
    "number": "数字不对",
    "source": "和来源对不上",
    "missed": "答非所问",
    "old": "内容过时",
    "unclear": "看不明白",
}
"""Why an answer was no good."""


@dataclass(frozen=True)
class Resume:
    conversation: str
    turn: int | None
    after: int


@dataclass(frozen=True)
class Watch:
    """`turn` is the last one shown, None where none is."""

    conversation: str
    turn: int | None


@dataclass(frozen=True)
class Feedback:
    thumb: str
    reasons: tuple[str, ...]
    comment: str


def ask_of(data: Mapping[str, Any]) -> Ask:
    """A question from a message or a form: `text`, and optionally `conversation`, `reply_to`,
    `edit`, `again`, `key`, and the page: `trim`, `series`, `list`, `compare`; instead of `text`
    the figures of a sum, `sum_km` and others. Raises BadInput naming what is wrong."""
    again = _id(data, "again")
    text = data.get("text") or figures.question_of(data)
    return Ask(
        text="" if again else question(text),
        conversation=_text(data, "conversation", 40) or None,
        reply_to=_id(data, "reply_to"),
        edit=_id(data, "edit"),
        again=again,
        key=_text(data, "key", KEY_LENGTH) or None,
        page=page_of(data),
    )


def page_of(data: Mapping[str, Any]) -> PageContext | None:
    """The page asked from, of an address's or a message's `trim`, `series`, `list` and
    `compare` (ids with commas between)."""
    address = _text(data, "list", ADDRESS_LENGTH) or None
    if address is not None and not address.startswith("/cars/"):
        raise BadInput("list：应是本站列表页的地址。")
    page = PageContext(_id(data, "trim"), _id(data, "series"), address, _ids(data, "compare"))
    return None if page == PageContext() else page


def fields_of(page: PageContext | None) -> dict[str, str]:
    """What `page_of` reads this page from."""
    if page is None:
        return {}
    ids = ",".join(map(str, page.compare))
    fields = {"trim": page.trim_id, "series": page.series_id, "list": page.address, "compare": ids}
    return {name: str(value) for name, value in fields.items() if value}


def page_at(address: str) -> PageContext | None:
    """What page of ours a browser shows by this path and query; None for those a question
    cannot be about, and for addresses that make no sense."""
    path, _, query = address.partition("?")
    try:
        if path == "/cars/":
            return page_of({"list": address}) if query else None
        if path == "/cars/compare":
            return page_of({"compare": ",".join(parse_qs(query).get("ids", ()))})
        found = _CAR_PAGE.fullmatch(path)
        return page_of(found.groupdict()) if found else None
    except (BadInput, ValueError):
        return None


def question(value: object) -> str:
    """The text of a question in one piece: no control characters, spaces brought to one."""
    if not isinstance(value, str):
        raise BadInput("请先写下问题。")
    shown = "".join(c if c.isprintable() or c.isspace() else "" for c in value)
    text = " ".join(unicodedata.normalize("NFC", shown).split())
    if not text:
        raise BadInput("请先写下问题。")
    if len(text) > QUESTION_LENGTH:
        raise BadInput(f"问题太长了，请控制在 {QUESTION_LENGTH} 字以内。")
    return text


def resume_of(data: Mapping[str, Any]) -> Resume:
    after = data.get("after", 0)
    if isinstance(after, bool) or not isinstance(after, int) or not 0 <= after <= LARGEST_NUMBER:
        raise BadInput("after：应是 0 或正整数。")
    return Resume(_named(data), _id(data, "turn"), after)


def watch_of(data: Mapping[str, Any]) -> Watch:
    return Watch(_named(data), _id(data, "turn"))


def feedback_of(data: Mapping[str, Any], reasons: list[str]) -> Feedback:
    thumb = data.get("thumb")
    if thumb not in ("up", "down"):
        raise BadInput("请选择“有用”或“没用”。")
    known = tuple(key for key in REASONS if key in reasons) if thumb == "down" else ()
    comment = " ".join(str(data.get("comment", "")).split())
    if len(comment) > COMMENT_LENGTH:
        raise BadInput(f"补充说明请控制在 {COMMENT_LENGTH} 字以内。")
    return Feedback(str(thumb), known, comment)


def key_of(data: Mapping[str, Any]) -> str:
    """Which chip of what is known. Raises BadInput where none is named."""
    key = _text(data, "key", CHIP_LENGTH)
    if not key:
        raise BadInput("key：请说明不再按哪一条理解。")
    return key


def _named(data: Mapping[str, Any]) -> str:
    conversation = _text(data, "conversation", 40)
    if not conversation:
        raise BadInput("conversation：请说明是哪个对话。")
    return conversation


def _text(data: Mapping[str, Any], name: str, length: int) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > length or not value.isprintable():
        raise BadInput(f"{name}：读不懂。")
    return value


def _ids(data: Mapping[str, Any], name: str) -> tuple[int, ...]:
    entries = _text(data, name, LONGEST_IDS).split(",")
    found = (_id({name: entry}, name) for entry in dict.fromkeys(entries))
    ids = tuple(one for one in found if one is not None)
    if len(ids) > MAX_TRIMS:
        raise BadInput(f"{name}：一次最多对比 {MAX_TRIMS} 款。")
    return ids


def _id(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise BadInput(f"{name}：应是一个编号。")
    number = int(text[:20])
    if not 1 <= number <= LARGEST_NUMBER:
        raise BadInput(f"{name}：应是一个编号。")
    return number
