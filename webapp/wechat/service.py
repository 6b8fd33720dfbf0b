"""What is answered to a message. Who wrote is not kept; the answer is, for five minutes."""

from __future__ import annotations

import re
from typing import Final, cast
from urllib.parse import urlencode

from flask import current_app
from redis import Redis, RedisError
from structlog import get_logger

from webapp.backends.cache import cache_client
from webapp.cars.pages.relevance import with_words_found
from webapp.catalogue import addresses
from webapp.catalogue.filters import Selection
from webapp.catalogue.filters.words import sentence as in_words
from webapp.catalogue.queries import Listing, search_trims
from webapp.formatting import wan_span
from webapp.search.explicit import LONGEST, explicit, tidy
from webapp.search.service import read_with_model
from webapp.search.understanding.result import Understanding
from webapp.usage.counters import count_search
from webapp.wechat.envelope import WINDOW_SECONDS, Message

log = get_logger(__name__)

SHOWN: Final = 3
MOST_BYTES: Final = 2048
"""Of a text message; WeChat drops a longer one."""
COMMAND: Final = re.compile(r"^(查车|找车|搜车)[\s:：,，]*")
EXAMPLE: Final = "18 万以内、空间大一点的插混 SUV"


def answer(message: Message) -> str:
    """The words to send back, "" for none. Never raises: WeChat would tell the person that the
    account is out of order. The same again for a message that WeChat sends again."""
    kept = _kept(message.key)
    if kept is not None:
        return kept
    try:
        words = _words(message)
    except Exception:
        log.exception("message not answered", kind=message.kind)
        return f"这次没有查成，请过一会儿再发一次，或{_link('到网站上找', addresses.listing())}。"
    _keep(message.key, words)
    return words


def _words(message: Message) -> str:
    if message.kind == "event":
        if message.event == "subscribe":
            return f"你好，这里是车知，每个数都有出处。{_help()}"
        # The menu is tapped to be answered; a report of a position or of a delivery is not.
        return _help() if message.event == "click" else ""
    asked = tidy(COMMAND.sub("", tidy(message.text)))[:LONGEST].rstrip()
    if message.kind not in ("text", "voice") or not asked:
        return f"这里只读得懂文字。{_help()}"
    return _search(asked)


def _help() -> str:
    return (
        f"把想要的车写成一句话发来，例如“{EXAMPLE}”，就会告诉你有几款、是哪些。"
        f"也可以{_link('自己选', addresses.listing())}，或{_link('问助手', '/assistant/')}。"
    )


def _search(asked: str) -> str:
    understood = read_with_model(asked)
    selection = explicit(asked, understood, Selection())
    assistant = f"/assistant/?{urlencode({'q': asked})}"
    if not selection.conditions and (understood.intent != "search" or not selection.text):
        told = "这句话里没有读出找车的条件，可以"
        return _fitting(
            f"{told}{_link('拿它问助手', assistant)}。\n{_help()}", f"{told}去问助手。{_help()}"
        )
    found_for, _ = with_words_found(selection)
    found = search_trims(found_for, size=SHOWN)
    count_search(asked, found=found.total)
    read, unread = _plain(in_words(selection)), _unread(understood, selection)
    return _fitting(
        "\n".join([read, *unread, *_found(found), _way_on(selection, found.total, assistant)]),
        # The sentence makes addresses long; without it the list is the same.
        "\n".join(
            [
                read[:200],
                *_found(found),
                _way_on(selection.without_question(), found.total, "/assistant/"),
            ]
        ),
    )


def _fitting(*variants: str) -> str:
    """The first of these that WeChat takes, else the last."""
    return next((v for v in variants if len(v.encode()) <= MOST_BYTES), variants[-1])


def _unread(understood: Understanding, selection: Selection) -> list[str]:
    """Lines of the words that nothing was made of (those looked for in names are not unread), and
    of the wishes that are no filter."""
    wishes = [one.text for one in understood.unsupported if one.kind == "wish"]
    lines = [f"暂不支持：{'、'.join(wishes)}"] if wishes else []
    if understood.unread and not selection.text:
        lines.insert(0, f"没有读懂：{'、'.join(word.text for word in understood.unread)}")
    return [_plain(line) for line in lines]


def _found(found: Listing) -> list[str]:
    if not found.total:
        return ["没有符合的车型。"]
    rows = [
        _plain(f"· {row.full_name} {wan_span(row.price_fen, row.price_fen)}") for row in found.rows
    ]
    return [f"有 {found.total} 款车型{'，前几款' if found.total > SHOWN else ''}：", *rows]


def _way_on(selection: Selection, total: int, assistant: str) -> str:
    label = f"看全部 {total} 款" if total else "看看放宽哪一项就有"
    return f"{_link(label, selection.url())}，或{_link('问助手', assistant)}"


def _link(label: str, path: str) -> str:
    return f'<a href="{current_app.config["BASE_URL"]}{path}">{label}</a>'


def _plain(text: str) -> str:
    """WeChat makes links of <a>; what a person typed, or a file named, must not become one."""
    return text.replace("<", "＜").replace(">", "＞")


def _kept(key: str) -> str | None:
    try:
        kept = cast("bytes | None", _redis().get(f"wechat:answer:{key}"))
    except RedisError:
        return None
    return None if kept is None else kept.decode()


def _keep(key: str, words: str) -> None:
    try:
        _redis().set(f"wechat:answer:{key}", words, ex=WINDOW_SECONDS)
    except RedisError:
        return  # a message sent again is then worked out again, with the same answer


def _redis() -> Redis:
    return cache_client(current_app.config["REDIS_URL"])
