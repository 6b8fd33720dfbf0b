"""A document on its way in: checked, cut to passages, with the digests that tell change."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final

from webapp.knowledge import markdown, pieces
from webapp.rules.macros import codes_of, indexed

RULES: Final = 1
"""Raise it with any change of how documents are cut: all are then cut again."""

COLLECTION: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
LIMITS: Final = {"id": 200, "title": 300, "source": 300, "author": 100, "series": 100}
TEXT_CHARACTERS: Final = 20_000_000


class DraftError(ValueError):
    """A document that cannot be taken in; the message is for the person who sent it."""


@dataclass(frozen=True)
class Draft:
    """A document as it was sent. `text` is Markdown where `is_markdown`, else plain."""

    id: str
    title: str
    text: str
    source: str
    summary: str = ""
    author: str | None = None
    date: str | None = None
    series: str | None = None
    topic: str | None = None
    is_markdown: bool = False
    also: str = ""

    @property
    def digest(self) -> str:
        # What has no further titles is what it was before there were any.
        fields = {name: value for name, value in asdict(self).items() if name != "also" or value}
        if self.is_markdown and (shown := indexed(self.text)) != self.text:
            fields["indexed"] = shown  # a new value of a rule is a change of the page
        return _digest([RULES, fields])

    @property
    def rules(self) -> list[str]:
        """The codes of the rules it takes values from."""
        return codes_of(self.text) if self.is_markdown else []


@dataclass(frozen=True)
class Piece:
    """A passage to be: `heading` is what it stands under, `markdown` None for plain text."""

    heading: str
    text: str
    markdown: str | None = None


def checked(fields: dict[str, Any], *, is_markdown: bool = False) -> Draft:
    """A draft from fields of unknown content, cleaned. Raises DraftError naming the bad one."""
    fields = dict(fields)
    for name, limit in LIMITS.items():
        value = fields.get(name)
        required = name in ("id", "title", "source")
        if isinstance(value, int) and name == "id" and not isinstance(value, bool):
            value = fields[name] = str(value)
        if value is None and not required:
            continue
        value = fields[name] = clean(value).strip() if isinstance(value, str) else value
        if not isinstance(value, str) or (required and not value):
            raise DraftError(f"{name}：需要一段不为空的文字")
        if len(value) > limit:
            raise DraftError(f"{name}：最多 {limit} 个字，这里有 {len(value)} 个")
    text = fields.get("text")
    if not isinstance(text, str) or not (cleaned := clean(text)):
        raise DraftError("text：正文是空的")
    if len(cleaned) > TEXT_CHARACTERS:
        raise DraftError(f"text：最多 {TEXT_CHARACTERS} 个字，请拆成几篇")
    date = fields.get("date") or None
    if date is not None and not (isinstance(date, str) and DATE.fullmatch(date)):
        raise DraftError(f"date：{str(date)[:20]!r} 不是 2025、2025-11 或 2025-11-30 这样的日期")
    return Draft(
        id=fields["id"],
        title=fields["title"],
        text=cleaned,
        source=fields["source"],
        author=fields.get("author") or None,
        date=date,
        series=fields.get("series") or None,
        is_markdown=is_markdown,
    )


def clean(text: str) -> str:
    """Without what no database or embedder takes: NUL and other controls, half characters."""
    text = text.encode("utf-8", "ignore").decode().replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
    )
    return "".join(kept).strip("\n")


def cut(draft: Draft) -> list[Piece]:
    """The passages of a draft, in order; none is empty."""
    if draft.is_markdown:
        return [
            Piece(block.heading, block.text, block.source) for block in markdown.cut(draft.text)
        ]
    return [Piece("", piece) for piece in pieces.split(draft.text) if piece.strip()]


def embedded_text(*, series: str | None, title: str, heading: str, text: str) -> str:
    """What is embedded for a passage: whose it is or what it is of, then the passage.

    A series says more in fewer characters than the title of its review or of its facts.
    """
    head = " ".join(part for part in (series or title[:40], heading[:40]) if part)
    return f"{head}\n{text.strip()}"


def passage_digest(*, series: str | None, title: str, piece: Piece) -> str:
    text = embedded_text(series=series, title=title, heading=piece.heading, text=piece.text)
    return sha256(text.encode()).hexdigest()


def _digest(content: object) -> str:
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
