"""What a question about sales says: which period, how many places, and that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from webapp.catalogue.filters import Condition
from webapp.numerals import numeral_value
from webapp.rankings import periods
from webapp.rankings.lists import EITHER
from webapp.rankings.methods import PRICE_BANDS, SLICES

ASKS: Final = (
    "销量",
    "卖了多少",
    "卖出多少",
    "卖多少台",
    "卖多少辆",
    "卖了几",
    "卖得好",
    "卖得多",
    "卖得更",
    "卖得最",
    "卖得火",
    "卖得怎么样",
    "卖的好",
    "卖的多",
    "月销",
)
_OF_SALES: Final = "销量|卖[得的]最?[好多火]|畅销|热销"
_FIRST: Final = re.compile(
    "(?:排名|排行|榜)?(?:的)?前(?P<many>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:名|位|款|个|台|辆)?"
)
_PHRASE: Final = re.compile(f"(?:{_OF_SALES})的?(?:车型?)?(?:排行榜?|排名|榜单?)?")
_MONTH: Final = re.compile(
    "(?:(?P<year>20[0-9]{2}) ?年 ?)?(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]) ?月份?"
)
_QUARTER: Final = re.compile("(?:(?P<year>20[0-9]{2}) ?年 ?)?第?(?P<quarter>[1-4一二三四]) ?季度?")
_YEAR: Final = re.compile("(?P<year>20[0-9]{2}) ?年")
_MONTHS_BACK: Final = {"上上个月": 2, "上上月": 2, "上个月": 1, "上月": 1, "这个月": 0, "本月": 0}
_YEARS_BACK: Final = {"前年": 2, "去年": 1, "今年": 0}
_BEST: Final = re.compile("卖[得的]最[好多火]|销量最[高好大]|最(?:畅销|热销|好卖)")
PLACES: Final = 5
"""Told where the best is asked for and not how many."""
MOST: Final = 20


def asks_of_sales(text: str) -> bool:
    return any(word in text for word in ASKS)


def period_in(text: str, today: date) -> tuple[str, str]:
    """The period a question names, as rankings call it, and its words; two empty texts where it
    names none. “6 月” is the last June that has begun."""
    this = f"{today:%Y-%m}"
    for word, back in _MONTHS_BACK.items():
        if word in text:
            return periods.back(this, back), word
    year_word = next((word for word in _YEARS_BACK if word in text), "")
    year = today.year - _YEARS_BACK[year_word] if year_word else None
    if found := _QUARTER.search(text):
        number = int(numeral_value(found["quarter"]) or found["quarter"])
        named = int(found["year"] or year or today.year)
        return f"{named}-Q{number}", year_word + found[0]
    if found := _MONTH.search(text):
        month = int(numeral_value(found["month"]) or found["month"])
        last = today.year if month <= today.month else today.year - 1
        return f"{int(found['year'] or year or last)}-{month:02d}", year_word + found[0]
    if year is not None:
        return str(year), year_word
    if found := _YEAR.search(text):
        return found["year"], found[0]
    return "", ""


def places_in(text: str) -> int:
    """How many places of a ranking of sales are asked for: “销量前五”; 0 where none are."""
    found = _FIRST.search(text)
    if not re.search(_OF_SALES, text):
        return 0
    if found is None:
        return PLACES if _BEST.search(text) else 0
    many = found["many"]
    return min(MOST, int(many) if many.isdigit() else int(numeral_value(many) or 0))


def without_sales(text: str, said_period: str) -> str:
    """The question without what it says of sales: what cars it is about."""
    rest = text.replace(said_period, " ", 1) if said_period else text
    return _PHRASE.sub(" ", _FIRST.sub(" ", _BEST.sub(" ", rest))).strip()


def slices_of(conditions: Iterable[Condition]) -> dict[str, str] | None:
    """The part of a ranking that conditions ask for; None where a ranking has no such part.

    A price is one of bands, so only a bound at the end of a band can be kept.
    """
    slices: dict[str, str] = {}
    bands = list(PRICE_BANDS)
    for one in conditions:
        if one.field == "price_wan" and one.operator in ("<=", ">="):
            side = 2 if one.operator == "<=" else 1
            edges = [PRICE_BANDS[key][side] for key in PRICE_BANDS]
            if one.value not in edges:
                return None
            at = edges.index(one.value)
            inside = list(PRICE_BANDS)[: at + 1] if side == 2 else list(PRICE_BANDS)[at:]
            bands = [key for key in bands if key in inside]
            slices["price"] = EITHER.join(bands)
        elif one.field in SLICES and one.operator in ("==", "in"):
            slices[one.field] = EITHER.join(map(str, one.values))
        else:
            return None
    return slices
