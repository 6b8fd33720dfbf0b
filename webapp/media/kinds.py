"""What a file is, by its content: a name proves nothing."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

_SIGNATURES: Final = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WEBP"),
)
_OTHERS: Final = (
    (re.compile(rb"GIF8[79]a"), "GIF 图片"),
    (re.compile(rb".{4}ftyp(?:heic|heix|hevc|heim|heis|mif1|msf1)", re.DOTALL), "HEIC 照片"),
    (re.compile(rb".{4}ftyp(?:avif|avis)", re.DOTALL), "AVIF 图片"),
    (re.compile(rb".{4}ftyp|\x1a\x45\xdf\xa3|RIFF.{4}AVI ", re.DOTALL), "视频"),
    (re.compile(rb"BM"), "BMP 图片"),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF 图片"),
    (re.compile(rb"8BPS"), "PSD 文件"),
    (re.compile(rb"%PDF"), "PDF 文件"),
    (re.compile(rb"PK\x03\x04|PK\x05\x06|Rar!|7z\xbc\xaf\x27\x1c|\x1f\x8b"), "压缩包"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)", re.I), "SVG 图片"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<", re.I), "网页"),
)
_HIDDEN: Final = re.compile(
    rb"<script|<\?php|<!doctype html|<html[\s>]|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c", re.I
)
_PDF_BYTES: Final = 1024
"""Readers of PDF look for its mark within so many bytes."""


def picture_kind(content: bytes) -> str | None:
    """JPEG, PNG or WEBP; None for anything else."""
    return next((kind for mark, kind in _SIGNATURES if mark.match(content)), None)


def other_kind(content: bytes) -> str:
    """What it is instead, in words for visitors."""
    if not content:
        return "空文件"
    return next((kind for mark, kind in _OTHERS if mark.match(content)), "这种文件")


def is_also_something_else(content: bytes) -> bool:
    """Whether a picture is an archive, a document or a page besides: a polyglot.

    What phones append to their photographs, such as a second picture or a film, is fine.
    """
    if _HIDDEN.search(content) or b"%PDF-" in content[:_PDF_BYTES]:
        return True
    return zipfile.is_zipfile(io.BytesIO(content))
