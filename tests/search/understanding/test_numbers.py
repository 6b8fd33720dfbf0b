"""Numbers as people say and write them, with the field and the bound that is meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.understanding.expected import conditions, expected
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]

PRICES = [
    ("25万以下", "price_wan <= 25"),
    ("二十五万以里", "price_wan <= 25"),
    ("25w封顶", "price_wan <= 25"),
    ("不到8万", "price_wan <= 8"),
    ("不超过十八万的", "price_wan <= 18"),
    ("预算16万", "price_wan <= 16"),
    ("我有22万", "price_wan <= 22"),
    ("预算13.5万", "price_wan <= 13.5"),
    ("预算180000", "price_wan <= 18"),
    ("13万5以内", "price_wan <= 13.5"),
    ("十三万五以内", "price_wan <= 13.5"),
    ("12万左右", "price_wan >= 10.8; price_wan <= 13.2"),
    ("12万上下", "price_wan >= 10.8; price_wan <= 13.2"),
    ("十来万", "price_wan >= 9; price_wan <= 11"),
    ("二十来万", "price_wan >= 18; price_wan <= 22"),
    ("14w的suv", "price_wan >= 12.6; price_wan <= 15.4; body == SUV"),
    ("30万出头", "price_wan >= 30; price_wan <= 33"),
    ("20万多点", "price_wan >= 20; price_wan <= 22"),
    ("18到22万", "price_wan >= 18; price_wan <= 22"),
    ("18万到22万", "price_wan >= 18; price_wan <= 22"),
    ("18-22万之间", "price_wan >= 18; price_wan <= 22"),
    ("18~22w", "price_wan >= 18; price_wan <= 22"),
    ("十八至二十二万", "price_wan >= 18; price_wan <= 22"),
    ("30万级", "price_wan >= 30; price_wan <= 39.99"),
    ("25万级别", "price_wan >= 25; price_wan <= 25.99"),
    ("十几万", "price_wan >= 10; price_wan <= 20"),
    ("二十几万", "price_wan >= 20; price_wan <= 30"),
    ("20多万", "price_wan >= 20; price_wan <= 30"),
    ("四十多万", "price_wan >= 40; price_wan <= 50"),
    ("三四十万", "price_wan >= 30; price_wan <= 40"),
    ("七八万", "price_wan >= 7; price_wan <= 8.99"),
    ("十五六万", "price_wan >= 15; price_wan <= 16.99"),
    ("十七八万", "price_wan >= 17; price_wan <= 18.99"),
    ("8、9万", "price_wan >= 8; price_wan <= 9.99"),
    ("百万级", "price_wan >= 100; price_wan <= 199.99"),
    ("上百万的豪车", "price_wan >= 100"),
    ("百万以上", "price_wan >= 100"),
    ("100万以上", "price_wan >= 100"),
    ("25个以内", "price_wan <= 25"),
    ("20个左右", "price_wan >= 18; price_wan <= 22"),
    ("15达不溜以下", "price_wan <= 15"),
    ("最多20万", "price_wan <= 20"),
    ("至少30万", "price_wan >= 30"),
    ("高于30万", "price_wan >= 30"),
    ("超过50万", "price_wan >= 50"),
    ("别超过12万", "price_wan <= 12"),
    ("10万以上15万以下", "price_wan >= 10; price_wan <= 15"),
    ("不低于10万，不高于15万", "price_wan >= 10; price_wan <= 15"),
    ("150k以内", "price_wan <= 15"),
    ("预算二十来个", "price_wan >= 18; price_wan <= 22"),
    ("价格≤20万", "price_wan <= 20"),
    ("150000以内", "price_wan <= 15"),
    ("不超过三十五", "price_wan <= 35"),
    ("三十好几万", "price_wan >= 30; price_wan <= 40"),
    ("预算15万左右", "price_wan >= 13.5; price_wan <= 16.5"),
    ("预算10到15万", "price_wan >= 10; price_wan <= 15"),
    ("大概25万", "price_wan >= 22.5; price_wan <= 27.5"),
    ("15万块以内", "price_wan <= 15"),
    ("150000元以内", "price_wan <= 15"),
    ("伍万以内", "price_wan <= 5"),
    ("貳拾萬以內", "price_wan <= 20"),
    ("不要30万以上的", "price_wan <= 30"),
    ("20以内的suv", "price_wan <= 20; body == SUV"),
]

ELECTRIC = [
    ("续航600", "range_km >= 600"),
    ("续航600公里", "range_km >= 600"),
    ("续航六百公里以上", "range_km >= 600"),
    ("600km以上", "range_km >= 600"),
    ("续航不低于550", "range_km >= 550"),
    ("续航超过700公里", "range_km >= 700"),
    ("纯电续航100以上的插混", "range_km >= 100; energy == PHEV"),
    ("续航500到600", "range_km >= 500; range_km <= 600"),
    ("续航500公里左右", "range_km >= 450; range_km <= 550"),
    ("cltc 650公里", "range_km >= 650"),
    ("能跑600公里的电车", "range_km >= 600; energy == BEV"),
    ("80度电池", "battery_kwh >= 80"),
    ("80度以上的电池", "battery_kwh >= 80"),
    ("电池容量100kwh以上", "battery_kwh >= 100"),
    ("电池不小于90度", "battery_kwh >= 90"),
]

ENGINES = [
    ("百公里油耗5升以内", "fuel_l_100km <= 5"),
    ("油耗6个以内", "fuel_l_100km <= 6"),
    ("油耗不超过7L", "fuel_l_100km <= 7"),
    ("油耗5.5以下", "fuel_l_100km <= 5.5"),
    ("百公里5个油", "fuel_l_100km <= 5"),
    ("油箱50升以上", "fuel_tank_l >= 50"),
    ("亏电油耗5升以内的插混", "fuel_l_100km <= 5; energy == PHEV"),
    ("300马力", "power_kw >= 221"),
    ("300匹以上", "power_kw >= 221"),
    ("马力不低于400", "power_kw >= 294"),
    ("功率200kW以上", "power_kw >= 200"),
    ("200千瓦", "power_kw >= 200"),
    ("扭矩400牛米以上", "torque_nm >= 400"),
    ("扭矩500以上", "torque_nm >= 500"),
    ("零百5秒", "accel_0_100_s <= 5"),
    ("零百加速5秒以内", "accel_0_100_s <= 5"),
    ("百公里加速不超过6.5秒", "accel_0_100_s <= 6.5"),
    ("破百4秒内", "accel_0_100_s <= 4"),
    ("0-100加速5秒内", "accel_0_100_s <= 5"),
    ("3秒级", "accel_0_100_s <= 3.99"),
    ("零百3秒多", "accel_0_100_s >= 3; accel_0_100_s <= 4"),
    ("四秒俱乐部", "accel_0_100_s <= 4.99"),
    ("油耗4个多", "fuel_l_100km >= 4; fuel_l_100km <= 5"),
    ("轴距最长的，车长5米以上", "length_mm >= 5000"),
    ("零百5秒级", "accel_0_100_s <= 5.99"),
    ("五秒破百", "accel_0_100_s <= 5"),
    ("加速6s以内", "accel_0_100_s <= 6"),
]

SIZES = [
    ("轴距3米", "wheelbase_mm >= 3000"),
    ("轴距2米9以上", "wheelbase_mm >= 2900"),
    ("轴距2.9米以上", "wheelbase_mm >= 2900"),
    ("轴距2850", "wheelbase_mm >= 2850"),
    ("轴距不小于2800mm", "wheelbase_mm >= 2800"),
    ("轴距两米八以上", "wheelbase_mm >= 2800"),
    ("车长不超过4米6", "length_mm <= 4600"),
    ("车长5米以上", "length_mm >= 5000"),
    ("长度小于4500毫米", "length_mm <= 4500"),
    ("车长4.2米以内", "length_mm <= 4200"),
    ("五米以上的大车", "length_mm >= 5000"),
    ("车高不超过1米5", "height_mm <= 1500"),
    ("高度1.6米以内", "height_mm <= 1600"),
    ("车宽1米9以内", "width_mm <= 1900"),
    ("宽度不超过185厘米", "width_mm <= 1850"),
]

CONTEXT = [
    ("续航长的，至少600", "range_km >= 600"),
    ("首付3万，总价15万以内", "price_wan <= 15"),
    ("马力大于200匹", "power_kw >= 147"),
    ("宽不超过1米85", "width_mm <= 1850"),
    ("不到二十万就能买到的六座", "price_wan <= 20; seats == 6"),
    ("20万左右吧，最多25", "price_wan <= 25"),
]

COUNTS = [
    ("7座", "seats == 7"),
    ("七座suv", "seats == 7; body == SUV"),
    ("大七座", "seats == 7"),
    ("七人座", "seats == 7"),
    ("六座以上", "seats >= 6"),
    ("6座及以上", "seats >= 6"),
    ("六座七座", "seats in 6/7"),
    ("6座或7座", "seats in 6/7"),
    ("六七座", "seats in 6/7"),
    ("6、7座都行", "seats in 6/7"),
    ("能坐7人", "seats >= 7"),
    ("能坐下六个人", "seats >= 6"),
    ("可以坐8个人的", "seats >= 8"),
    ("不要7座", "seats != 7"),
    ("两座跑车", "seats == 2; body == 跑车"),
    ("五座的", "seats == 5"),
    ("2026款", "model_year == 2026"),
    ("26款", "model_year == 2026"),
    ("二零二五款", "model_year == 2025"),
    ("2025年款", "model_year == 2025"),
    ("24款以后", "model_year >= 2024"),
    ("2024年以后的", "model_year >= 2024"),
    ("24到26款", "model_year >= 2024; model_year <= 2026"),
    ("25款或26款", "model_year in 2025/2026"),
]

ONLY = [
    ("只要七座的", "seats == 7"),
    ("就要六座", "seats == 6"),
    ("就七座吧", "seats == 7"),
    ("只要六座或七座", "seats in 6/7"),
    ("只要25款的", "model_year == 2025"),
    ("只要能坐七个人的", "seats >= 7"),
    ("只要四驱的", "drive == 四驱"),
    ("只要20万以内的", "price_wan <= 20"),
    ("只要20万的", "price_wan <= 20"),
    ("就20万", "price_wan <= 20"),
    ("只要续航500公里的", "range_km >= 500"),
    ("只要油耗6个的", "fuel_l_100km <= 6"),
    ("只要不超过七座的", "seats <= 7"),
]

NO_CONDITION = [
    "2.0T",
    "1.5l 手动变速箱多少速",
    "首付5万",
    "月供3000",
    "贷款20万",
    "二手车开了8万公里",
    "身高一米八五",
    "20岁",
    "两个孩子",
    "一家五口",
    "五口之家",
    "三口人",
    "好几万",
    "好几百公里",
    "贵两万",
    "相差三万",
    "每天通勤60公里",
    "8AT",
    "92号油",
    "21寸轮毂",
    "质保8年",
    "L2级辅助",
    "V8",
    "3000转",
]


@pytest.mark.parametrize(
    ("text", "wanted"), PRICES + ELECTRIC + ENGINES + SIZES + CONTEXT + COUNTS + ONLY
)
def test_a_number_becomes_its_condition(read: Read, text: str, wanted: str) -> None:
    understood = read(text)
    assert conditions(understood) == expected(wanted)
    assert understood.intent == "search"


@pytest.mark.parametrize("text", ["我爸快60了", "她55了，想要台稳当的", "他60多了", "本人35"])
def test_the_age_of_a_person_is_no_price(read: Read, text: str) -> None:
    assert conditions(read(f"{text}，12万以内")) == conditions(read("12万以内"))


@pytest.mark.parametrize("text", NO_CONDITION)
def test_other_numbers_become_no_condition(read: Read, text: str) -> None:
    numbers = {"price_wan", "range_km", "seats", "fuel_l_100km", "accel_0_100_s", "model_year"}
    found = {one.condition.field for one in read(text).conditions}
    assert not found & numbers


def test_digits_in_names_are_no_conditions(read: Read) -> None:
    for text in ("宝马3系", "问界M9", "理想L9", "标致5008", "小米SU7", "极氪001", "马自达CX-5"):
        assert {one.condition.field for one in read(text).conditions} == {"series"}, text


def test_a_tank_of_fuel_says_economical_not_electric_range(read: Read) -> None:
    assert conditions(read("一箱油能跑1000公里")) == expected("~fuel_l_100km <= 6")
    assert read("一箱油能跑1000公里").sort == "fuel"


def test_that_version_is_exactly_it(read: Read) -> None:
    assert conditions(read("元UP 401km那版")) >= expected("range_km == 401")
