"""The catalogue in memory says what SQL says, and never what was true before."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.catalogue.catalogue import publish, series, trim
from webapp.catalogue import queries
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.filters.fields import FIELDS, SORTS
from webapp.catalogue.filters.sql import COLUMNS
from webapp.catalogue.models import Trim
from webapp.catalogue.queries.listing import SORTED_FIELDS
from webapp.catalogue.queries.rows import catalogue, over_trims
from webapp.extensions import db
from webapp.filtering.fields import Field
from webapp.filtering.selection import OPERATORS
from webapp.transactions import transaction

CHANCE = random.Random(20_261_201)
NUMBERS = (3, 5, 7.5, 12)


@pytest.fixture
def mixed(app: Flask) -> None:
    """Trims of few values, many of them unknown."""
    for number in range(40):
        of = CHANCE.choice(("北斗", "天枢", "开阳"))
        trim(f"t{number}", series_name=of, **{row.name: _any(row) for row in _columns()})
    for row in db.session.scalars(select(Trim)):
        row.price_fen = CHANCE.choice((None, 5_000_000, 7_500_000, 12_000_000))
        row.features_known = CHANCE.getrandbits(8)
        row.features = row.features_known & CHANCE.getrandbits(8)
    series("北斗", sales_recent=500)
    series("天枢", sales_recent=None)
    publish()


def _columns() -> list[Field]:
    elsewhere = {*COLUMNS.columns, *COLUMNS.bits}
    return [row for row in FIELDS if row.name not in elsewhere]


def _any(row: Field) -> Any:
    if CHANCE.random() < 0.3:
        return None
    if row.kind == "number":
        value = CHANCE.choice(NUMBERS)
        return int(value) if row.integer else value
    return CHANCE.choice(row.choices[:3])


def _condition(row: Field) -> Condition:
    if row.kind == "number":
        return Condition(row.name, CHANCE.choice(OPERATORS[:4]), float(CHANCE.choice(NUMBERS)))
    names = row.choices or ("星河", "北斗", "天枢", "无此名")
    operator = CHANCE.choice(("==", "!=", "in", "not in"))
    values = tuple(CHANCE.sample(names, min(3, len(names))))
    return Condition(row.name, operator, values if "in" in operator else values[0])


def test_each_condition_holds_where_sql_says_so(mixed: None) -> None:
    rows = catalogue().rows
    for row in FIELDS * 4:
        condition = _condition(row)
        found = rows.ids[rows.where(condition)].tolist()
        statement = over_trims(Trim.id).where(COLUMNS.where(condition)).order_by(Trim.id)
        assert found == list(db.session.scalars(statement)), condition


def test_counts_are_those_of_the_lists_they_promise(mixed: None) -> None:
    def found(selection: Selection) -> int:
        wanted = [COLUMNS.where(one) for one in selection.conditions]
        return int(db.session.scalar(over_trims(func.count()).where(*wanted)) or 0)

    for _ in range(30):
        conditions = tuple(map(_condition, CHANCE.sample(FIELDS, 3)))
        asked = Selection(conditions)
        counted = queries.count_trims(asked)
        assert counted.total == found(asked)
        for dropped, n in counted.dropping.items():
            assert n == found(asked.without(dropped)), (conditions, dropped)
        for facet in counted.facets["body"]:
            picked = asked.picking("body", facet.value)
            assert facet.count == found(picked), (conditions, facet)
        for facet in counted.facets["features"]:
            more = asked.adding(Condition("features", "in", (facet.value,)))
            assert facet.count == found(more), (conditions, facet)


@pytest.mark.parametrize("sort", [None, *SORTS])
def test_an_order_names_each_trim_once_and_puts_the_unknown_last(
    mixed: None, sort: str | None
) -> None:
    held = catalogue()
    ids = held.rows.ids[held.in_order(Selection(sort=sort))].tolist()
    assert sorted(ids) == list(db.session.scalars(select(Trim.id).order_by(Trim.id)))
    column = SORTED_FIELDS.get(sort or "")
    if column is None or sort == "-range":
        return
    values = [
        getattr(row, column) for row in queries.search_trims(Selection(sort=sort), size=40).rows
    ]
    known = [value for value in values if value is not None]
    assert values[len(known) :] == [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=str(sort).startswith("-"))


def test_an_edit_is_seen_at_once_and_what_is_rolled_back_never(app: Flask) -> None:
    one = trim("one", seats=5)
    publish()
    five = Selection((Condition("seats", "==", 5.0),))
    assert queries.counts_of([five]) == [1]
    with transaction(dry_run=True):
        one.seats = 7
        db.session.flush()
        assert queries.counts_of([five]) == [0]
    assert queries.counts_of([five]) == [1]
    one.seats = 7
    publish()
    assert queries.counts_of([five, replace(five, conditions=())]) == [0, 1]


def test_what_does_not_change_is_read_once(app: Flask) -> None:
    trim("one")
    publish()
    assert catalogue() is catalogue()
