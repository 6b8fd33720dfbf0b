"""What describes the car one has is no wish for the next one; more of a figure is one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.understanding.expected import conditions
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]
HAD = ("旧车", "老车", "以前那台", "之前那辆", "上一台", "我那台", "家里那辆")
DESCRIBED = ("2015款", "2.0T", "7座", "手动挡", "四驱", "SUV", "纯电")
WANTED = ("想换15万以内的插混", "打算买台20万以内的六座")


@pytest.mark.parametrize("had", HAD)
@pytest.mark.parametrize("described", DESCRIBED)
def test_figures_of_the_car_one_has_are_no_wishes_and_are_shown(
    read: Read, had: str, described: str
) -> None:
    for joined in ("是{}", "是{}的", "{}的"):
        for wanted in WANTED:
            told = had + joined.format(described)
            understood = read(f"{told}，{wanted}")
            assert conditions(understood) == conditions(read(wanted)), told
            assert any("现有的车" in one.why for one in understood.unsupported) or (
                described == "纯电"  # of a kind one changes to, the former was gone already
            ), told


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("家里那台想换成7座的", "7座的"),
        ("旧车5万以内有吗", "5万以内有吗"),
        ("2014年的旧车置换纯电SUV", "纯电SUV"),
    ],
)
def test_what_one_wants_instead_stays(read: Read, text: str, wanted: str) -> None:
    assert conditions(read(text)) == conditions(read(wanted))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("后备厢大一点的", "trunk_l"),
        ("后备箱大的SUV", "trunk_l"),
        ("油箱大的SUV", "fuel_tank_l"),
        ("质保要久一点", "warranty_years"),
        ("高底盘的车", "ground_clearance_mm"),
        ("气囊多些的SUV", "airbags"),
    ],
)
def test_more_of_a_figure_is_an_inferred_condition(read: Read, text: str, field: str) -> None:
    understood = read(text)
    assert understood.intent == "search"
    (one,) = [one for one in understood.conditions if one.condition.field == field]
    assert one.inferred


@pytest.mark.parametrize("text", ["轴距长一点的", "电池大点的", "车身宽一些的"])
def test_more_of_a_figure_without_a_usual_bound_is_shown(read: Read, text: str) -> None:
    understood = read(text)
    assert understood.intent == "search"
    assert ["就能筛选" in one.why for one in understood.unsupported] == [True]
