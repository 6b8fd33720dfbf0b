"""The made-up people who log in, among them some with a troublesome profile."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Person:
    """`label` is what the sandbox's page shows; `avatar` is a kind of `avatar()`, or empty."""

    id: str
    label: str
    nickname: str
    avatar: str = "plain"


PEOPLE: Final = (
    Person("zhang", "张测试", "张测试"),
    Person("li", "李不符", "李不符"),
    Person("emoji", "昵称带表情", "🚗小王👨‍👩‍👧🎉"),
    Person("empty", "昵称为空，没有头像", "", avatar=""),
    Person("long", "昵称 200 字", "长" * 200),
    Person("html", "昵称是 HTML", "<script>alert(1)</script><b>粗</b>&amp;"),
)


def png(width: int, height: int, color: tuple[int, int, int]) -> bytes:
    """A picture of one colour; small as a file however large it is as a picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + width)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    chunks = ((b"IHDR", head), (b"PLTE", bytes(color)), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*chunks, strict=True)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def avatar(kind: str, size: int) -> tuple[int, str, bytes]:
    """Status, content type and body of a profile picture.

    `missing`, `text` (no picture), `huge` (over 10 MB) and `bomb` (100 megapixels) are the ones a
    product must survive.
    """
    if kind == "plain":
        return 200, "image/png", png(size, size, (7, 193, 96))
    if kind == "huge":
        return 200, "image/png", png(132, 132, (240, 80, 80)) + bytes(10 * 1024 * 1024 + 1)
    if kind == "bomb":
        return 200, "image/png", png(10_000, 10_000, (80, 80, 240))
    if kind == "text":
        return 200, "image/jpeg", "这不是图片".encode()
    return 404, "text/plain", b"not found"
