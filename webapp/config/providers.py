"""Settings of the outside providers: logins and the real-name check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from .settings import BASE, LINE, Setting, Values

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

PROVIDERS: Final[tuple[Setting, ...]] = (
    Setting(
        "WECHAT_APP_ID", LINE, None,
        "Website application at the WeChat open platform, for login by QR code.",
        default_text="unset",
    ),
    Setting(
        "WECHAT_APP_SECRET", LINE, None, "Its secret.", default_text="unset", secret=True,
    ),
    Setting(
        "WECHAT_MP_APP_ID", LINE, None,
        "Service account, for login inside WeChat; bound to the same open-platform account.",
        default_text="unset",
    ),
    Setting(
        "WECHAT_MP_APP_SECRET", LINE, None, "Its secret.", default_text="unset", secret=True,
    ),
    Setting(
        "WECHAT_OPEN_BASE", BASE, "https://open.weixin.qq.com",
        "Where WeChat asks people for their consent.",
    ),
    Setting(
        "WECHAT_API_BASE", BASE, "https://api.weixin.qq.com", "Where WeChat answers servers.",
    ),
    Setting(
        "QQ_APP_ID", LINE, None, "Website application at QQ Connect.", default_text="unset",
    ),
    Setting("QQ_APP_KEY", LINE, None, "Its key.", default_text="unset", secret=True),
    Setting("QQ_BASE", BASE, "https://graph.qq.com", "Where QQ asks people and answers servers."),
    Setting(
        "IDCHECK_A_URL", BASE, None,
        "Real-name check, first vendor: the host of `idcert` of the Aliyun market.",
        default_text="unset",
    ),
    Setting(
        "IDCHECK_B_URL", BASE, None,
        "Second vendor, asked where the first has no answer: the host of `idenAuthentication`.",
        default_text="unset",
    ),
    Setting(
        "IDCHECK_APPCODE", LINE, None, "AppCode of the Aliyun market for both vendors.",
        default_text="unset", secret=True,
    ),
)  # fmt: skip

_PAIRS: Final = (
    ("WECHAT_APP_ID", "WECHAT_APP_SECRET"),
    ("WECHAT_MP_APP_ID", "WECHAT_MP_APP_SECRET"),
    ("QQ_APP_ID", "QQ_APP_KEY"),
    ("IDCHECK_A_URL", "IDCHECK_APPCODE"),
    ("IDCHECK_B_URL", "IDCHECK_APPCODE"),
)
_BASES: Final = ("WECHAT_OPEN_BASE", "WECHAT_API_BASE", "QQ_BASE", "IDCHECK_A_URL", "IDCHECK_B_URL")


def unsafe_providers(values: Values, *, production: bool) -> Iterable[str]:
    """What must not be: half of a pair, and in production a stand-in or an open line."""
    for name, needed in _PAIRS:
        if values[name] and not values[needed]:
            yield f"{needed}: {name} needs it"
    if not production:
        return
    for name in _BASES:
        url = urlsplit(values[name] or "https://unset")
        if url.hostname in LOOPBACK:
            yield f'{name}: "{values[name]}" is a stand-in, which production must not use'
        elif url.scheme != "https":
            yield f'{name}: "{values[name]}" is not allowed in production: https://'
    if values["IDCHECK_A_URL"] and not values["IDENTITY_KEY"]:
        yield "IDENTITY_KEY: production needs it with IDCHECK_A_URL"
