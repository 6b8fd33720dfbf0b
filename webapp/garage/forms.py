"""What visitors send: which car, in which order, which page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from werkzeug.datastructures import MultiDict

from webapp.errors import BadInput, Suggestion
from webapp.garage.models import Subject

MAX_ID: Final = 2**31 - 1
MAX_PAGE: Final = 1_000
MAX_DIGITS: Final = 16
"""As many as the microseconds since 1970 have, which keep the order of favourites."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SORTS: Final = {"": "最近收藏", "price": "价格从低到高", "drop": "降价最多"}


def read_subject(form: MultiDict[str, str]) -> Subject:
    """`trim=7` or `series=7`. Raises BadInput."""
    trim, series = form.get("trim"), form.get("series")
    if (trim is None) == (series is None):
        raise BadInput(
            "请求里要有一个车型（trim）或一个车系（series）的编号，请从页面上的按钮操作。"
        )
    if trim is not None:
        return Subject("trim", _read_id("trim", trim))
    return Subject("series", _read_id("series", series or ""))


def _read_id(name: str, text: str) -> int:
    number = _number(text)
    if not 0 < number <= MAX_ID:
        raise BadInput(f"参数 {name}={text[:40]}：不是编号，应是正整数。")
    return number


def read_sort(args: MultiDict[str, str]) -> str:
    sort = args.get("sort", "")
    if sort not in SORTS:
        known = "、".join(name for name in SORTS if name)
        raise BadInput(f"参数 sort={sort[:40]}：只能是 {known}。")
    return sort


def read_page(args: MultiDict[str, str]) -> int:
    text = args.get("page", "1")
    number = _number(text)
    if not 0 < number <= MAX_PAGE:
        back = [Suggestion("回到第 1 页", "?")]
        raise BadInput(f"参数 page={text[:40]}：没有这一页。", suggestions=back)
    return number


def read_saved(form: MultiDict[str, str], now: datetime) -> datetime:
    """When a car was saved that is removed, or was just now, as `write_saved` told the page; so
    that taking the removal back keeps its place. `now` where nothing sensible is said."""
    microseconds = _number(form.get("saved", ""))
    return now if microseconds <= 0 else min(_EPOCH + timedelta(microseconds=microseconds), now)


def write_saved(saved_at: datetime) -> int:
    """Microseconds since 1970."""
    return (saved_at - _EPOCH) // timedelta(microseconds=1)


def _number(text: str) -> int:
    """-1 for what is no number, or is longer than any that is asked for."""
    plain = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
    return int(text) if plain else -1
