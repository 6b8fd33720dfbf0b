"""The documents the product ships with: pages of our own writing.

A page is a Markdown file in `pages/`, named `<topic>-<slug>.md`. It begins with its fields
between two lines of three dashes, one `name: value` a line: all of `FIELDS`, perhaps some of
`OPTIONAL`, and no others. `also` holds further titles with “；” between: the words in which people
ask for the page where its title has others. `was` holds, likewise, the ids of pages that are merged
into this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGES: Final = Path(__file__).parent / "pages"
PAGES_COLLECTION: Final = "pages"
FACTS_COLLECTION: Final = "facts"
SHIPPED: Final = frozenset({PAGES_COLLECTION, FACTS_COLLECTION})
"""Collections that every start and every night bring back to what is shipped."""
PAGES_SOURCE: Final = "车知知识库"

TOPICS: Final = {
    "range": "续航与能耗",
    "energy": "能源类型",
    "charging": "充电与补能",
    "battery": "动力电池",
    "money": "税费、贷款与保险",
    "buying": "看车、签约与提车",
    "used": "二手车",
    "winter": "冬季用车",
    "care": "保养与轮胎",
    "safety": "安全",
    "driving": "驾驶辅助",
    "road": "驾照、限行与报废",
    "body": "尺寸与空间",
    "power": "动力与底盘",
    "rights": "质保、三包与召回",
    "glossary": "名词",
    "site": "本站怎么用",
}
"""First word of a page's file name to how visitors read it."""

FIELDS: Final = ("title", "topic", "date", "author", "summary")
OPTIONAL: Final = frozenset({"also", "was"})
ALSO_LENGTH: Final = 600

_FRONT_MATTER: Final = re.compile(r"\A---\n(?P<fields>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class PageError(ValueError):
    """A page that cannot be read; the message names the file and what is wrong."""


@dataclass(frozen=True)
class ShippedDocument:
    """One document for the index. `text` is Markdown whose first paragraph is `summary`.

    `id` is unique within `collection`; `date` is the month (YYYY-MM) the facts were checked or
    captured; `topic` is a key of `TOPICS` and None for facts; `series` is the name of the
    series a facts document is about and None for pages.
    """

    id: str
    collection: str
    title: str
    summary: str
    text: str
    source: str
    author: str | None
    date: str | None
    topic: str | None
    series: str | None
    also: str = ""
    was: tuple[str, ...] = ()
    """Ids of documents it took the place of."""


def shipped_pages(folder: Path = PAGES) -> Iterator[ShippedDocument]:
    """All pages by file name. Raises `PageError` for a page that breaks the rules above."""
    for path in sorted(folder.glob("*.md")):
        yield read_page(path.stem, path.read_text("utf-8"))


def read_page(stem: str, markdown: str) -> ShippedDocument:
    """A page from the stem of its file name and its content."""
    parts = _FRONT_MATTER.match(markdown)
    if parts is None:
        raise PageError(f"{stem}: no fields between two lines of ---")
    fields = _fields(stem, parts["fields"])
    topic = fields["topic"]
    if topic not in TOPICS or not stem.startswith(f"{topic}-"):
        raise PageError(f"{stem}: topic {topic!r} is unknown or does not begin the file's name")
    if not _MONTH.fullmatch(fields["date"]):
        raise PageError(f"{stem}: date {fields['date']!r} is not a month like 2026-11")
    return ShippedDocument(
        id=stem,
        collection=PAGES_COLLECTION,
        title=fields["title"],
        summary=fields["summary"],
        text=f"{fields['summary']}\n\n{parts['body'].strip()}\n",
        source=PAGES_SOURCE,
        author=fields["author"],
        date=fields["date"],
        topic=topic,
        series=None,
        also=fields.get("also", ""),
        was=tuple(filter(None, fields.get("was", "").split("；"))),
    )


def _fields(stem: str, lines: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in lines.splitlines():
        name, colon, value = line.partition(":")
        if not colon or name in fields or not value.strip():
            raise PageError(f"{stem}: {line!r} is not one `name: value`")
        fields[name] = value.strip()
    if odd := set(FIELDS).symmetric_difference(fields.keys() - OPTIONAL):
        raise PageError(f"{stem}: fields missing or too many: {', '.join(sorted(odd))}")
    if len(fields.get("also", "")) > ALSO_LENGTH:
        raise PageError(f"{stem}: also has more than {ALSO_LENGTH} characters")
    return fields
