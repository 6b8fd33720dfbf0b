"""Cells of the source's parameter pages, rewritten in the grammar of docs/import.md.

In the source a cell lists items in a fixed order. The sign of a standard item was dropped, the
sign ○ of an optional one stands before it, a price in brackets behind it. An empty cell is a
bare standard sign; a parameter the page says nothing about, or denies, is not there at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

STANDARD: Final = "●"
OPTIONAL: Final = "○"
ABSENT: Final = "–"

_UNSAID: Final = frozenset({"–", "-", "未知", "暂无", "暂无报价", "待查"})
_YES: Final = frozenset({"", "●", "标配", "支持"})
_NO: Final = frozenset({"无", "不支持"})

_PRICE = re.compile(r"\((-?[\d.]+(?:万)?)(?:元)?\)|\((免费)\)")
_NO_PRICE = re.compile(r"\s*\(暂无价格\)")
# Terms of contract, not facts of the car.
_SMALL_PRINT = re.compile(r"（(?:责任免除条款以官方为准|查找充电桩[^（）]*)）")
_PAIR = re.compile(
    r"(?P<front>前|主)(?P<first>-| ○)? / (?P<rear>后|副)(?P<second>-| ○)?"
    r"(?: (?P<price>\([^()]*\)))?"
)
_PLACES: Final = {"前": "前排", "后": "后排", "主": "主驾", "副": "副驾"}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?\D*")
LONGEST_CONTENTS: Final = 60
"""Characters of a package's contents that are kept; longer lists are advertising."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a cell lists, its price as `(2000元)` or empty."""

    text: str
    optional: bool
    price: str


def flag(raw: str) -> str | None:
    """A cell of a parameter that is there or not; None where nothing is said.

    Of an option package the contents and the price are kept as detail.
    """
    if raw in _UNSAID:
        return None
    if raw in _YES:
        return STANDARD
    if raw in _NO:
        return ABSENT
    said = _NO_PRICE.sub("", raw.removeprefix(OPTIONAL)).strip()
    price_at = _PRICE.search(said, max(said.rfind("选配"), 0))
    contents = said[: price_at.start()] if price_at else said
    contents = re.sub(r"^包[含括]：", "", contents.strip().removesuffix("选配")).strip()
    if "。" in contents or len(contents) > LONGEST_CONTENTS:
        contents = ""
    price = _price(price_at[0]) if price_at else ""
    sign = OPTIONAL if raw.startswith(OPTIONAL) or price else STANDARD
    return " ".join(part for part in (sign, contents, price) if part)


def number(raw: str) -> str | None:
    """A figure without its unit, options behind it.

    `8英寸 ○ 9.2英寸 (3500元)` is `8 ○ 9.2 (3500元)`. A span such as `6-7喇叭` depends on the
    options and is written as such. None where the cell holds no figure. Raises ValueError for
    a cell that holds something else as well.
    """
    if raw in _UNSAID:
        return None
    options: list[str] = []
    standard = ""
    spaceless = re.sub(r"(?<=\d) (?=[A-Za-z])", "", raw)  # 254 TOPS
    for item in standard_first(items(spaceless, split_latin=True)):
        if item.text in _UNSAID:
            continue
        match = _NUMBER.fullmatch(item.text)
        if match is None:
            raise ValueError(f"no figure: {raw!r}")
        figures = [_plain(figure) for figure in match.groups() if figure]
        if not item.optional and not standard:
            standard = figures.pop(0)
        options += [f"{OPTIONAL} {figure} {item.price}".strip() for figure in figures]
    return " ".join(part for part in (standard, *options) if part) or None


def price(raw: str) -> str | None:
    """万元 of `17.98万` or `14.08万起 询底价`; None where no price is told (`预售`)."""
    match = re.match(r"(\d+(?:\.\d+)?)万", raw)
    return _plain(match[1]) if match else None


def span(raw: str) -> tuple[str, str | None]:
    """The two ends of `521-1650`; the second is None where there is one figure only."""
    low, _, high = raw.partition("-")
    return _plain(low), _plain(high) if high else None


def text(raw: str, *, split_latin: bool = False) -> str | None:
    """A cell of words, what is standard first: `○ 真皮 (7200元) 仿皮` is `仿皮 ○ 真皮 (7200元)`.

    `split_latin`: words of Latin letters are items of their own (`HDMI Type-C`).
    """
    if raw in _UNSAID:
        return None
    if raw in _YES:
        return STANDARD
    if pair := _PAIR.fullmatch(raw):
        return _pair(pair)
    said = " ".join(_SMALL_PRINT.sub("", _NO_PRICE.sub("", raw)).split())
    if OPTIONAL not in said and not _PRICE.search(said):
        return said
    return _join(standard_first(items(said, split_latin=split_latin)))


def colours(raw: str) -> str | None:
    """Names of colours, the price behind those that cost: `墨晶黑 铂金珍珠白 (2000元)`."""
    if raw in _UNSAID:
        return None
    return re.sub(r"[￥¥](\d+)", r"(\1元)", raw)


def items(raw: str, *, split_latin: bool = False) -> list[Item]:
    """What a cell lists, in its order.

    An item with a price is optional even where its sign is missing. A word of Latin letters
    belongs to the item before it (`支持HUAWEI HiCar`) unless `split_latin`.
    """
    found: list[Item] = []
    optional = False
    opened = False
    for token in raw.split():
        if token == OPTIONAL:
            optional, opened = True, False
        elif _PRICE.fullmatch(token) and found:
            found[-1] = Item(found[-1].text, True, _price(token))
            opened = False
        elif opened and (found[-1].text.endswith("&") or _continues(token, split_latin)):
            found[-1] = Item(f"{found[-1].text} {token}", found[-1].optional, "")
        else:
            found.append(Item(token, optional, ""))
            optional, opened = False, True
    return found


def standard_first(listed: Iterable[Item]) -> list[Item]:
    """The items with the optional ones behind the standard ones."""
    return sorted(listed, key=lambda item: item.optional)


def _continues(token: str, split_latin: bool) -> bool:
    if re.fullmatch(r"R\d{2}[A-Z]?", token):  # 235/60 R18 is one tyre
        return True
    return not split_latin and token.isascii() and not re.match(r"\d+[/-]", token)


def _join(listed: list[Item]) -> str:
    parts: list[str] = []
    for item in listed:
        parts += [OPTIONAL] * item.optional + [item.text] + [item.price] * bool(item.price)
    return " ".join(parts)


def _pair(pair: re.Match[str]) -> str:
    """`前 / 后-` is 仅前排, `前 / 后 ○ (2000元)` is `前排 ○ 后排 (2000元)`."""
    marks = [pair["first"], pair["second"]]
    price = _price(pair["price"] or "")
    if price and " ○" not in marks:
        marks[1] = " ○"
    places = [_PLACES[pair["front"]], _PLACES[pair["rear"]]]
    standard = [place for place, mark in zip(places, marks, strict=True) if mark is None]
    optional = [place for place, mark in zip(places, marks, strict=True) if mark == " ○"]
    if len(standard) == 1 and not optional:
        return f"仅{standard[0]}"
    said = " / ".join(standard)
    for place in optional:
        said = f"{said} {OPTIONAL} {place} {price}".strip()
    return said


def _price(raw: str) -> str:
    match = _PRICE.search(raw)
    if match is None:
        return ""
    amount = match[1]
    if amount is None:
        return f"({match[2]})"
    return f"({amount.removesuffix('.00')}元)"


def _plain(figure: str) -> str:
    return f"{float(figure):.10g}"
