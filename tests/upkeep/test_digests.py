"""Digests of rows: the same for the same rows whatever the database, another for any change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from webapp import features
from webapp.extensions import db
from webapp.upkeep.digests import Measure, Sum

NOON = datetime(2026, 11, 25, 4, 0, 0, 5, tzinfo=UTC)
SAMPLES = {
    "BigInteger": 2**40,
    "Boolean": True,
    "Date": date(2026, 11, 25),
    "Double": 12.75,
    "Exact": Decimal("0.10"),
    "Integer": 7,
    "LargeBinary": b"\x00\xff",
    "String": "张测试🚗",
    "Text": "第一行\n第二行",
    "UtcDateTime": NOON,
}


def of(*rows: tuple[Any, ...]) -> Measure:
    total = Sum()
    for row in rows:
        total.add(row)
    return total.measure()


def test_every_type_of_the_products_columns_has_a_digest(app: Flask) -> None:
    features.import_models(app)
    columns = [column for table in db.metadata.tables.values() for column in table.columns]
    assert {type(column.type).__name__ for column in columns} == set(SAMPLES)
    assert of(tuple(SAMPLES.values())).rows == 1


def test_rows_in_another_order_are_the_same() -> None:
    assert of((1, "a"), (2, "b")) == of((2, "b"), (1, "a"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NOON, NOON.replace(tzinfo=None)),
        (NOON, NOON.astimezone(timezone(timedelta(hours=8)))),
        (True, 1),
        (3.0, 3),
        (b"x", memoryview(b"x")),
    ],
)
def test_what_databases_give_back_differently_is_the_same(one: Any, other: Any) -> None:
    assert of((one,)) == of((other,))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", None),
        ("1", 1),
        (NOON, NOON + timedelta(microseconds=1)),
        (Decimal("0.10"), Decimal("0.1")),
        (b"x", b"y"),
        (0.1, 0.1 + 2**-55),
    ],
)
def test_what_is_not_the_same_has_another_digest(one: Any, other: Any) -> None:
    assert of((one,)).digest != of((other,)).digest


def test_a_row_twice_is_not_a_row_once() -> None:
    assert of((1,), (1,)).digest != of((1,)).digest
