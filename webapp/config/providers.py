"""Settings of the outside providers: logins and the real-name check."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from .settings import BASE, LINE, Kind, Setting, Values
from .standins import standin

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
UNSET: Final = "the stand-in in development, else unset"


def _letters(low: int, high: int) -> Kind:
    """WeChat's own rule for what is typed there and here."""
    span = f"{low}" if low == high else f"{low} to {high}"

    def parse(text: str) -> str:
        if not re.fullmatch(f"[A-Za-z0-9]{{{low},{high}}}", text):
            raise ValueError
        return text

    return Kind(parse, f"{span} letters and digits")


PROVIDERS: Final[tuple[Setting, ...]] = (
    Setting(
        "WECHAT_APP_ID",
        LINE,
        standin("WECHAT_APP_ID"),
        "Website application at the WeChat open platform, for login by QR code.",
        "微信开放平台的网站应用，用于扫码登录。",
        default_text=UNSET,
    ),
    Setting(
        "WECHAT_APP_SECRET",
        LINE,
        standin("WECHAT_APP_SECRET", beside="WECHAT_APP_ID"),
        "Its secret.",
        "上述网站应用的密钥。",
        default_text=UNSET,
        secret=True,
    ),
    Setting(
        "WECHAT_MP_APP_ID",
        LINE,
        standin("WECHAT_MP_APP_ID", beside="WECHAT_APP_ID"),
        "Service account, for login inside WeChat; bound to the same open-platform account.",
        "服务号，用于在微信内登录；须与网站应用绑定在同一个开放平台账号下。",
        default_text=UNSET,
    ),
    Setting(
        "WECHAT_MP_APP_SECRET",
        LINE,
        standin("WECHAT_MP_APP_SECRET", beside="WECHAT_MP_APP_ID"),
        "Its secret.",
        "上述服务号的密钥。",
        default_text=UNSET,
        secret=True,
    ),
    Setting(
        "WECHAT_MP_TOKEN",
        _letters(3, 32),
        standin("WECHAT_MP_TOKEN", beside="WECHAT_MP_APP_ID"),
        "Token of its server settings; with it messages to the account are answered.",
        "服务号“服务器配置”里的 Token；设了才会回复发给服务号的消息。",
        default_text=UNSET,
        secret=True,
    ),
    Setting(
        "WECHAT_MP_AES_KEY",
        _letters(43, 43),
        standin("WECHAT_MP_AES_KEY", beside="WECHAT_MP_TOKEN"),
        "EncodingAESKey of its server settings; with it only sealed messages are taken.",
        "服务号“服务器配置”里的 EncodingAESKey；设了就只接受加密的消息。",
        default_text=UNSET,
        secret=True,
    ),
    Setting(
        "WECHAT_OPEN_BASE",
        BASE,
        standin("WECHAT_OPEN_BASE", beside="WECHAT_APP_ID", real="https://open.weixin.qq.com"),
        "Where WeChat asks people for their consent.",
        "微信请用户授权的地址。",
        default_text="the stand-in with its `WECHAT_APP_ID`, else `https://open.weixin.qq.com`",
    ),
    Setting(
        "WECHAT_API_BASE",
        BASE,
        standin("WECHAT_API_BASE", beside="WECHAT_APP_ID", real="https://api.weixin.qq.com"),
        "Where WeChat answers servers.",
        "微信应答服务器请求的地址。",
        default_text="the stand-in with its `WECHAT_APP_ID`, else `https://api.weixin.qq.com`",
    ),
    Setting(
        "QQ_APP_ID",
        LINE,
        standin("QQ_APP_ID"),
        "Website application at QQ Connect.",
        "QQ 互联的网站应用。",
        default_text=UNSET,
    ),
    Setting(
        "QQ_APP_KEY",
        LINE,
        standin("QQ_APP_KEY", beside="QQ_APP_ID"),
        "Its key.",
        "上述网站应用的密钥。",
        default_text=UNSET,
        secret=True,
    ),
    Setting(
        "QQ_BASE",
        BASE,
        standin("QQ_BASE", beside="QQ_APP_ID", real="https://graph.qq.com"),
        "Where QQ asks people and answers servers.",
        "QQ 请用户授权、应答服务器请求的地址。",
        default_text="the stand-in with its `QQ_APP_ID`, else `https://graph.qq.com`",
    ),
    Setting(
        "IDCHECK_A_URL",
        BASE,
        standin("IDCHECK_A_URL"),
        "Real-name check, first vendor: the host of `idcert` of the Aliyun market.",
        "实名核验的第一家服务商：阿里云云市场 idcert 的主机。",
        default_text=UNSET,
    ),
    Setting(
        "IDCHECK_B_URL",
        BASE,
        standin("IDCHECK_B_URL", beside="IDCHECK_A_URL"),
        "Second vendor, asked where the first has no answer: the host of `idenAuthentication`.",
        "第一家没有结果时再问的第二家：idenAuthentication 的主机。",
        default_text=UNSET,
    ),
    Setting(
        "IDCHECK_APPCODE",
        LINE,
        standin("IDCHECK_APPCODE", beside="IDCHECK_B_URL"),
        "AppCode of the Aliyun market for both vendors.",
        "两家服务商共用的阿里云云市场 AppCode。",
        default_text=UNSET,
        secret=True,
    ),
)

_PAIRS: Final = (
    ("WECHAT_APP_ID", "WECHAT_APP_SECRET"),
    ("WECHAT_MP_APP_ID", "WECHAT_MP_APP_SECRET"),
    ("WECHAT_MP_TOKEN", "WECHAT_MP_APP_ID"),
    ("WECHAT_MP_AES_KEY", "WECHAT_MP_TOKEN"),
    ("QQ_APP_ID", "QQ_APP_KEY"),
    ("IDCHECK_A_URL", "IDCHECK_APPCODE"),
    ("IDCHECK_B_URL", "IDCHECK_APPCODE"),
)
_BASES: Final = ("WECHAT_OPEN_BASE", "WECHAT_API_BASE", "QQ_BASE", "IDCHECK_A_URL", "IDCHECK_B_URL")


def unsafe_providers(values: Values, *, production: bool) -> Iterable[str]:
    """What must not be: half of a pair, and in production a stand-in or an open line."""
    lacking = {needed: name for name, needed in reversed(_PAIRS) if values[name]}
    for needed, name in reversed(lacking.items()):
        if not values[needed]:
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
