"""Numerals in a text: digits, and Chinese number words that state an amount."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from webapp.numerals import MOST, numeral_value

_DIGITS: Final = r"[0-9]+(?:\.[0-9]+)?"
_SMALL: Final = "零〇一二两三四五六七八九十百千"
_WORDS: Final = _SMALL + "万亿"
_UNITS: Final = (
    "多?(?:万|亿|元|块|毛|公里|千米|米|厘米|毫米|度|折|成|座|秒|分钟|小时|天|年|个月|月|升|倍|次|辆|台|"
    "千瓦|马力|公斤|吨|寸|英寸|个点|期)"
)
_AMOUNT: Final = re.compile(
    rf"(?P<digits>{_DIGITS})"
    rf"|(?P<share>[百千万]分之[{_WORDS}点]+)"
    rf"|(?P<words>[{_WORDS}]*[{_SMALL}][{_WORDS}]*(?:点[{_WORDS}]+)?)"
    rf"(?P<unit>{_UNITS})?"
)
# Words with a number in them that state no amount; a place they cover is passed over.
_NO_AMOUNT: Final = re.compile(
    r"百公里|零百|十分(?!钟|之)|万一|千万(?=别|不|要)|三元|一定|一般|一样|一直|一些|一起|一致|一下|一旦|一点|"
    r"一边|一方面|另一|第一时间|统一|唯一|单一|同一|一种|一个|一款|一辆|一台|一次|一车|一家|"
    r"四驱|两驱|两厢|三厢|四轮|五菱|六合|三电|四季|百分百|九成新|万能|万向|千斤|两者|两侧|两边|"
    r"三者|八卦|七彩|二手|一键|一体|一线|双十一|五座版|三方"
)


class Numeral(NamedTuple):
    """`text` as it stands from `start`; digits without their unit, words with it."""

    text: str
    start: int


def numerals(text: str) -> list[Numeral]:
    """Every numeral of a text, in order. Full-width digits count as their plain ones."""
    covered = {i for found in _NO_AMOUNT.finditer(text) for i in range(*found.span())}
    found = []
    for match in _AMOUNT.finditer(_plain_digits(text)):
        if match["digits"] is not None:
            found.append(Numeral(text[match.start() : match.end()], match.start()))
        elif match.start() not in covered and (
            match["share"] or match["unit"] or len(match["words"]) > 1
        ):
            found.append(Numeral(match[0], match.start()))
    return found


_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．", "0123456789.")


def _plain_digits(text: str) -> str:
    return text.translate(_FULL_WIDTH)


def value_of(numeral: str) -> float | None:
    """ "20" -> 20, "二十万" -> 200000, "三点五" -> 3.5; None where it is no number."""
    plain = _plain_digits(numeral)
    if re.fullmatch(_DIGITS, plain):
        value = float(plain)
        return value if value <= MOST else None
    words = re.match(rf"[{_WORDS}点]+", plain)
    return numeral_value(words[0]) if words else None
