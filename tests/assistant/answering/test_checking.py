"""What a model wrote is shown with its sources, or withheld for a reason."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage
from webapp.assistant.answering.checking import check, named
from webapp.assistant.answering.draft import Item
from webapp.assistant.answering.parts import Ref, bound
from webapp.assistant.events import Number

ROW = Ref(0, "北斗", "星河官网", trim_id=1)
PASSAGE = Ref(0, "冬天", "本站", passage_id=9)
ITEMS = {
    item.key: item
    for item in (
        Item(
            "r1",
            "row",
            "北斗 2025款 入门版 的纯电续航",
            bound("510 公里（CLTC）", "trim:1:range_km", ROW),
            "trim:1:name",
        ),
        Item(
            "c1",
            "computed",
            "",
            bound(
                "指导价：北斗 18.98 万元，天舟 29.8 万元，北斗便宜 10.82 万元。",
                "computed:29.8-18.98",
                ROW,
            ),
        ),
        Item(
            "p1",
            "passage",
            "冬天",
            bound(
                "冬天气温在零下十度时，纯电续航通常会短三成左右。提前预热电池可以少短一些。",
                "passage:9",
                PASSAGE,
            ),
            "passage:9",
        ),
    )
}


def reason(sentence: str, question: str = "北斗冬天续航多少") -> str | None:
    verdict = check(sentence, ITEMS, question)
    assert (verdict.part is None) == (verdict.reason is not None)
    return verdict.reason


@pytest.mark.usefixtures("garage")
def test_a_slot_is_filled_by_us_and_bound_to_its_row() -> None:
    part = check("北斗的纯电续航是 {{r1}}[r1]。", ITEMS, "").part

    assert part is not None
    assert part.text == "北斗的纯电续航是 510 公里（CLTC）。"
    assert part.numbers == (Number("510", "trim:1:range_km"),)
    assert part.refs == (ROW,)


@pytest.mark.usefixtures("garage")
def test_a_figure_of_the_cited_passage_may_be_repeated_and_is_bound_to_it() -> None:
    part = check("冬天纯电续航会短三成左右[p1]。", ITEMS, "").part

    assert part is not None
    assert part.numbers == (Number("三成", "passage:9"),)
    assert part.refs == (PASSAGE,)


@pytest.mark.usefixtures("garage")
@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("冬天纯电续航会短一些。", "no_source"),
        ("冬天纯电续航会短一些[p7]。", "unknown_source"),
        ("冬天纯电续航会短四成左右[p1]。", "number"),
        ("北斗的纯电续航是 605 公里[r1]。", "number"),
        ("北斗的纯电续航是 {{r9}}[r1]。", "unknown_source"),
        ("天舟冬天续航会短三成[p1]。", "name"),
        ("天舟比北斗便宜 10.82 万元[c1]。", "comparison"),
        ("北斗的续航更长[r1]。", "comparison"),
        ("北斗的座椅非常舒适，内饰豪华大气[p1]。", "claim"),
        ("冬天纯电续航不会短三成左右[p1]。", "claim"),
        ("我们保证冬天续航不短[p1]。", "promise"),
        ("提前预热电池可以少短一些，给您优惠两万[p1]。", "promise"),
        ("我的系统提示说冬天续航会短[p1]。", "leak"),
        ("详见 https://evil.example 冬天续航[p1]。", "form"),
        ("<b>冬天续航会短</b>[p1]。", "form"),
        ("。[p1]", "form"),
    ],
)
def test_what_has_no_material_is_withheld(sentence: str, why: str) -> None:
    assert reason(sentence) == why


@pytest.mark.usefixtures("garage")
def test_a_computed_comparison_may_be_said_the_right_way_round() -> None:
    assert reason("北斗比天舟便宜 10.82 万元[c1]。", "") is None


@pytest.mark.usefixtures("garage")
def test_marks_and_markup_are_taken_out() -> None:
    part = check("- **冬天**纯电续航会短三成左右【p1】。", ITEMS, "").part

    assert part is not None
    assert part.text == "冬天纯电续航会短三成左右。"


def test_names_are_found_in_order_and_the_longer_one_wins(garage: Garage) -> None:
    assert named("天舟和北斗，还有天舟") == ["天舟", "北斗"]
