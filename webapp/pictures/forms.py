"""What is said about a picture, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from webapp.errors import BadInput
from webapp.media.columns import check_alt
from webapp.pictures.models import LICENCE_LENGTH, SOURCE_LENGTH, URL_LENGTH

LABELS: Final = {"alt": "图片内容", "source": "来源", "source_url": "来源网址", "licence": "许可"}


class Details(NamedTuple):
    """`source_url` is empty where there is none."""

    alt: str
    source: str
    source_url: str
    licence: str


class WrongDetails(BadInput):
    """`fields` has a message for each field that cannot be taken."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("".join(fields.values()))
        self.fields = dict(fields)


def check_details(typed: Mapping[str, str]) -> Details:
    """Raises WrongDetails."""
    problems: dict[str, str] = {}
    found = {name: " ".join(typed.get(name, "").split()) for name in LABELS}
    for name in ("source", "licence"):
        if problem := _line_problem(name, found[name]):
            problems[name] = problem
    try:
        found["alt"] = check_alt(found["alt"])
    except BadInput as error:
        problems["alt"] = error.message
    if found["source_url"]:
        try:
            check_url(found["source_url"])
        except BadInput as error:
            problems["source_url"] = error.message
    if problems:
        raise WrongDetails(problems)
    return Details(**found)


def check_url(text: str) -> str:
    """An address that can be linked to. Raises BadInput."""
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as error:
        raise BadInput(_BAD_URL) from error
    plain = text.isprintable() and " " not in text and len(text) <= URL_LENGTH
    if not plain or url.scheme not in ("http", "https") or not url.hostname or url.username:
        raise BadInput(_BAD_URL)
    return text


_BAD_URL: Final = f"网址要以 https:// 或 http:// 开头，最多 {URL_LENGTH} 个字符。"


def _line_problem(name: str, text: str) -> str:
    most = {"source": SOURCE_LENGTH, "licence": LICENCE_LENGTH}[name]
    if not text:
        example = {"source": "厂商媒体图库", "licence": "厂商授权使用"}[name]
        return f"{LABELS[name]}没有写，例如 {example}。"
    if len(text) > most or not text.isprintable():
        return f"{LABELS[name]}最多 {most} 个字，不能有控制字符。"
    return ""
