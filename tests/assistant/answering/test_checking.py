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


PAIR = {
    item.key: item
    for item in (
        *(
            Item(key, "row", about, bound(value, source, ROW), "trim:1:name", car)
            for key, about, value, source, car in (
                ("r1", "北斗 入门版 的指导价", "18.98 万元", "trim:1:price_wan", "北斗"),
                ("r2", "天舟 家庭版 的指导价", "29.80 万元", "trim:3:price_wan", "天舟"),
                ("r3", "北斗 入门版 的车长", "4850 毫米", "trim:1:length_mm", "北斗"),
                ("r4", "天舟 家庭版 的车长", "4870 毫米", "trim:3:length_mm", "天舟"),
                ("r5", "织女 轻快版 的指导价", "12.50 万元", "trim:4:price_wan", "织女"),
            )
        ),
    )
}


@pytest.mark.usefixtures("garage")
@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("北斗比天舟便宜[r1][r2]。", True),
        ("比起天舟，北斗要便宜一些[r1][r2]。", True),
        ("和天舟相比，北斗更便宜[r1][r2]。", True),
        ("天舟的指导价比北斗贵[r1][r2]。", True),
        ("北斗不如天舟贵[r1][r2]。", True),
        ("三款里织女最便宜[r1][r2][r5]。", True),
        ("北斗和天舟的车长差不多[r3][r4]。", True),
        ("天舟比北斗便宜[r1][r2]。", False),
        ("比起北斗，天舟要便宜一些[r1][r2]。", False),
        ("与天舟相比，北斗更贵[r1][r2]。", False),
        ("天舟不如北斗贵[r1][r2]。", False),
        ("三款里北斗最便宜[r1][r2][r5]。", False),
        ("北斗和天舟的指导价差不多[r1][r2]。", False),
        ("北斗比天舟省油[r1][r2]。", False),
    ],
)
def test_the_rows_decide_a_comparison_whatever_its_words(sentence: str, holds: bool) -> None:
    assert (check(sentence, PAIR, "北斗天舟织女选哪个").part is not None) is holds


@pytest.mark.usefixtures("garage")
def test_a_judgement_is_shown_and_marked_as_one() -> None:
    part = check("它更像是给通勤的人准备的[r1]。", ITEMS, "北斗适合通勤吗").part

    assert part is None  # “更” compares, and nothing is compared here

    part = check("通勤的人用它足够从容[r1]。", ITEMS, "北斗适合谁").part
    assert part is not None
    assert part.text == "通勤的人用它足够从容。（判断）"
    assert part.refs == (ROW,)


@pytest.mark.usefixtures("garage")
@pytest.mark.parametrize(
    "sentence",
    ["北斗配了激光雷达很从容[r1]。", "北斗的方向盘手感很从容[r1]。", "北斗不支持四驱很可惜[r1]。"],
)
def test_a_fact_without_material_is_no_judgement(sentence: str) -> None:
    assert reason(sentence) == "claim"


@pytest.mark.usefixtures("garage")
def test_that_the_material_does_not_tell_something_is_shown_where_it_is_so() -> None:
    asked = "北斗冬天续航多少，刹车片多久换"
    said = check("资料里没有提到刹车片。", ITEMS, asked).part

    assert said is not None
    assert said.text == "资料里没有提到刹车片。"
    assert reason("资料里没有提到冬天续航。", asked) == "claim"
    assert reason("资料里没有提到召回。", asked) == "claim"  # nobody asked for it


@pytest.mark.usefixtures("garage")
def test_marks_and_markup_are_taken_out() -> None:
    part = check("- **冬天**纯电续航会短三成左右【p1】。", ITEMS, "").part

    assert part is not None
    assert part.text == "冬天纯电续航会短三成左右。"


def test_names_are_found_in_order_and_the_longer_one_wins(garage: Garage) -> None:
    assert named("天舟和北斗，还有天舟") == ["天舟", "北斗"]
