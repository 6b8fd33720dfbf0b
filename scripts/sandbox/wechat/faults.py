"""The faults of WeChat by name; the page of the sandbox offers them in these words."""

from __future__ import annotations

from typing import Any, Final

from scripts.sandbox.frame import Catalogue, Part
from scripts.sandbox.wechat.state import openid


def _token(action: dict[str, Any], times: int | None = 1) -> tuple[Part, ...]:
    return (("access_token", action, times),)


def _profile(action: dict[str, Any], times: int | None = 1) -> tuple[Part, ...]:
    return (("userinfo", action, times),)


def _message(action: dict[str, Any], times: int | None = 1) -> tuple[Part, ...]:
    return ("bizsend", action, times), ("template_send", action, times)


NAMED: Final[Catalogue] = {
    "state-wrong": ("跳回时 state 不对", (("confirm", {"state": "wrong"}, 1),)),
    "state-missing": ("跳回时没有 state", (("confirm", {"state": "missing"}, 1),)),
    "code-expired": ("code 已过期（42003）", _token({"errcode": 42003})),
    "code-invalid": ("code 无效（40029）", _token({"errcode": 40029})),
    "code-used": ("code 已被使用（40163）", _token({"errcode": 40163})),
    "secret-wrong": ("密钥不对（40125）", _token({"errcode": 40125})),
    "appid-wrong": ("AppID 不对（40013）", _token({"errcode": 40013})),
    "blocked": ("高风险用户（40226）", _token({"errcode": 40226})),
    "too-frequent": ("调用太频繁（45011）", _token({"errcode": 45011})),
    "busy-once": ("系统繁忙一次（-1），再试即好", _token({"errcode": -1})),
    "busy": ("一直系统繁忙（-1）", _token({"errcode": -1}, None)),
    "snapshot": ("快照页虚拟账号", _token({"set": {"is_snapshotuser": 1}})),
    "no-unionid": (
        "没有 unionid",
        (*_token({"unset": ["unionid"]}), *_profile({"unset": ["unionid"]})),
    ),
    "openid-differs": (
        "资料里的 openid 是别人的",
        _profile({"set": {"openid": openid("somebody", "else")}}),
    ),
    "unionid-differs": (
        "资料里的 unionid 是别人的",
        _profile({"set": {"unionid": openid("somebody", "union")}}),
    ),
    "profile-forbidden": ("资料接口无权限（48001）", _profile({"errcode": 48001})),
    "token-500": ("换令牌时 502", _token({"status": 502}, None)),
    "token-slow": ("换令牌慢 6 秒", _token({"delay": 6.0})),
    "token-html": ("换令牌返回网页", _token({"html": True})),
    "token-truncated": ("换令牌返回半截 JSON", _token({"truncate": True})),
    "token-drop": ("换令牌时断开", _token({"drop": True})),
    "token-lost": ("令牌已发出但回答丢失", _token({"reset_after_effect": True})),
    "profile-500": ("取资料时 502", _profile({"status": 502}, None)),
    "profile-slow": ("取资料慢 6 秒", _profile({"delay": 6.0})),
    "profile-html": ("取资料返回网页", _profile({"html": True})),
    "profile-truncated": ("取资料返回半截 JSON", _profile({"truncate": True})),
    "profile-drop": ("取资料时断开", _profile({"drop": True})),
    "avatar-missing": ("头像 404", _profile({"avatar": "missing"})),
    "avatar-huge": ("头像超过 10 MB", _profile({"avatar": "huge"})),
    "avatar-bomb": ("头像一亿像素", _profile({"avatar": "bomb"})),
    "avatar-text": ("头像不是图片", _profile({"avatar": "text"})),
}
OF_ACCOUNT: Final[Catalogue] = {
    "account-token-once": ("公众号令牌失效一次（40001）", _message({"errcode": 40001})),
    "account-token": ("公众号令牌一直失效（40001）", _message({"errcode": 40001}, None)),
    "account-quota": ("公众号消息额度用完（45009）", _message({"errcode": 45009}, None)),
    "not-following": ("没有关注公众号（43004）", _message({"errcode": 43004}, None)),
    "not-agreed": ("没有同意订阅通知（43101）", _message({"errcode": 43101}, None)),
    "message-500": ("公众号消息 502", _message({"status": 502}, None)),
    "message-html": ("公众号消息返回网页", _message({"html": True}, None)),
    "message-drop": ("公众号消息断开", _message({"drop": True}, None)),
}
"""Of the messages that the service account sends, which no login meets."""
