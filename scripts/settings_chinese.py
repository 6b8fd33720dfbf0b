"""Chinese for what a setting's row says in English only: allowed values and defaults in words.

What a setting is for stands in its row itself (`help_chinese`), because the console shows it too.
"""

from __future__ import annotations

import re
from typing import Final

PHRASES: Final[tuple[tuple[str, str], ...]] = (
    # allowed values
    (r"a whole number from (\d+) to (\d+)", r"\1 到 \2 的整数"),
    (r"a number from ([\d.]+) to ([\d.]+)", r"\1 到 \2 的数"),
    (r"(\d+) to (\d+) letters and digits", r"\1 到 \2 位字母和数字"),
    (r"(\d+) letters and digits", r"\1 位字母和数字"),
    (r"one line of at most (\d+) characters", r"一行，最多 \1 个字符"),
    (r"the name of a model, at most (\d+) characters", r"模型名，最多 \1 个字符"),
    (r"the key in one line, at most (\d+) characters", r"密钥，一行，最多 \1 个字符"),
    (r"(\d+) to (\d+) digits", r"\1 到 \2 位数字"),
    (r"(\d+) digits that begin with (\d+)", r"\2 开头的 \1 位数字"),
    (r"(\d+) to (\d+) hexadecimal digits in capitals", r"\1 到 \2 位十六进制数，字母大写"),
    (r"(\d+) characters", r"\1 个字符"),
    (r"wx and (\d+) letters and digits", r"wx 加 \1 位字母和数字"),
    (r"PUB_KEY_ID_ and digits", "PUB_KEY_ID_ 加数字"),
    (
        r"an RSA key as PEM or as its one base64 line",
        "RSA 密钥：PEM，或控制台给出的一行 base64",
    ),
    (r"certificates as PEM, one or more", "证书，PEM 格式，可以有多张"),
    (r"an IP address or a host name", "IP 地址或主机名"),
    (
        r"(smtp://\S+) or (smtps://\S+), with the signs (.+) of user and password written as (.+)",
        r"\1 或 \2，用户名和密码里的 \3 写成 \4",
    ),
    (
        r"an address, with a name before it or not: (.+)",
        r"邮箱地址，前面可以有名字：\1",
    ),
    (
        r"three names of the template's fields, commas between: (\S+)",
        r"模板里三个字段的名字，用逗号隔开：\1",
    ),
    (r"the path of a folder", "文件夹路径"),
    (
        r"at least (\d+) random characters, such as those printed by (python3 .+)",
        r"至少 \1 个随机字符，例如 `\2` 打印的",
    ),
    (
        r"http:// or https:// with a host and no path: (\S+)",
        r"http:// 或 https:// 加主机，不带路径：\1",
    ),
    (r"http:// or https:// with a host: (\S+)", r"http:// 或 https:// 加主机：\1"),
    (
        r"http:// or https:// with the path of the API: (\S+)",
        r"http:// 或 https:// 加接口的路径：\1",
    ),
    (
        r"(whoosh:) or (\S+), with (\S+) for several of one cluster, (\S+) instead of the user and "
        r"(\S+) for a certificate of your own",
        r"\1 或 \2；同一集群有几台时写 \3；可用 \4 代替用户名，用 \5 指明自己的证书",
    ),
    (r"(edge:) or (\S+), with (\S+) if it wants one", r"\1 或 \2；服务要密钥时加 \3"),
    (
        r"(file:) or (\S+), with (\S+) for plain http, (\S+), and (\S+) where browsers reach the "
        r"server by another address",
        r"\1 或 \2；不用 TLS 时加 \3，可加 \4；浏览器要用别的网址访问时加 \5",
    ),
    (
        r"the path of ffmpeg (\S+) or newer, with ffprobe beside it",
        r"ffmpeg \1 或更新版本的路径，旁边有 ffprobe",
    ),
    (r"from the package", "用安装包里的"),
    (
        r"package, none, or the address of an OpenAI-compatible API",
        "package、none，或与 OpenAI 兼容的接口地址",
    ),
    # defaults
    (r"unset", "不设"),
    (r"from `HOST` and `PORT`", "由 `HOST` 和 `PORT` 得出"),
    (r"`1` in development, else `0`", "开发环境 `1`，否则 `0`"),
    (r"made once into `VAR_DIR`; required in production", "首次启动生成在 `VAR_DIR`；生产环境必填"),
    (
        r"made once into `VAR_DIR` with `IDCHECK_A_URL`; required then in production",
        "设了 `IDCHECK_A_URL` 时生成在 `VAR_DIR`；此时生产环境必填",
    ),
    (r"SQLite in `VAR_DIR`", "`VAR_DIR` 里的 SQLite"),
    (
        r"a Redis that `scripts/run` starts on a Unix socket",
        "`scripts/run` 启动的 Redis（Unix 套接字）",
    ),
    (r"the stand-in in development, else unset", "开发环境用模拟服务，否则不设"),
    (r"the stand-in with its (`\w+`), else (`\S+`)", r"用模拟服务的 \1 时是模拟服务，否则 \2"),
)

CODE: Final = re.compile(r"`[^`]+`|[\w.-]+|[\w+]+://\S+")
"""A value that is the same in every language."""


def in_chinese(text: str) -> str | None:
    """`text` in Chinese, or None where there is none yet."""
    for pattern, chinese in PHRASES:
        if found := re.fullmatch(pattern, text):
            return found.expand(chinese)
    *first, last = re.split(r", | or ", text)
    if not all(CODE.fullmatch(part) for part in (*first, last)):
        return None
    return f"{'、'.join(first)} 或 {last}" if first else last
