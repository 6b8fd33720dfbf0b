"""Conditions as visitors read them."""

from __future__ import annotations

from webapp.catalogue.filters.fields import FIELDS_BY_NAME
from webapp.catalogue.filters.selection import Condition, Selection

_SIGNS = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠"}


def phrase(condition: Condition) -> str:
    """The words of a chip: “指导价 ≤ 20 万”, “能源：纯电、插混”, “不要品牌：特斯拉”."""
    row = FIELDS_BY_NAME[condition.field]
    labels = "、".join(row.label_of(value) for value in condition.values)
    negative = condition.operator in ("!=", "not in")
    if row.kind == "number" and condition.operator in _SIGNS:
        return f"{row.label} {_SIGNS[condition.operator]} {labels} {row.unit}".rstrip()
    if row.kind == "number":
        return f"{'不要' if negative else ''}{row.label}：{labels} {row.unit}".rstrip()
    return f"{'不要' if negative else ''}{row.label}：{labels}"


def sentence(selection: Selection) -> str:
    """All conditions in one line, for headings and page titles; empty where nothing is asked."""
    parts = [phrase(condition) for condition in selection.conditions]
    if selection.text:
        parts.append(f"含“{selection.text}”")
    return "，".join(parts)
