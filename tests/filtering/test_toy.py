"""The filter engine on a table of two fields over a model that has nothing to do with cars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from webapp import filtering
from webapp.extensions import db
from webapp.filtering import Condition, FilterTable, UnreadableSelection, read_selection
from webapp.filtering.counting import count, count_dropping
from webapp.filtering.fields import choice, decimal
from webapp.filtering.form import facet_box, facet_boxes, in_form
from webapp.filtering.rows import Rows
from webapp.filtering.sql import SqlColumns
from webapp.filtering.words import phrase, sentence

TABLE = FilterTable(
    "/boats/",
    (decimal("length_m", "长度", "米", 0, 100), choice("hull", "船体", ("木", "钢"))),
    {"length": "从短到长"},
)


class Base(DeclarativeBase): ...


class Boat(Base):
    __tablename__ = "toy_boat"
    id: Mapped[int] = mapped_column(primary_key=True)
    length_cm: Mapped[int | None]
    hull: Mapped[str | None]


STORED = SqlColumns(TABLE, Boat, columns={"length_m": Boat.length_cm}, scales={"length_m": 100})


@dataclass(frozen=True)
class Boats(filtering.Selection):
    table = TABLE


@pytest.fixture
def boats(app: Flask) -> Iterator[None]:
    with db.engine.begin() as connection:
        Base.metadata.create_all(connection)
        rows = [(1, 650, "木"), (2, 900, "钢"), (3, None, "钢"), (4, 1200, None)]
        for id_, length, hull in rows:
            connection.execute(Boat.__table__.insert().values(id=id_, length_cm=length, hull=hull))
    yield
    db.session.rollback()  # PostgreSQL drops no table that somebody is reading
    with db.engine.begin() as connection:
        Base.metadata.drop_all(connection)


def over(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(Boat)


def asked(**pairs: str) -> Boats:
    return read_selection(Boats, MultiDict(pairs))


def test_an_address_is_read_and_written_back() -> None:
    selection = asked(length_m_min="6.5", hull="钢", sort="length")
    assert selection.conditions == (
        Condition("length_m", ">=", 6.5),
        Condition("hull", "==", "钢"),
    )
    assert selection.url() == "/boats/?length_m_min=6.5&hull=%E9%92%A2&sort=length"


def test_least_and_most_of_one_value_say_exactly_that_and_stand_in_the_form() -> None:
    selection = asked(length_m_min="7", length_m_max="7.0", hull="钢")
    assert selection.url() == asked(length_m="7", hull="钢").url()
    box = facet_box(Boats.table.by_name["length_m"], selection, [])
    assert (box.low, box.high) == ("7", "7")
    assert in_form(selection.conditions[0], [box])


def test_what_bounds_and_a_value_say_twice_is_one_condition() -> None:
    said = asked(length_m_min="7", length_m_max="7", length_m="7")
    assert said.conditions == (Condition("length_m", "==", 7.0),)
    apart = asked(length_m_min="7", length_m_max="7", length_m="8")
    assert [c.value for c in apart.conditions] == [7.0, 8.0]


def test_what_the_table_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(UnreadableSelection, match="seats") as refused:
        asked(seats="5", hull="纸", view="trims")
    assert [problem.parameter for problem in refused.value.problems] == ["hull", "view", "seats"]


def test_a_condition_and_a_selection_read_as_words() -> None:
    assert phrase(TABLE, Condition("length_m", "<=", 9.0)) == "长度 ≤ 9 米"
    assert sentence(asked(length_m_max="9", hull_not="木")) == "长度 ≤ 9 米，不要船体：木"


def test_unknown_values_satisfy_no_condition(boats: None) -> None:
    def ids(*conditions: Condition) -> list[int]:
        return list(db.session.scalars(over(Boat.id).where(*map(STORED.where, conditions))))

    assert ids(Condition("length_m", ">=", 6.5)) == [1, 2, 4]
    assert ids(Condition("hull", "!=", "木")) == [2, 3]


def test_a_facet_counts_what_its_values_would_give_and_the_form_shows_it(boats: None) -> None:
    selection = asked(length_m_max="10", hull="钢")
    rows = Rows.read(STORED, over)
    every = rows.everything()
    counted = count(rows, selection.conditions, every, ["hull"])
    assert counted.total == 1
    assert counted.without == {"length_m": 2, "hull": 2}
    dropping = count_dropping(rows, selection.conditions, every, counted)
    assert list(dropping.values()) == [2, 2]
    both = asked(length_m_min="7", length_m_max="10", hull="钢")
    counted_both = count(rows, both.conditions, every, [])
    each = count_dropping(rows, both.conditions, every, counted_both)
    for condition, n in each.items():
        assert n == count(rows, both.without(condition).conditions, every, []).total
    length, hull = facet_boxes(selection, counted.facets)
    assert (length.ranged, length.low, length.high) == (True, None, "10")
    assert [(o.value, o.trims, o.checked) for o in hull.options] == [
        ("木", 1, False),
        ("钢", 1, True),
    ]


@pytest.mark.parametrize("pairs", [{"hull_not": "木"}, {"hull": "钢", "hull_not": "木"}])
def test_the_click_on_a_value_gives_as_many_as_its_count_says(
    boats: None, pairs: dict[str, str]
) -> None:
    selection = asked(length_m_max="10", **pairs)
    rows = Rows.read(STORED, over)
    counted = count(rows, selection.conditions, rows.everything(), ["hull"])
    _, hull = facet_boxes(selection, counted.facets)
    assert [option.value for option in hull.options] == ["木", "钢"]
    for option in hull.options:
        address = urlsplit(option.url)
        clicked = read_selection(Boats, MultiDict(parse_qsl(address.query)))
        found = count(rows, clicked.conditions, rows.everything(), []).total
        assert found == option.trims
