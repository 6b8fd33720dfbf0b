"""What was sent about uploads and videos, parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from webapp.errors import BadInput
from webapp.videos.errors import TooLarge

LONGEST_NAME: Final = 255
LONGEST_KIND: Final = 100
LONGEST_TITLE: Final = 80
MOST_BYTES: Final = 20 * 1024**3
"""Of one file."""
SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Announced:
    """A file that is going to be sent: its name, its bytes, and what the browser takes it for."""

    name: str
    size: int
    kind: str


def read_announced(body: object) -> Announced:
    """Raises BadInput naming the field, TooLarge."""
    if not isinstance(body, dict):
        raise BadInput("请求内容应为 JSON：name、size、type。")
    size = body.get("size")
    if not isinstance(size, int) or isinstance(size, bool):
        raise BadInput("size 应为文件的字节数。")
    kind = body.get("type", "")
    if not isinstance(kind, str) or len(kind) > LONGEST_KIND or not kind.isprintable():
        raise BadInput(f"type 应为文件类型，最多 {LONGEST_KIND} 个字符。")
    return Announced(read_name(body.get("name")), check_size(size), kind)


def read_name(name: object) -> str:
    """A file's name without a folder. Raises BadInput."""
    if not isinstance(name, str) or not name.strip():
        raise BadInput("缺少文件名。")
    if len(name) > LONGEST_NAME:
        raise BadInput(f"文件名有 {len(name)} 个字符，最多 {LONGEST_NAME} 个，请先改短。")
    if any(sign in name for sign in "/\\") or name in (".", ".."):
        raise BadInput("文件名不能带文件夹，也不能含有 / 或 \\。")
    if any(ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 or ord(sign) == 127 for sign in name):
        raise BadInput("文件名含有不能识别的字符，请先改名。")
    return name


def check_size(size: int, most: int = MOST_BYTES) -> int:
    """Raises BadInput for an empty file, TooLarge."""
    if size <= 0:
        raise BadInput("文件是空的，请换一个视频文件。")
    if size > most:
        raise TooLarge(
            f"一个文件最多 {told_bytes(most)}，这个有 {told_bytes(size)}，请压缩或剪短。"
        )
    return size


def read_digest(text: object, what: str) -> str:
    """A SHA-256 in hex. Raises BadInput that names `what`."""
    if not isinstance(text, str) or not SHA256.fullmatch(text.lower()):
        raise BadInput(f"{what} 应为 64 位十六进制的 SHA-256 校验值。")
    return text.lower()


def title_of(name: str) -> str:
    """A title to begin with: the file's name without its ending."""
    return (PurePosixPath(name).stem.strip() or name)[:LONGEST_TITLE]


def told_bytes(count: int) -> str:
    """20 GB, 96.5 MB: in binary units, as file managers on Windows count."""
    for unit, size in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} 字节"


LONGEST_DESCRIPTION: Final = 2000
LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class Words:
    """What an author says of a video."""

    title: str
    description: str
    series_id: int | None
    trim_id: int | None
    visibility: str


def read_text(text: str, what: str, longest: int, *, least: int = 0) -> str:
    """One line or several, tidied. Raises BadInput naming `what`."""
    tidy = "\n".join(line.strip() for line in text.replace("\r\n", "\n").split("\n")).strip()
    if any(ord(sign) < 32 and sign != "\n" for sign in tidy):
        raise BadInput(f"{what}含有不能识别的字符，请删掉后再保存。")
    if len(tidy) < least:
        raise BadInput(f"请填写{what}。")
    if len(tidy) > longest:
        raise BadInput(f"{what}有 {len(tidy)} 个字，最多 {longest} 个。")
    return tidy


def read_reason(text: str) -> str:
    """Why staff take a video down, as its author reads it. Raises BadInput."""
    return read_text(" ".join(text.split()), "理由", LONGEST_REASON, least=1)
