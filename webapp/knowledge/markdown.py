"""Markdown cut into passages, and passages shown as HTML.

A heading may name its anchor: `## 上海 {#shanghai}`; else its own text is the anchor. Values of
rules stand in a source as macros and in the text of a block as they were on the day of release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from webapp.knowledge.pieces import LONGEST, split
from webapp.rules.macros import indexed

_TAGS: Final = {
    "p",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "code",
    "pre",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
    "br",
    "hr",
}
_HEADINGS: Final = ("h2", "h3", "h4", "h5", "h6")
_ANCHOR: Final = re.compile(r"\s*\{#([a-z][a-z0-9-]*)\}\s*$")
_OWN: Final = re.compile(r"([a-z0-9-]+)\.md")
"""A link from one of our pages to another, by the name of its file."""
_WRITTEN: Final = re.compile("[\u4e00-\u9fff]")
"""What a heading has to hold to be an anchor by its own text: others might be taken on the page."""


@dataclass(frozen=True)
class Block:
    """A stretch of a text: as it is read, and as it is written. `opens` where it is a heading."""

    heading: str
    text: str
    source: str
    opens: bool = False


def cut(text: str) -> list[Block]:
    """Blocks of at most about LONGEST characters: whole paragraphs, list items and table rows
    under the same heading together, a long paragraph on sentence borders."""
    found: list[Block] = []
    group: list[Block] = []
    length, has_body = 0, False
    for block in _blocks(text):
        if has_body and (block.opens or length + len(block.text) > LONGEST):
            found.append(_joined(group))
            group, length, has_body = [], 0, False
        group.append(block)
        length += len(block.text)
        has_body = has_body or not block.opens
    if group:
        found.append(_joined(group))
    return [block for block in found if block.text.strip()]


def plain(source: str) -> str:
    """What `cut` reads in the source of one of its blocks."""
    blocks = list(_blocks(source))
    return _joined(blocks).text if blocks else ""


def html(source: str) -> Markup:
    """A passage's Markdown as safe HTML: no raw HTML, images or addresses but http(s) and own."""
    return Markup(  # noqa: S704 - cleaned by nh3
        nh3.clean(
            _rendered(source),
            tags=_TAGS,
            attributes={
                "a": {"href"},
                "th": {"scope"},
                "ol": {"start"},
                **{tag: {"id"} for tag in _HEADINGS},
            },
            url_schemes={"http", "https"},
            link_rel="nofollow noopener",
        )
    )


def _rendered(source: str) -> str:
    parser = _parser()
    tokens = parser.parse(source)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"  # the page has its own
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and (anchor := _anchor(inline)):
            opening.attrSet("id", anchor)
    for token in tokens:
        for leaf in token.children or []:
            if leaf.type == "link_open" and (own := _OWN.fullmatch(str(leaf.attrGet("href")))):
                leaf.attrSet("href", f"/knowledge/pages/{own[1]}")
    return str(parser.renderer.render(tokens, parser.options, {}))


def _anchor(inline: Token) -> str:
    """The anchor of a heading, empty for one that has none; a named one is taken off its text."""
    leaves = inline.children or []
    last = leaves[-1] if leaves else None
    if last is not None and (named := _ANCHOR.search(last.content)):
        last.content = last.content[: named.start()]
        return named[1]
    text = _plain([inline])
    return "-".join(text.split()) if _WRITTEN.search(text) else ""


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _joined(group: list[Block]) -> Block:
    body = [part for part in group if not part.opens] or group
    return Block(
        heading=group[-1].heading,
        text="\n".join(part.text for part in body),
        source="\n\n".join(part.source for part in group),
    )


def _blocks(text: str) -> Iterator[Block]:
    lines = text.splitlines()
    tokens = _parser().parse(text)
    heading = ""
    place = 0
    while place < len(tokens):
        token = tokens[place]
        end = _end(tokens, place)
        inner = tokens[place : end + 1]
        place = end + 1
        if token.map is None:
            continue
        source = "\n".join(lines[token.map[0] : token.map[1]]).strip("\n")
        if token.type == "heading_open":
            heading = _ANCHOR.sub("", _plain(inner))[:200]
            yield Block(heading, heading, source, opens=True)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield from _items(inner, lines, heading)
        elif token.type == "table_open":
            yield from _rows(inner, lines, heading)
        else:
            yield from _paragraph(heading, _plain(inner), source)


def _paragraph(heading: str, plain: str, source: str) -> Iterator[Block]:
    if len(plain) <= LONGEST:
        yield Block(heading, plain, source)
        return
    for part in split(source):
        yield Block(heading, _plain(_parser().parse(part)) or part.strip(), part)


def _items(tokens: list[Token], lines: list[str], heading: str) -> Iterator[Block]:
    """The items of a list, each with its own mark, so that a number stays what it was."""
    depth = tokens[0].level + 1
    for place, token in enumerate(tokens):
        if token.type == "list_item_open" and token.level == depth and token.map:
            inner = tokens[place : _end(tokens, place) + 1]
            source = "\n".join(lines[token.map[0] : token.map[1]]).strip("\n")
            yield Block(heading, _plain(inner), source)


def _rows(tokens: list[Token], lines: list[str], heading: str) -> Iterator[Block]:
    """A table in as many parts as it needs, each with the head; a row reads “列：值，列：值”."""
    start = tokens[0].map[0] if tokens[0].map else 0
    head: list[str] = []
    group: list[tuple[str, str]] = []
    for place, token in enumerate(tokens):
        if token.type != "tr_open" or token.map is None:
            continue
        inner = tokens[place : _end(tokens, place) + 1]
        cells = [_plain([cell]) for cell in inner if cell.type == "inline"]
        if not head:
            head = cells
            continue
        plain = "，".join(f"{name}：{value}" for name, value in zip(head, cells, strict=False))
        if group and sum(len(text) for text, _ in group) + len(plain) > LONGEST:
            yield _table(heading, group, lines[start : start + 2])
            group = []
        group.append((f"{plain}。", lines[token.map[0]]))
    yield _table(heading, group or [("，".join(head), "")], lines[start : start + 2])


def _table(heading: str, rows: list[tuple[str, str]], head: list[str]) -> Block:
    source = "\n".join([*head, *(line for _, line in rows if line)])
    return Block(heading, "\n".join(text for text, _ in rows), source)


def _end(tokens: list[Token], place: int) -> int:
    """Where the block that opens at `place` closes."""
    if tokens[place].nesting != 1:
        return place
    level = tokens[place].level
    return next(
        at
        for at in range(place + 1, len(tokens))
        if tokens[at].nesting == -1 and tokens[at].level == level
    )


def _plain(tokens: list[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type == "inline":
            leaves = (
                leaf.content or ("\n" if "break" in leaf.type else "")
                for leaf in token.children or ()
            )
            parts.append("".join(leaves).strip())
        elif token.type in ("fence", "code_block"):
            parts.append(token.content.strip())
    return indexed("\n".join(part for part in parts if part))
