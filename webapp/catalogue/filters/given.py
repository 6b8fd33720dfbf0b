"""Conditions as other programs give them: `{"field", "operator", "value"}`."""

from __future__ import annotations

from typing import Any, Final

from webapp.catalogue.filters.fields import FIELDS_BY_NAME, SORTS, Field
from webapp.catalogue.filters.selection import MAX_TEXT, MAX_VALUES, OPERATORS, Condition, Scalar

_BOUNDS: Final = (">=", "<=")
_LISTS: Final = ("in", "not in")
_MOST: Final = 1_000_000_000
"""Beyond every value of every field, and within every column."""


def condition_given(given: Any) -> Condition:
    """One condition. Raises ValueError saying what is wrong with it."""
    if not isinstance(given, dict) or set(given) - {"inferred"} != {"field", "operator", "value"}:
        raise ValueError(f"a condition needs field, operator and value, not {_shown(given)}")
    field = FIELDS_BY_NAME.get(given["field"]) if isinstance(given["field"], str) else None
    if field is None:
        raise ValueError(f"field: there is no {_shown(given['field'])}")
    operator = given["operator"]
    if operator not in OPERATORS:
        raise ValueError(f"operator: {_shown(operator)} is none of {', '.join(OPERATORS)}")
    if operator in _BOUNDS and field.kind != "number":
        raise ValueError(f"operator: {field.name} has no order, {operator} makes no sense")
    value = given["value"]
    if operator not in _LISTS:
        return Condition(field.name, operator, _scalar(field, value))
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES:
        raise ValueError(f"value: {operator} needs a list of 1 to {MAX_VALUES}")
    return Condition(field.name, operator, tuple(_scalar(field, item) for item in value))


def sort_given(given: Any) -> str | None:
    """Raises ValueError for what is no sort."""
    if given is not None and not (isinstance(given, str) and given in SORTS):
        raise ValueError(f"sort: {_shown(given)} is none of {', '.join(SORTS)}")
    return str(given) if given else None


def text_given(given: Any) -> str:
    """Raises ValueError for what is no short text."""
    if not isinstance(given, str) or len(given) > MAX_TEXT:
        raise ValueError(f"text: a string of at most {MAX_TEXT} characters is needed")
    return " ".join(given.split())


def _scalar(field: Field, value: Any) -> Scalar:
    if field.kind == "number":
        if isinstance(value, bool) or not isinstance(value, int | float) or not _fits(value):
            raise ValueError(f"value: {field.name} needs a number, not {_shown(value)}")
        return value
    if not isinstance(value, str):
        raise ValueError(f"value: {field.name} needs a string, not {_shown(value)}")
    if field.choices and value not in field.choices:
        raise ValueError(f"value: {field.name} is one of {', '.join(field.choices)}")
    return value


def _fits(value: int | float) -> bool:
    return abs(value) <= _MOST  # NaN is not


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
