"""Conditions as they are spoken, with the source of each figure."""

from __future__ import annotations

from typing import Final

from webapp.assistant.answering.numerals import numerals, value_of
from webapp.assistant.answering.parts import QUESTION, Part, bound, join, say, words
from webapp.catalogue.filters import FIELDS_BY_NAME, Condition
from webapp.search.understanding.result import ReadCondition

_LIMITS: Final = {">=": "不低于", "<=": "不超过", "==": "", "!=": "不是"}
_UNITS: Final = {
    "price_wan": " 万元",
    "range_km": " 公里",
    "fuel_l_100km": " 升/百公里",
    "seats": " 座",
    "model_year": " 款",
}
_UNLABELLED: Final = ("seats", "model_year")
_ENDS: Final = {"origin": "品牌", "gearbox": "挡"}
"""What a value is called beyond its own name: 日本品牌, 自动挡."""
_AT_HOME: Final = "中国"


def spoken(condition: Condition, said: str, *, nudge: bool = False) -> Part:
    """“指导价不超过 20 万元”, “7 座”, “插混”, “不要比亚迪”, “带激光雷达”.

    A figure that stands in `said`, the visitor's own words, has the question as its source;
    one that was worked out from them says so.
    """
    row = FIELDS_BY_NAME[condition.field]
    source = _source(condition, said, nudge=nudge)
    negative = condition.operator in ("!=", "not in")
    called = [bound(row.label_of(v), source) for v in condition.values]
    between = " 或 " if row.kind == "number" else "或"
    values = join(called, "、" if negative else between)
    if row.kind == "number":
        unit = _UNITS.get(condition.field, f" {row.unit}")
        limit = _LIMITS.get(condition.operator, "不是" if negative else "")
        label = "" if condition.field in _UNLABELLED else row.label
        return (
            say(
                "{label}{limit} {values}{unit}",
                label=label,
                limit=limit,
                values=values,
                unit=bound(unit.replace("L/100km", "升/百公里"), source),
            )
            if label or limit
            else join([values, words(unit)])
        )
    if row.kind == "features":
        return join([words("不带" if negative else "带"), values])
    if condition.field == "origin" and condition.values == (_AT_HOME,):
        return words("非国产品牌" if negative else "国产品牌")
    end = _ENDS.get(condition.field, "")
    return join([words("不要") if negative else words(""), values, words(end)])


def spoken_all(conditions: tuple[ReadCondition, ...], said: str) -> Part:
    """All conditions; the two ends of a span in one: “指导价 18 到 22 万元”."""
    told: list[Part] = []
    left = [read.condition for read in conditions]
    while left:
        condition = left.pop(0)
        other = next((c for c in left if _span(condition, c)), None)
        if other is None:
            told.append(spoken(condition, said))
            continue
        left.remove(other)
        low, high = sorted((condition, other), key=lambda end: end.operator == "<=")
        told.append(_between(low, high, said))
    return join(told, "、")


def _span(one: Condition, other: Condition) -> bool:
    """Whether two conditions are the ends of one span, the lower one lower."""
    if one.field != other.field or {one.operator, other.operator} != {">=", "<="}:
        return False
    low, high = (one, other) if one.operator == ">=" else (other, one)
    return float(low.values[0]) < float(high.values[0])


def _between(low: Condition, high: Condition, said: str) -> Part:
    row = FIELDS_BY_NAME[low.field]
    label = "" if low.field in _UNLABELLED else row.label
    unit = _UNITS.get(low.field, f" {row.unit}").replace("L/100km", "升/百公里")
    ends = [bound(row.label_of(c.values[0]), _source(c, said, nudge=False)) for c in (low, high)]
    return say(
        "{label} {low} 到 {high}{unit}",
        label=label,
        low=ends[0],
        high=ends[1],
        unit=bound(unit, _source(high, said, nudge=False)),
    )


def _source(condition: Condition, said: str, *, nudge: bool) -> str:
    if nudge:
        return f"computed:{condition.field} moved"
    named = {value_of(numeral.text) for numeral in numerals(said)}
    asked = {v for v in condition.values if isinstance(v, int | float)}
    if condition.field == "price_wan":
        named |= {value / 10_000 for value in named if value}
    if asked and asked <= named:
        return QUESTION
    if not asked and all(n.text in said for v in condition.values for n in numerals(str(v))):
        return QUESTION
    return f"computed:{condition.field} understood from the question"
