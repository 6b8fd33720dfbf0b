"""Parameters that lists can be filtered by beside the fields of the vocabulary."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.understanding.expected import conditions, expected
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]

SEDAN = "body in 轿车/两厢车"

SAID = [
    ("2.5T的SUV", "displacement_l == 2.5; aspiration == 涡轮增压; body == SUV"),
    ("1.5L自吸的轿车", f"displacement_l == 1.5; aspiration == 自然吸气; {SEDAN}"),
    ("排量2.0以上的", "displacement_l >= 2"),
    ("自然吸气的日系", "aspiration == 自然吸气; origin == 日本"),
    ("8AT的SUV", "gears == 8; transmission == AT; body == SUV"),
    ("7速双离合 15万以内", "gears == 7; transmission == 双离合; price_wan <= 15"),
    ("CVT的轿车", f"transmission == CVT; {SEDAN}"),
    ("不要双离合", "transmission != 双离合"),
    ("三缸的不要 15万以内轿车", f"cylinders != 3; price_wan <= 15; {SEDAN}"),
    ("四缸机", "cylinders == 4"),
    ("磷酸铁锂的电车", "chemistry == 磷酸铁锂; energy == BEV"),
    ("双电机四驱", "motors == 双电机; drive == 四驱"),
    ("侧滑门的MPV", "door_kind in 侧滑门/电动侧滑门; body == MPV"),
    ("离地间隙200以上的SUV", "ground_clearance_mm >= 200; body == SUV"),
    ("后备厢500升的轿车", f"trunk_l >= 500; {SEDAN}"),
    ("30分钟快充的电车", "fast_charge_min <= 30; features in 快充; energy == BEV"),
    ("充电20分钟以内的纯电", "fast_charge_min <= 20; energy == BEV"),
    ("电耗12度以下的纯电", "consumption_kwh_100km <= 12; energy == BEV"),
    ("6个气囊以上的轿车", f"airbags >= 6; {SEDAN}"),
    ("胎宽235以上", "tyre_width_mm >= 235"),
    ("WLTC续航500以上", "range_cycle == WLTC; range_km >= 500"),
    ("100度电", "battery_kwh >= 100"),
    ("电池得是宁德的，别是弗迪", "cell_maker == 宁德时代; cell_maker != 弗迪"),
    ("三电终身质保的插混", "ev_warranty == 首任车主终身; energy == PHEV"),
    ("支持800伏快充的", "voltage_v >= 800; features in 快充"),
    ("高压快充的SUV", "~voltage_v >= 800; body == SUV"),
    ("能涉水600毫米的皮卡", "wading_mm >= 600; body == 皮卡"),
    ("三颗激光雷达的", "lidars >= 3"),
    ("20万以内，15万以内", "price_wan <= 15"),
    ("续航600以上，500以上", "range_km >= 600"),
    ("15万左右，最多18万", "price_wan >= 13.5; price_wan <= 18"),
]


@pytest.mark.parametrize(("text", "wanted"), SAID)
def test_a_wish_is_a_condition_and_nothing_of_it_is_left(
    read: Read, text: str, wanted: str
) -> None:
    understood = read(text)
    assert conditions(understood) == expected(wanted)
    assert understood.intent == "search"
    assert not understood.unread
    assert not [one for one in understood.unsupported if one.kind == "wish"]


CELLS = {
    "宁德时代": "宁德时代电池|宁德的电池|宁王电池",
    "弗迪": "弗迪电池|比亚迪电池",
    "国轩高科": "国轩电池|国轩高科",
    "蜂巢能源": "蜂巢电池",
}
FIGURES = {
    "voltage_v": ((800, "800V"), (400, "四百伏"), (900, "900V平台")),
    "warranty_years": ((5, "质保五年"), (6, "整车质保6年"), (4, "4年质保")),
    "wading_mm": ((500, "涉水深度500"), (600, "涉水600毫米"), (700, "涉水70厘米")),
    "lidars": ((2, "两颗激光雷达"), (3, "3颗激光雷达")),
}
REFUSALS = ("不要{}的", "{}的不要", "除了{}", "不考虑{}", "别是{}", "非{}的")
BESIDES = {
    "": "",
    "20万以内的SUV，": "; price_wan <= 20; body == SUV",
    "想买个纯电，": "; energy == BEV",
}


def _generated() -> list[tuple[str, str]]:
    """Each maker wanted and refused, each figure bare and bounded, alone and among others."""
    said = []
    for before, besides in BESIDES.items():
        for maker, names in CELLS.items():
            for name in names.split("|"):
                said.append((f"{before}{name}的", f"cell_maker == {maker}{besides}"))
                said += [
                    (before + way.format(name), f"cell_maker != {maker}{besides}")
                    for way in REFUSALS
                ]
        for field, figures in FIGURES.items():
            for value, words in figures:
                said += [
                    (f"{before}{words}的", f"{field} >= {value}{besides}"),
                    (f"{before}{words}以上的", f"{field} >= {value}{besides}"),
                    (f"{before}{words}以内", f"{field} <= {value}{besides}"),
                ]
    return said


def test_makers_of_cells_and_their_refusal_and_bounds_on_figures_are_read_in_any_company(
    read: Read,
) -> None:
    said = _generated()
    wrong = {
        text: conditions(understood)
        for text, wanted in said
        if conditions(understood := read(text)) != expected(wanted) or understood.unread
    }
    assert len(said) > 200
    assert not wrong


def test_years_of_the_electric_parts_are_told_to_be_no_filter(read: Read) -> None:
    understood = read("三电质保8年以上的纯电")
    assert conditions(understood) == expected("energy == BEV")
    assert [one.text for one in understood.unsupported] == ["三电质保8年以上的"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("星瑞是四缸吗", "气缸数"),
        ("凯美瑞是8AT吗", "变速箱"),
        ("小鹏G6是800V的吗", "高压平台"),
        ("Model Y是宁德时代的电池吗", "电芯品牌"),
        ("星瑞质保是五年吗", "整车质保"),
    ],
)
def test_a_question_about_a_parameter_asks_for_it(read: Read, text: str, field: str) -> None:
    understood = read(text)
    assert (understood.intent, understood.field) == ("lookup", field)
    assert not understood.conditions
