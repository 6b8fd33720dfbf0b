"""Vague words and superlatives; negation, alternatives and what is left open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.understanding.expected import conditions, expected
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]

VAGUE = [
    ("续航长的电车", "energy == BEV; ~range_km >= 600", "-range"),
    ("续航长的插混", "energy == PHEV; ~range_km >= 200", "-range"),
    ("增程，纯电续航要长", "energy == EREV; ~range_km >= 200", "-range"),
    ("续航要长一点", "~range_km >= 600", "-range"),
    ("跑得远的", "~range_km >= 600", "-range"),
    ("续航长的，至少600", "range_km >= 600", "-range"),
    ("省油的轿车", "body in 轿车/两厢车; ~fuel_l_100km <= 6", "fuel"),
    ("油耗低", "~fuel_l_100km <= 6", "fuel"),
    ("油耗要低", "~fuel_l_100km <= 6", "fuel"),
    ("加速快", "~accel_0_100_s <= 6", "accel"),
    ("动力强劲的", "~accel_0_100_s <= 6", "accel"),
    ("动力要好", "~accel_0_100_s <= 6", "accel"),
    ("便宜的mpv", "body == MPV", "price"),
    ("性价比高的suv", "body == SUV", "price"),
    ("实惠点的", "", "price"),
    ("豪华轿车", "body in 轿车/两厢车; ~price_wan >= 30", None),
    ("动力够用的", "~accel_0_100_s <= 10", "accel"),
    ("车别太大的", "~length_mm <= 4700", None),
    ("30万以内豪华点的", "price_wan <= 30", None),
    ("空间大的", "~wheelbase_mm >= 2800", None),
    ("后排宽敞", "~wheelbase_mm >= 2800", None),
    ("空间要大，轴距2米9以上", "wheelbase_mm >= 2900", None),
    ("六口之家", "~seats >= 6", None),
    ("一家七口出去玩的suv", "body == SUV; ~seats >= 7", None),
    ("家里六口人，要七座", "seats == 7", None),
    ("小车", "~length_mm <= 4300", None),
    ("停车方便的", "~length_mm <= 4300", None),
    ("好停车", "~length_mm <= 4300", None),
    ("新款suv", "body == SUV; ~model_year >= 2025", "-launch"),
    ("刚上市的", "~model_year >= 2025", "-launch"),
    ("热销的", "", "-sales"),
    ("卖得好的suv", "body == SUV", "-sales"),
    ("销量高的轿车", "body in 轿车/两厢车", "-sales"),
    ("充电快的", "~features in 快充", None),
    ("智驾好的", "~features in 高速领航", None),
    ("智能驾驶厉害的suv", "body == SUV; ~features in 高速领航", None),
    ("家用suv", "body == SUV", None),
    ("适合跑滴滴的", "", None),
    ("女生开的轿车", "body in 轿车/两厢车", None),
]

SUPERLATIVES = [
    ("最便宜的纯电", "price"),
    ("最贵的车", "-price"),
    ("续航最长的", "-range"),
    ("续航最长的SUV", "-range"),
    ("销量最高的", "-sales"),
    ("卖得最好的suv", "-sales"),
    ("加速最快的", "accel"),
    ("最省油的", "fuel"),
    ("油耗最低的", "fuel"),
    ("马力最大的", "-power"),
    ("动力最强的", "-power"),
    ("车身最长的", "-length"),
    ("最大的suv", "-length"),
    ("最新上市的", "-launch"),
    ("评分最高的", "-score"),
    ("口碑最好的", "-score"),
    ("最便宜的，续航最长的", "price"),
    ("价格从低到高", "price"),
    ("按销量排序", "-sales"),
]

NEGATION = [
    ("不要特斯拉", "brand != 特斯拉"),
    ("特斯拉不要", "brand != 特斯拉"),
    ("除了比亚迪", "brand != 比亚迪"),
    ("除了比亚迪和特斯拉以外的", "brand not in 比亚迪/特斯拉"),
    ("不要比亚迪、特斯拉、小鹏", "brand not in 比亚迪/特斯拉/小鹏"),
    ("不考虑日系，也不要韩系", "origin not in 日本/韩国"),
    ("不要suv", "body != SUV"),
    ("不要纯电", "energy != BEV"),
    ("非特斯拉的电车", "brand != 特斯拉; energy == BEV"),
    ("纯电suv，特斯拉除外", "energy == BEV; body == SUV; brand != 特斯拉"),
    ("不要纯电的，20万以内", "energy != BEV; price_wan <= 20"),
    ("国产suv 不要比亚迪", "origin == 中国; body == SUV; brand != 比亚迪"),
    ("比亚迪，但不要海豹", "brand == 比亚迪; series != 海豹"),
    ("不要增程和插混", "energy not in PHEV/EREV"),
    ("不要轿车", "body not in 轿车/两厢车"),
    ("不要合资", "origin == 中国"),
    ("非SUV不买", "body == SUV"),
    ("不用四驱", ""),
    ("不需要激光雷达", ""),
    ("不一定要七座", ""),
    ("四驱无所谓", ""),
    ("有没有天窗无所谓", ""),
]

ALTERNATIVES = [
    ("丰田或者本田", "brand in 丰田/本田"),
    ("丰田本田都行的suv", "brand in 丰田/本田; body == SUV"),
    ("宝马、奥迪、奔驰都可以", "brand in 宝马/奥迪/奔驰"),
    ("蔚来小鹏理想都行", "brand in 蔚来/小鹏/理想汽车"),
    ("插混增程都行", "energy in PHEV/EREV"),
    ("SUV或者MPV，七座", "body in SUV/MPV; seats == 7"),
    ("BBA的suv", "brand in 奔驰/宝马/奥迪; body == SUV"),
    ("蔚小理", "brand in 蔚来/小鹏/理想汽车"),
]


@pytest.mark.parametrize(("text", "wanted", "sort"), VAGUE)
def test_a_vague_word_hints_at_a_condition_or_an_order(
    read: Read, text: str, wanted: str, sort: str | None
) -> None:
    understood = read(text)
    assert conditions(understood) == expected(wanted)
    assert understood.sort == sort
    assert understood.intent == "search"


@pytest.mark.parametrize(("text", "sort"), SUPERLATIVES)
def test_a_superlative_sets_the_order_and_no_condition(read: Read, text: str, sort: str) -> None:
    understood = read(text)
    assert understood.sort == sort
    assert not [one for one in understood.conditions if one.inferred]


@pytest.mark.parametrize(("text", "wanted"), NEGATION + ALTERNATIVES)
def test_what_is_not_wanted_or_left_open(read: Read, text: str, wanted: str) -> None:
    understood = read(text)
    assert conditions(understood) == expected(wanted)
    assert understood.intent == "search"


def test_brands_of_luxury_are_a_set_of_brands_and_no_price(read: Read) -> None:
    (hint,) = (one for one in read("豪华品牌suv").conditions if one.inferred)
    assert hint.condition.field == "brand"
    assert {"奔驰", "沃尔沃"} <= set(hint.condition.values)
    assert not {"特斯拉", "大众"} & set(hint.condition.values)
