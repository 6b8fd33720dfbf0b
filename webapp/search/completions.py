"""Conditions that what was typed could become: 纯 is 纯电, 七 is 七座, 20 is 20万以内."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from webapp.catalogue.filters import FIELDS_BY_NAME, Condition, Selection
from webapp.catalogue.vocabulary import FEATURES, GREEN_PLATE_ENERGIES
from webapp.search.drafts import fold
from webapp.search.pinyin import initials, is_han, pieces, readings, sounds


class Completion(NamedTuple):
    """A condition in words, the field it is on, and the list that has it."""

    text: str
    field: str
    url: str


class _Word(NamedTuple):
    """`spoken` are other ways to say it; `completion` is what is offered."""

    spoken: tuple[str, ...]
    completion: Completion


_HYBRIDS: Final = ("PHEV", "EREV", "HEV")
_SPOKEN: Final = {
    "BEV": ("纯电动", "电动车", "电车", "BEV"),
    "PHEV": ("插电混动", "插电", "PHEV"),
    "EREV": ("增程式", "EREV"),
    "HEV": ("油电混合", "双擎", "HEV"),
    "ICE": ("汽油", "油车"),
    "MPV": ("商务车",),
    "SUV": ("越野车",),
    "四驱": ("全时四驱", "AWD"),
    "自动": ("自动挡",),
    "手动": ("手动挡",),
    "中国": ("国产", "自主品牌"),
    "德国": ("德系",),
    "日本": ("日系",),
    "美国": ("美系",),
    "韩国": ("韩系",),
    "法国": ("法系",),
    "抬头显示": ("HUD",),
    "对外放电": ("外放电",),
    "360影像": ("全景影像",),
    "CarPlay": ("苹果CarPlay",),
    "自然吸气": ("自吸",),
    "AT": ("手自一体",),
    "双离合": ("DCT",),
    "磷酸铁锂": ("铁锂",),
}
_LEFT_OUT: Final = frozenset({"手动", "单速", "平开门", "其他"})
"""Said of the gearbox anyway, or of nearly every car."""
_SEATS: Final = ((5, "五座"), (6, "六座"), (7, "七座"), (4, "四座"), (2, "两座"))
_NUMBER: Final = re.compile(r"(\d{1,4}(?:\.\d)?)(\D*)")
_PRICES: Final = (3, 300)
_RANGES: Final = (150, 1200)
"""Figures one may mean: 万元 and km. Outside them a number is no price or range of a car."""


def completions(typed: str, *, limit: int) -> list[Completion]:
    """Conditions that begin with what was typed, by characters, pinyin or initials."""
    folded = fold(typed)
    if not folded:
        return []
    found = [*_numbers(typed), *(word for key, word in _keys() if key.startswith(folded))]
    return list(dict.fromkeys(found))[:limit]


def _numbers(typed: str) -> Iterator[Completion]:
    """`20`, `20w`, `15.5万以` and `600公里`; a bare number can be a price and a range."""
    match = _NUMBER.fullmatch("".join(typed.split()).casefold())
    if not match:
        return
    number, unit = float(match[1]), match[2]
    if _begins(unit, "万以内", "w以内", "万以下", "万元以内") and _within(number, _PRICES):
        yield _completion(f"{number:g}万以内", Condition("price_wan", "<=", number))
    if _begins(unit, "公里以上", "km以上") and _within(number, _RANGES):
        wanted = Condition("range_km", ">=", int(number))
        yield _completion(f"续航{int(number)}公里以上", wanted)


def _begins(unit: str, *spellings: str) -> bool:
    return any(spelling.startswith(unit) for spelling in spellings)


def _within(number: float, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= number <= bounds[1]


def _completion(text: str, condition: Condition) -> Completion:
    return Completion(text, condition.field, Selection(conditions=(condition,)).url())


@cache
def _keys() -> tuple[tuple[str, Completion], ...]:
    """Every way to write a condition: characters, pinyin, and initials of two or more."""
    known = readings()
    keys: list[tuple[str, Completion]] = []
    for word in _words():
        for text in map(fold, word.spoken):
            spellings = [text, "".join(sounds(text, known))]
            if sum(map(is_han, pieces(text))) > 1:
                spellings.append(initials(text, known))
            keys += [(key, word.completion) for key in dict.fromkeys(spellings)]
    return tuple(keys)


def _words() -> Iterator[_Word]:
    plugged = tuple(kind for kind in GREEN_PLATE_ENERGIES if kind != "FCEV")
    yield _any_of("新能源", "energy", plugged, "绿牌")
    yield _any_of("混动", "energy", _HYBRIDS, "混合动力")
    for name in ("energy", "body", "size", "drive", "gearbox", "origin"):
        row = FIELDS_BY_NAME[name]
        for value in row.choices:
            label = _label(name, row.label_of(value))
            spoken = (label, *_SPOKEN.get(value, ()))
            yield _Word(spoken, _completion(label, Condition(name, "==", value)))
    for seats, label in _SEATS:
        spoken = (label, f"{seats}座")
        yield _Word(spoken, _completion(label, Condition("seats", "==", seats)))
    for name in ("aspiration", "transmission", "chemistry", "motors", "door_kind", "cell_maker"):
        for value in FIELDS_BY_NAME[name].choices:
            if value not in _LEFT_OUT:
                spoken = (value, *_SPOKEN.get(value, ()))
                yield _Word(spoken, _completion(value, Condition(name, "==", value)))
    for feature in FEATURES:
        spoken = (feature, *_SPOKEN.get(feature, ()))
        yield _Word(spoken, _completion(feature, Condition("features", "in", (feature,))))


def _any_of(text: str, field: str, values: tuple[str, ...], *spoken: str) -> _Word:
    return _Word((text, *spoken), _completion(text, Condition(field, "in", values)))


def _label(field: str, label: str) -> str:
    """How a choice reads when it stands alone: 中型 is a size only as 中型车."""
    if field == "size":
        return f"{label}车"
    if field == "gearbox":
        return f"{label}挡"
    if field == "origin":
        return f"{label}品牌"
    return label
