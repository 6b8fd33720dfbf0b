"""Conditions as SQL over Trim joined to Series and Brand.

Three-valued logic does what the vocabulary asks: a comparison with NULL is not true, so
unknown satisfies no condition, negated ones included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from webapp.catalogue.filters.fields import FIELDS_BY_NAME
from webapp.catalogue.filters.selection import Condition, Scalar
from webapp.catalogue.models import Brand, Series, Trim
from webapp.catalogue.vocabulary import FEATURES

Column = InstrumentedAttribute[Any]

COLUMNS: dict[str, Column] = {
    "price_wan": Trim.price_fen,
    "brand": Brand.name,
    "origin": Brand.origin,
    "series": Series.name,
}

FEN_PER_WAN = 1_000_000


def column_of(field: str) -> Column:
    """The column a field filters on; most carry the field's own name in Trim."""
    column: Column = COLUMNS.get(field) or getattr(Trim, field)
    return column


def _stored(field: str, values: Iterable[Scalar]) -> list[Scalar]:
    """The values as the column holds them, all of one type: PostgreSQL's driver takes that of
    the first for all."""
    if field == "price_wan":
        return [round(float(value) * FEN_PER_WAN) for value in values]
    if FIELDS_BY_NAME[field].kind == "number":
        return [float(value) for value in values]
    return [*values]


_OPERATIONS: dict[str, Callable[[Column, list[Scalar]], ColumnElement[bool]]] = {
    "==": lambda column, values: column == values[0],
    "!=": lambda column, values: column != values[0],
    ">=": lambda column, values: column >= values[0],
    "<=": lambda column, values: column <= values[0],
    "in": lambda column, values: column.in_(values),
    "not in": lambda column, values: column.not_in(values),
}


def where(condition: Condition) -> ColumnElement[bool]:
    """One condition as an SQL expression."""
    if condition.field == "features":
        return _features(condition)
    values = _stored(condition.field, condition.values)
    return _OPERATIONS[condition.operator](column_of(condition.field), values)


def _features(condition: Condition) -> ColumnElement[bool]:
    bits = [1 << FEATURES.index(str(value)) for value in condition.values]
    if condition.operator in ("not in", "!="):
        known_absent = [
            and_(Trim.features_known.op("&")(bit) != 0, Trim.features.op("&")(bit) == 0)
            for bit in bits
        ]
        return and_(*known_absent)
    return or_(*(Trim.features.op("&")(bit) != 0 for bit in bits))


def names_contain(text: str) -> list[ColumnElement[bool]]:
    """One expression per word of `text`: it stands in a name, alias or pinyin."""
    columns = (Brand.name, Brand.aliases, Series.name, Series.aliases, Series.pinyin, Trim.name)
    return [
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in text.split()
    ]
