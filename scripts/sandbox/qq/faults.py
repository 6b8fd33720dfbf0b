"""The faults of QQ login by name; the page of the sandbox offers them in these words."""

from __future__ import annotations

from typing import Any, Final

from scripts.sandbox.frame import Catalogue, Part
from scripts.sandbox.qq.state import FOREIGN_CLIENT, openid


def _token(action: dict[str, Any], times: int | None = 1) -> tuple[Part, ...]:
    return (("token", action, times),)


def _me(action: dict[str, Any], times: int | None = 1) -> tuple[Part, ...]:
    return (("me", action, times),)


def _profile(action: dict[str, Any], times: int | None = 1) -> tuple[Part, ...]:
    return (("get_user_info", action, times),)


ALL: Final = ("token", "me", "get_user_info")
NAMED: Final[Catalogue] = {
    "state-wrong": ("跳回时 state 不对", (("confirm", {"state": "wrong"}, 1),)),
    "state-missing": ("跳回时没有 state", (("confirm", {"state": "missing"}, 1),)),
    "code-used": ("code 已被使用（100020）", _token({"error": 100020})),
    "code-invalid": ("code 换令牌失败（100019）", _token({"error": 100019})),
    "secret-wrong": ("APP Key 不对（100009）", _token({"error": 100009})),
    "token-invalid": ("令牌验证失败（100016）", _me({"error": 100016})),
    "token-revoked": ("用户取消了授权（100015）", _me({"error": 100015})),
    "other-client": ("/me 里是别家应用", _me({"set": {"client_id": FOREIGN_CLIENT}})),
    "no-unionid": ("没有 unionid 权限（100048）", _me({"error": 100048})),
    "openid-differs": (
        "/me 里的 openid 与令牌的不同",
        _me({"set": {"openid": openid("somebody", FOREIGN_CLIENT)}}),
    ),
    "small-avatar-only": (
        "没有大头像",
        _profile({"unset": ["figureurl_qq_2", "figureurl_2"]}),
    ),
    "no-avatar": ("完全没有头像", _profile({"avatar": ""})),
    "avatar-missing": ("头像 404", _profile({"avatar": "missing"})),
    "avatar-huge": ("头像超过 10 MB", _profile({"avatar": "huge"})),
    "avatar-bomb": ("头像一亿像素", _profile({"avatar": "bomb"})),
    "avatar-text": ("头像不是图片", _profile({"avatar": "text"})),
    "profile-failed": ("取资料失败（ret -1）", _profile({"ret": -1})),
    "profile-forbidden": ("用户未授权取资料（ret 100030）", _profile({"ret": 100030})),
    "jsonp": ("要 JSON 却回 JSONP", tuple((name, {"jsonp": True}, 1) for name in ALL)),
    "blanks": ("回答前后有空白和换行", tuple((name, {"blanks": True}, 1) for name in ALL)),
    "token-500": ("换令牌时 502", _token({"status": 502}, None)),
    "token-slow": ("换令牌慢 6 秒", _token({"delay": 6.0})),
    "token-html": ("换令牌返回网页", _token({"html": True})),
    "token-truncated": ("换令牌返回半截 JSON", _token({"truncate": True})),
    "token-drop": ("换令牌时断开", _token({"drop": True})),
    "token-lost": ("令牌已发出但回答丢失", _token({"reset_after_effect": True})),
    "me-500": ("取 openid 时 502", _me({"status": 502}, None)),
    "me-slow": ("取 openid 慢 6 秒", _me({"delay": 6.0})),
    "profile-500": ("取资料时 502", _profile({"status": 502}, None)),
    "profile-slow": ("取资料慢 6 秒", _profile({"delay": 6.0})),
    "profile-html": ("取资料返回网页", _profile({"html": True})),
}
