"""How conditions go on from turn to turn: kept, changed field by field, dropped, or new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any, Final

from webapp.assistant.answering.parts import Part, bound, say
from webapp.assistant.answering.phrases import spoken
from webapp.assistant.events import PastTurn
from webapp.catalogue import queries
from webapp.catalogue.filters import FIELDS_BY_NAME, Condition
from webapp.catalogue.measures import applies
from webapp.formatting import number
from webapp.search.understanding.result import ReadCondition, Understanding

FOLLOWS: Final = re.compile(
    "^(?:那|换|改|再|只|不要|去掉|加上|还要|要|其中|里面|如果|但|而且|预算|最好|得|必须|或者|也|和|跟|别)"
    "|呢[？?]?$|的呢|换成|改成|换个|去掉|不限|再.{0,4}[一点些]|(?:便宜|贵|大|小|长|快|省)(?:一)?[点些]|"
    "最.{1,4}(?:是|有)?哪|哪.{0,2}最|刚才|上面|这些|那些|里面|其中|还有(?:别的|其他)"
)
OF_THOSE: Final = re.compile(
    "^(?:那|其中|里面|这里面|它们|这些|那些|上面|刚才)|其中|里面|这些|那些|哪|谁|呢[？?]?$"
)
"""A superlative is one of the cars listed before, not of all there are."""
STARTS_ANEW: Final = re.compile("重新(?:找|搜|来|开始|选)|换个(?:话题|问题)|从头|清空|新的条件")
_DROPS: Final = re.compile("去掉|取消|不限|不考虑|不管|忽略掉|随便|都可以|都行|无所谓|不用管")
_FIELD_WORDS: Final = {
    "price_wan": "预算|价格|价钱|价位|多少钱",
    "energy": "能源|动力",
    "seats": "座位|座数|几座",
    "body": "车身|车型|车身形式",
    "size": "级别|大小",
    "brand": "品牌|牌子",
    "series": "车系",
    "origin": "国别|国产|合资",
    "range_km": "续航",
    "fuel_l_100km": "油耗|省油",
    "accel_0_100_s": "加速",
    "drive": "驱动|四驱",
    "features": "配置|功能",
    "model_year": "年款|年份",
}
_NUDGES: Final = (
    ("便宜|低价|低一?[点些]|实惠|少花|太贵|贵了|偏贵|有点贵|超预算|买不起", "price_wan", "<="),
    ("贵一?[点些]|高级|高档|高一?[点些]|上一个档", "price_wan", ">="),
    ("续航.{0,3}(?:长|远|高|多)|跑得?更?远|更远|续航.{0,2}(?:短|低|不够)", "range_km", ">="),
    ("省油|油耗.{0,3}低|油耗.{0,2}高|费油", "fuel_l_100km", "<="),
    ("加速.{0,3}快|更快|快一?[点些]|动力.{0,3}[强好]|太慢", "accel_0_100_s", "<="),
    ("空间.{0,3}大|大一?[点些]|宽敞|更大|太小|空间.{0,2}小|挤", "wheelbase_mm", ">="),
    ("小一?[点些]|好停|更小|太大|太长", "length_mm", "<="),
)
_MORE: Final = re.compile("再|更|[一有]?[点些]|还要|不够|太|偏|超|了$|不起")
_STEP: Final = 0.15
"""A nudge moves a bound by so much of it; a length by less, as cars differ less in it."""
_LENGTH_STEP: Final = 0.03
_AGAINST: Final = {"wheelbase_mm": ("length_mm", "<="), "length_mm": ("wheelbase_mm", ">=")}
"""A bound that has to give way before a car can be bigger, or smaller."""
_SORTED_BY: Final = {
    "price": "price_wan",
    "-price": "price_wan",
    "-range": "range_km",
    "accel": "accel_0_100_s",
    "fuel": "fuel_l_100km",
    "-length": "size",
}


def past_conditions(turn: PastTurn) -> tuple[ReadCondition, ...]:
    """The conditions an earlier turn ended with; what no longer exists is left out."""
    return tuple(read for said in turn.conditions if (read := _read(said)) is not None)


def _read(said: dict[str, Any]) -> ReadCondition | None:
    value = said.get("value")
    value = tuple(value) if isinstance(value, list) else value
    field, operator = said.get("field"), said.get("operator")
    if field not in FIELDS_BY_NAME or not isinstance(operator, str) or value is None:
        return None
    return ReadCondition(Condition(field, operator, value), bool(said.get("inferred")), ())


def merged(old: Sequence[ReadCondition], new: Sequence[ReadCondition]) -> tuple[ReadCondition, ...]:
    """A field asked about anew replaces what was asked of it; exclusions and features add up."""
    added = [read.condition for read in new]
    kept = [read for read in old if not any(_replaces(c, read.condition) for c in added)]
    if any(c.field == "series" and c.operator in ("==", "in") for c in added):
        kept = [read for read in kept if read.condition.field != "brand"]
    kept = [read for read in kept if not _idle(read.condition, added)]
    known = {read.condition for read in kept}
    return (*kept, *(read for read in new if read.condition not in known))


def _idle(old: Condition, added: Sequence[Condition]) -> bool:
    """A bound no car of the energy now asked for can meet: a range of petrol cars."""
    energies = [c.values for c in added if c.field == "energy" and c.operator in ("==", "in")]
    return any(not any(applies(old.field, str(e)) for e in values) for values in energies)


def either(old: Sequence[ReadCondition], new: Sequence[ReadCondition]) -> list[ReadCondition]:
    """“7座也行”: the value asked for before, or this one. Where none was, this one is no news."""
    found = []
    for read in new:
        own = read.condition
        before = [
            r.condition
            for r in old
            if r.condition.field == own.field
            and {r.condition.operator, own.operator} <= {"==", "in"}
        ]
        values = tuple(dict.fromkeys(v for c in (*before, own) for v in c.values))
        if before and len(values) > 1:
            joined = Condition(own.field, "in", values)
            found.append(ReadCondition(joined, read.inferred, read.spans))
    return found


_ADDS: Final = re.compile(
    "^(?:那|预算)*(?:再|多|还)?(?:加|添|多加|上浮)个?([0-9]+(?:\\.[0-9]+)?)(?:万|w)"
)


def sum_added(text: str, old: Sequence[ReadCondition]) -> tuple[ReadCondition, ...] | None:
    """“再加5万”: both ends of the price move by so much. None where no price was asked for."""
    found = _ADDS.search(text)
    if found is None or not any(read.condition.field == "price_wan" for read in old):
        return None
    more = float(found[1])
    return tuple(
        replace(read, condition=replace(c, value=float(c.values[0]) + more))
        if (c := read.condition).field == "price_wan" and c.operator in ("<=", ">=")
        else read
        for read in old
    )


def _replaces(new: Condition, old: Condition) -> bool:
    if new.field != old.field:
        return False
    negative = new.operator in ("!=", "not in")
    if new.field == "features":
        return set(new.values) == set(old.values)
    if negative:
        return old.operator in ("==", "in") and set(old.values) <= set(new.values)
    return True


def dropped_fields(text: str) -> frozenset[str]:
    """Fields whose conditions the visitor takes back: “价格不限”, “去掉四驱”."""
    if not _DROPS.search(text):
        return frozenset()
    return frozenset(field for field, pattern in _FIELD_WORDS.items() if re.search(pattern, text))


def is_nudge(text: str) -> bool:
    """“再便宜点”, “太贵了”: some bound has to move."""
    said = _MORE.search(text) and "最" not in text
    return bool(said) and any(re.search(pattern, text) for pattern, _, _ in _NUDGES)


def nudged(
    text: str, reading: Understanding, old: Sequence[ReadCondition], shown: Sequence[int]
) -> tuple[list[ReadCondition], list[Part]]:
    """“再便宜点”: the bound that moves, and in words by how much.

    It moves from the bound asked for before; without one from the middle of the cars shown.
    """
    if any(
        not read.inferred and read.condition.operator in (">=", "<=") for read in reading.conditions
    ):
        return [], []
    if not is_nudge(text):
        return [], []
    for pattern, field, operator in _NUDGES:
        if re.search(pattern, text):
            up = operator == ">="
            other_end = (field, "<=" if up else ">=")
            for which, cars in (
                (_AGAINST.get(field, (field, operator)), ()),
                ((field, operator), ()),
                (other_end, ()),
                ((field, operator), shown),
            ):
                if (moved := _moved(which, up, old, cars)) is not None:
                    return moved
    return [], []


def _moved(
    which: tuple[str, str], up: bool, old: Sequence[ReadCondition], shown: Sequence[int]
) -> tuple[list[ReadCondition], list[Part]] | None:
    """The bound moved from where it was, else from the middle of the cars `shown`."""
    field, operator = which
    before = _bound_before(field, operator, old)
    start = before if before is not None else _middle(field, shown)
    if start is None:
        return None
    step = _LENGTH_STEP if field in ("wheelbase_mm", "length_mm") else _STEP
    condition = Condition(field, operator, _rounded(field, start * (1 + step if up else 1 - step)))
    now = spoken(condition, "", nudge=True)
    if before is not None:
        was = spoken(Condition(field, operator, start), "", nudge=True)
        change = say("{now}（原来是{was}）", now=now, was=was)
    else:
        unit = "万元" if field == "price_wan" else FIELDS_BY_NAME[field].unit
        middle = bound(f"{number(start)} {unit}", f"computed:median of {field}")
        of = "刚才几款的中间值" if len(shown) > 1 else "刚才那款"
        change = say("{now}（{of}是 {middle}）", now=now, of=of, middle=middle)
    return [ReadCondition(condition, False, ())], [change]


def _bound_before(field: str, operator: str, old: Sequence[ReadCondition]) -> float | None:
    for read in old:
        condition = read.condition
        if condition.field == field and condition.operator in (operator, "=="):
            return float(condition.values[0])
    return None


def _middle(field: str, shown: Sequence[int]) -> float | None:
    values = [v for trim in queries.trims_by_id(shown) if (v := getattr(trim, field)) is not None]
    return float(median(values)) if values else None


def _rounded(field: str, value: float) -> float | int:
    if FIELDS_BY_NAME[field].integer:
        return int(round(value, -1)) if value >= 100 else round(value)
    return round(value) if value >= 10 else round(value, 1)


def with_number(old: Sequence[ReadCondition], value: float) -> tuple[ReadCondition, ...] | None:
    """“那800呢”: the bound whose figure is most like it takes the new one. None where none is."""
    figures = [
        (max(number, value) / min(number, value), place)
        for place, read in enumerate(old)
        if FIELDS_BY_NAME[read.condition.field].kind == "number"
        and len(read.condition.values) == 1
        and (number := float(read.condition.values[0])) > 0
        and value > 0
    ]
    if not figures or min(figures)[0] > 5:
        return None
    place = min(figures)[1]
    condition = old[place].condition
    plain = int(value) if FIELDS_BY_NAME[condition.field].integer else value
    changed = ReadCondition(Condition(condition.field, condition.operator, plain), False, ())
    return (*old[:place], changed, *old[place + 1 :])


def without_fields(
    conditions: Iterable[ReadCondition], fields: frozenset[str]
) -> tuple[ReadCondition, ...]:
    return tuple(read for read in conditions if read.condition.field not in fields)


def sort_dropped(text: str, sort: str | None, dropped: frozenset[str]) -> bool:
    """“去掉省油这个条件” takes back the order as well."""
    if sort is None or not _DROPS.search(text):
        return False
    return _SORTED_BY.get(sort) in dropped or "排序" in text
