"""A lexicon of real names without a database: the shipped brands, series and aliases."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from webapp.search.aliases import shipped_aliases
from webapp.search.drafts import fold
from webapp.search.names import compile_lexicon as compile_names
from webapp.search.pinyin import readings, sounds
from webapp.search.queries import AliasRow, BrandRow, SeriesRow
from webapp.search.understanding.lexicon import CarFacts, Lexicon, compile_lexicon
from webapp.search.understanding.reading import understand
from webapp.search.understanding.result import Understanding

ROOT = Path(__file__).resolve().parents[3]

MORE_SERIES = {
    "奔驰": "奔驰C级 奔驰S级 奔驰G级",
    "宝马": "宝马X3 宝马X1 宝马M5",
    "奥迪": "奥迪A4L 奥迪Q5L",
    "保时捷": "Cayenne Panamera Taycan Macan",
    "大众": "高尔夫 途昂",
    "马自达": "阿特兹 马自达CX-5",
    "理想汽车": "理想L7 理想L8 理想L9",
    "问界": "问界M5",
    "蔚来": "蔚来ES6 蔚来ET5",
    "标致": "标致5008 标致408",
    "五菱汽车": "五菱之光 五菱宏光",
    "极氪": "极氪001 极氪007",
    "小鹏": "小鹏G6 小鹏P7+",
    "比亚迪": "海豹 宋PLUS新能源 唐新能源",
    "领克": "领克03",
}
"""Beside the series of the seed, so that nicknames and numbers in names have their cars."""


MEASURED = {
    "Model Y": CarFacts(4797, 2890, 650, None, 5, 26.35, 31.35),
    "宝马X5": CarFacts(5060, 3105, None, 8.5, 6, 61.5, 83),
    "海鸥": CarFacts(3780, 2500, 355, None, 13, 6.98, 8.58),
}
"""What some series measure, for cars that are to be like them."""


def _rows(path: str) -> list[dict[str, str]]:
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _pinyin(name: str) -> str:
    return "".join(sounds(fold(name), readings()))


def _series() -> list[SeriesRow]:
    named = [(row["brand"], row["series"]) for row in _rows("scripts/seed/series.csv")]
    named += [(brand, name) for brand, names in MORE_SERIES.items() for name in names.split()]
    return [
        SeriesRow(number, brand, None, name, _pinyin(name), "", "", None, None, 0, 1, 2025)
        for number, (brand, name) in enumerate(dict.fromkeys(named), start=1)
    ]


@cache
def real_names() -> Lexicon:
    series = _series()
    known = {row.brand for row in series}
    brands = [
        BrandRow(row["name"], _pinyin(row["name"]), row.get("aliases", ""))
        for row in _rows("webapp/catalogue/reference/brands.csv")
    ]
    brands += [BrandRow(name, _pinyin(name), "") for name in known - {row.name for row in brands}]
    aliases = [
        AliasRow(row.kind, row.name, row.alias, row.members) for row in shipped_aliases().values()
    ]
    makers = [
        name
        for row in _rows("webapp/catalogue/reference/brands.csv")
        for name in (row["name"], *row.get("aliases", "").split())
    ]
    return compile_lexicon(
        compile_names(brands, series, aliases).names, makers=makers, cars=MEASURED, newest=2025
    )


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return real_names()


@pytest.fixture(scope="session")
def read(lexicon: Lexicon) -> Callable[[str], Understanding]:
    return lambda text: understand(text, lexicon)


def triples(understood: Understanding, *, inferred: bool = False) -> set[tuple[str, str, Any]]:
    """(field, operator, value) of what was said, or of what was only hinted at."""
    return {
        (one.condition.field, one.condition.operator, one.condition.value)
        for one in understood.conditions
        if one.inferred is inferred
    }
