"""How a message leaves: each channel sends one, or says whether it may be tried again."""

from __future__ import annotations

from datetime import datetime


class Refused(Exception):
    """It will never be taken: the address does not exist, or its owner wants nothing from us. The
    text is a word of REASONS."""


class Later(Exception):
    """It may be taken later. The text is a word of REASONS.

    `away`: the channel itself takes nothing at present, so nothing else need be tried. `at`: when
    it will take something again, where that is known.
    """

    def __init__(self, reason: str, *, away: bool = True, at: datetime | None = None) -> None:
        super().__init__(reason)
        self.away = away
        self.at = at


REASONS = {
    "away": "连不上",
    "login": "服务器不认用户名或密码",
    "sender": "服务器不接受发件人",
    "busy": "服务器暂时不收",
    "address": "对方没有这个地址",
    "content": "服务器拒收这封信",
    "token": "拿不到公众号的令牌",
    "quota": "今天的额度用完了",
    "template": "模板编号或字段不对",
    "follower": "没有关注服务号",
    "consent": "没有在微信里同意接收",
    "expired": "7 天没有发出去",
    "read": "发出前已经看过",
    "off": "发出前关掉了",
    "cap": "超过当天的条数",
    "newer": "有更新的一条",
}
"""What staff read for the words that deliveries keep."""
