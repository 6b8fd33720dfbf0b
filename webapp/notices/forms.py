"""What people send: a page's number, when a page was shown, their settings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from werkzeug.datastructures import MultiDict

from webapp.errors import BadInput

MAX_PAGE: Final = 1_000
_DIGITS: Final = 16


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
