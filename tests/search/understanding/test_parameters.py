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


@pytest.mark.parametrize(
    ("text", "field"), [("星瑞是四缸吗", "气缸数"), ("凯美瑞是8AT吗", "变速箱")]
)
def test_a_question_about_a_parameter_asks_for_it(read: Read, text: str, field: str) -> None:
    understood = read(text)
    assert (understood.intent, understood.field) == ("lookup", field)
    assert not understood.conditions
