"""Nothing a buyer wishes for vanishes, and no car is taken for another maker's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.understanding.expected import conditions, expected
from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.search.understanding.fields import FIELDS, why_unfiltered
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]

SEDAN = "body in 轿车/两厢车"
HYBRID = "energy in PHEV/EREV/HEV"

OPEN = [
    ("四万到七万的新车，手动挡也行", "price_wan >= 4; price_wan <= 7", "手动挡也行"),
    ("四驱也行 15万以内SUV", "price_wan <= 15; body == SUV", "四驱也行"),
    ("5座也可以，15万内混动", f"price_wan <= 15; {HYBRID}", "5座"),
    ("增程也能接受 20万内SUV", "price_wan <= 20; body == SUV", "增程也能接受"),
    ("没有四驱也行 15万内SUV", "price_wan <= 15; body == SUV", "四驱也行"),
]
WIDER = [
    ("轿车，SUV也行", "body in SUV/轿车/两厢车"),
    ("电车油车都行", ""),
    ("有天窗更好 10万内SUV", "price_wan <= 10; body == SUV; ~features in 全景天窗"),
]
LIKE = [
    (
        "和Model Y差不多大的国产纯电SUV，便宜点",
        "origin == 中国; energy == BEV; body == SUV; ~length_mm >= 4653; ~length_mm <= 4941",
    ),
    (
        "类似宝马X5的SUV",
        "body == SUV; ~length_mm >= 4908; ~length_mm <= 5212; ~price_wan >= 55.4; "
        "~price_wan <= 91.3",
    ),
    (
        "宝马X5这样的豪华SUV，预算放到80万",
        "body == SUV; price_wan <= 80; ~length_mm >= 4908; ~length_mm <= 5212",
    ),
    ("和卡罗拉差不多的车", ""),
    ("像理想L9那样的六座", "seats == 6"),
    ("比海鸥大一点的电车", "energy == BEV; ~length_mm >= 3780"),
    ("比Model Y便宜的纯电", "energy == BEV; ~price_wan <= 26.4"),
    ("开了八年的速腾想换增程", "energy == EREV"),
]
BUDGETS = [
    ("我手头25万，看看纯电的", "price_wan <= 25; energy == BEV"),
    ("4万块钱能买什么新车", "price_wan <= 4"),
    ("22个能买到传祺哪款", "price_wan <= 22; brand == 广汽传祺"),
    ("最多能出18万", "price_wan <= 18"),
    ("不要比15万贵的SUV", "price_wan <= 15; body == SUV"),
    ("兜里20个", "price_wan <= 20"),
    ("15万通勤", "price_wan >= 13.5; price_wan <= 16.5"),
    ("一年跑1万5 20万以内", "price_wan <= 20"),
    ("三个选一个 20万以内", "price_wan <= 20"),
]
SHOWN = [
    ("柴油SUV", "柴油"),
    ("方向盘加热的SUV", "方向盘加热"),
    ("有现车的SUV", "现车"),
    ("安全性高的SUV", "安全性高"),
    ("不要1.5T的SUV", "1.5T"),
    ("20万以内，15万以内", "20万以内"),
    ("15万，最多18万的suv", "15万"),
    ("和宝马差不多的SUV", "宝马差不多"),
    ("和路虎差不多的", "路虎"),
    ("像智己L6那样的", "智己L6"),
    ("敞篷 30万以内", "敞篷"),
    ("越野车 30万以内", "越野车"),
    ("经常跑长途 30万以内", "跑长途"),
    ("媳妇开 10万以内 上下班", "媳妇开 上下班"),
]
ABSENT = {
    "智己L6": "理想L6",
    "传祺M8": "问界M8",
    "大通M9": "银河M9",
    "风行M7": "问界M7",
    "比亚迪E5": "银河E5",
}
PEOPLE = [
    ("家里有两个孩子", "~wheelbase_mm >= 2800"),
    ("二胎家庭 30万以内", "price_wan <= 30; ~wheelbase_mm >= 2800"),
    ("两个娃加老人", "~seats >= 6; ~wheelbase_mm >= 2800"),
    ("一家六口", "~seats >= 6"),
    ("三个人坐", ""),
    ("俩娃加老人 总共5个人", "~wheelbase_mm >= 2800"),
    ("一共七口人 两个孩子两个老人", "~seats >= 7"),
    ("有家充 15万以内", "price_wan <= 15; ~energy in BEV/PHEV/EREV"),
    ("家里装不了充电桩 15万以内", "price_wan <= 15; ~energy != BEV"),
    ("跑长途的纯电", "energy == BEV; ~range_km >= 600"),
    ("停车难 纯电", "energy == BEV; ~length_mm <= 4300"),
]


OLD_CARS = [
    ("2014年的旧车置换纯电SUV", "energy == BEV; body == SUV"),
    ("燃油车想换插混 20万以内", "energy == PHEV; price_wan <= 20"),
    ("轿车开腻了想换SUV", "body == SUV"),
    ("要2024年的SUV", "model_year == 2024; body == SUV"),
    ("五万多的电车", "energy == BEV; price_wan >= 5; price_wan <= 5.99"),
    ("纯电SUV 过年回娘家六百公里", "energy == BEV; body == SUV"),
]


@pytest.mark.parametrize(("text", "wanted"), OLD_CARS)
def test_what_is_said_of_the_old_car_and_of_trips_is_no_wish(
    read: Read, text: str, wanted: str
) -> None:
    assert conditions(read(text)) == expected(wanted)


@pytest.mark.parametrize(("text", "wanted", "shown"), OPEN)
def test_what_would_do_too_is_no_condition_and_is_shown(
    read: Read, text: str, wanted: str, shown: str
) -> None:
    understood = read(text)
    assert conditions(understood) == expected(wanted)
    assert any(shown in one.text for one in understood.unsupported)


@pytest.mark.parametrize(("text", "wanted"), WIDER + LIKE + BUDGETS + PEOPLE)
def test_a_sentence_is_read_as_it_is_meant(read: Read, text: str, wanted: str) -> None:
    understood = read(text)
    assert conditions(understood) == expected(wanted)


@pytest.mark.parametrize(("text", "words"), SHOWN)
def test_a_wish_that_is_no_filter_is_shown_with_the_reason(
    read: Read, text: str, words: str
) -> None:
    told = {one.text: one.why for one in read(text).unsupported}
    assert all(any(word in text for text in told) for word in words.split()), told
    assert all(told.values())


@pytest.mark.parametrize(("name", "other"), ABSENT.items())
def test_a_maker_with_the_code_of_another_is_a_car_that_is_not_there(
    read: Read, name: str, other: str
) -> None:
    understood = read(f"{name}多少钱")
    assert understood.absent == (name,)
    assert not understood.entities
    assert understood.intent == "lookup"
    (said,) = understood.unsupported
    assert other in said.near


def test_a_parameter_that_is_no_filter_says_why() -> None:
    assert why_unfiltered("fuel_kind")
    assert why_unfiltered("cylinders") is None
    assert not {row for row in FIELDS if why_unfiltered(row)} & set(FIELDS_BY_NAME)


def test_versions_of_two_years_are_looked_for_together(read: Read) -> None:
    wanted = "series == 宝马5系; model_year in 2020/2021"
    assert conditions(read("20款或者21款的宝马5系有吗")) == expected(wanted)


def test_features_said_without_the_seat_are_each_one(read: Read) -> None:
    wanted = "features in 座椅通风; features in 座椅加热; features in 座椅按摩; price_wan <= 30"
    assert conditions(read("通风加热按摩都有的 30万内")) == expected(wanted)


def test_the_narrower_of_two_energies_is_meant(read: Read) -> None:
    assert conditions(read("上海能上绿牌的插混")) == expected("energy == PHEV")


def test_which_car_leads_an_order_is_a_search(read: Read) -> None:
    understood = read("续航700以上最便宜的车是哪个")
    assert (understood.intent, understood.sort) == ("search", "price")


@pytest.mark.parametrize("text", ["银河E5外放电几千瓦", "海豹06标称续航多少", "小米SU7值得买吗"])
def test_a_name_beside_a_question_is_no_filter(read: Read, text: str) -> None:
    assert read(text).intent in ("lookup", "consult")
    assert conditions(read(text)) == set()
