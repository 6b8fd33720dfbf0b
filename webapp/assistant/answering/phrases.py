"""Conditions as they are spoken, with the source of each figure."""

from __future__ import annotations

from typing import Final

from webapp.assistant.answering.numerals import numerals, value_of
from webapp.assistant.answering.parts import QUESTION, Part, bound, join, say, words
from webapp.cars.filters import FIELDS_BY_NAME, Condition
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


def spoken(condition: Condition, said: str, *, nudge: bool = False) -> Part:
    """“指导价不超过 20 万元”, “7 座”, “插混”, “不要比亚迪”, “带激光雷达”.

    A figure that stands in `said`, the visitor's own words, has the question as its source;
    one that was worked out from them says so.
    """
    row = FIELDS_BY_NAME[condition.field]
    source = _source(condition, said, nudge=nudge)
    values = join([bound(row.label_of(v), source) for v in condition.values], "、")
    negative = condition.operator in ("!=", "not in")
    if row.kind == "number":
        unit = _UNITS.get(condition.field, f" {row.unit}")
        limit = _LIMITS.get(condition.operator, "不是" if negative else "")
        label = "" if condition.field in _UNLABELLED else row.label
        return say(
            "{label}{limit} {values}{unit}",
            label=label,
            limit=limit,
            values=values,
            unit=bound(unit.replace("L/100km", "升/百公里"), source),
        ) if label or limit else join([values, words(unit)])  # fmt: skip
    if row.kind == "features":
        return join([words("不带" if negative else "带"), values])
    return join([words("不要"), values]) if negative else values


def spoken_all(conditions: tuple[ReadCondition, ...], said: str) -> Part:
    return join([spoken(read.condition, said) for read in conditions], "、")


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
