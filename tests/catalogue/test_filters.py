"""The filter table: address to conditions and back, nothing dropped, nothing invented."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from webapp.catalogue.filters import (
    FIELDS,
    SORTS,
    Condition,
    Field,
    Selection,
    UnreadableSelection,
    read_selection,
)
from webapp.catalogue.filters.words import phrase, sentence


def read(query: str) -> Selection:
    return read_selection(MultiDict(parse_qsl(query, keep_blank_values=True)))


def problems(query: str) -> list[str]:
    with pytest.raises(UnreadableSelection) as caught:
        read(query)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        ("price_wan_max=20", [("price_wan", "<=", 20.0)]),
        (
            "price_wan_min=10&price_wan_max=12.5",
            [("price_wan", ">=", 10.0), ("price_wan", "<=", 12.5)],
        ),
        ("seats=7", [("seats", "==", 7)]),
        ("seats=6&seats=7", [("seats", "in", (6, 7))]),
        ("seats_not=5", [("seats", "!=", 5)]),
        ("energy=BEV", [("energy", "==", "BEV")]),
        ("energy=BEV&energy=EREV", [("energy", "in", ("BEV", "EREV"))]),
        ("energy_not=ICE", [("energy", "!=", "ICE")]),
        ("brand_not=甲&brand_not=乙", [("brand", "not in", ("甲", "乙"))]),
        (
            "features=快充&features=冰箱",
            [("features", "in", ("快充",)), ("features", "in", ("冰箱",))],
        ),
        ("features_not=冰箱", [("features", "not in", ("冰箱",))]),
        ("price_wan_max=&energy=", []),
    ],
)
def test_an_address_means_these_conditions(query: str, conditions: list[tuple[Any, ...]]) -> None:
    found = [(c.field, c.operator, c.value) for c in read(query).conditions]
    assert found == conditions


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "colour"),
        ("price_wan_min=cheap", "price_wan_min=cheap"),
        ("price_wan_min=1e3", "price_wan_min=1e3"),
        ("price_wan_max=nan", "price_wan_max=nan"),
        ("price_wan_max=-1", "price_wan_max=-1"),
        ("price_wan_max=999999", "0 到 5000"),
        ("range_km_min=500.5", "整数"),
        ("range_km_min=٥٠٠", "整数"),
        ("range_km_min=400&range_km_min=500", "只能给一个值"),
        ("energy=STEAM", "energy=STEAM"),
        ("features=喷火", "features=喷火"),
        ("sort=cheapest", "sort=cheapest"),
        ("page=0", "page=0"),
        ("page=1000000000", "page"),
        ("page=two", "page=two"),
        ("text=" + "长" * 201, "太长"),
        ("text=%00", "不能识别"),
        ("text=%ff", "不能识别"),
        ("brand=%00", "不能识别"),
        ("&".join(f"brand=b{n}" for n in range(61)), "一次最多"),
    ],
)
def test_what_cannot_be_honoured_is_named(query: str, named: str) -> None:
    assert any(named in problem for problem in problems(query))


def test_all_problems_are_listed_at_once() -> None:
    assert len(problems("colour=red&page=0&sort=up")) == 3


def values_of(row: Field) -> st.SearchStrategy[Any]:
    if row.choices:
        return st.sampled_from(row.choices)
    if row.kind == "choice":
        return st.text("甲乙丙 -Aa1", min_size=1, max_size=6).map(str.strip).filter(bool)
    if row.integer:
        return st.integers(int(row.low), int(row.high))
    return st.integers(0, int(row.high * 10)).map(lambda n: n / 10)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    row = draw(st.sampled_from(FIELDS))
    value = values_of(row)
    if row.kind == "features":
        return Condition(row.name, draw(st.sampled_from(("in", "not in"))), (draw(value),))
    operators = ["==", "!=", "in", "not in"] + ([">=", "<="] if row.kind == "number" else [])
    operator = draw(st.sampled_from(operators))
    if operator in ("in", "not in"):
        several = draw(st.lists(value, min_size=2, max_size=4, unique=True))
        return Condition(row.name, operator, tuple(several))
    return Condition(row.name, operator, draw(value))


@given(
    st.lists(conditions(), max_size=8, unique_by=lambda c: (c.field, c.operator)),
    st.sampled_from([None, *SORTS]),
    st.integers(1, 99),
)
def test_an_address_brings_back_every_condition(
    wanted: list[Condition], sort: str | None, page: int
) -> None:
    # One operator family a field: the grammar has one key for "any of", one for "none of".
    seen: set[str] = set()
    kept = []
    for condition in wanted:
        keys = {name for name, _ in Selection().pairs(condition)}
        if not keys & seen:
            kept.append(condition)
            seen |= keys
    selection = Selection(conditions=tuple(kept), sort=sort, page=page)
    again = read(selection.query(page=page))
    assert set(again.conditions) == set(kept)
    assert (again.sort, again.page) == (sort, page)


@given(st.lists(conditions(), min_size=1, max_size=4, unique_by=lambda c: c.field))
def test_taking_a_condition_away_leaves_the_others(wanted: list[Condition]) -> None:
    selection = Selection(conditions=tuple(wanted), page=3)
    rest = selection.without(wanted[0])
    assert rest.conditions == tuple(wanted[1:])
    assert rest.page == 1


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("price_wan", "<=", 20.0), "指导价 ≤ 20 万"),
        (Condition("energy", "in", ("BEV", "PHEV")), "能源：纯电、插混"),
        (Condition("brand", "!=", "星河"), "不要品牌：星河"),
        (Condition("seats", "in", (6, 7)), "座位数：6、7 座"),
        (Condition("features", "in", ("快充",)), "配置：快充"),
    ],
)
def test_a_condition_reads_as_words(condition: Condition, words: str) -> None:
    assert phrase(condition) == words


def test_a_selection_reads_as_one_sentence() -> None:
    selection = read("price_wan_max=20&energy=BEV&text=长续航")
    assert sentence(selection) == "指导价 ≤ 20 万，能源：纯电，含“长续航”"
