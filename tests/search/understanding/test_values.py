"""Named values: energy, body, level, origin, drive, gearbox, features, in their many words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.understanding.expected import conditions, expected
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]

GREEN = "energy in BEV/PHEV/EREV"
HYBRID = "energy in PHEV/EREV/HEV"
SEDAN = "body in 轿车/两厢车"

ENERGY = [
    ("纯电动的车", "energy == BEV"),
    ("电车推荐", "energy == BEV"),
    ("电动车", "energy == BEV"),
    ("插电混动", "energy == PHEV"),
    ("插混的", "energy == PHEV"),
    ("PHEV", "energy == PHEV"),
    ("增程式的", "energy == EREV"),
    ("增程", "energy == EREV"),
    ("双擎", "energy == HEV"),
    ("油电混合", "energy == HEV"),
    ("油混轿车", "energy == HEV; " + SEDAN),
    ("油车", "energy == ICE"),
    ("燃油SUV", "energy == ICE; body == SUV"),
    ("烧汽油的", "energy == ICE"),
    ("汽油车", "energy == ICE"),
    ("轻混", "energy == ICE"),
    ("新能源", GREEN),
    ("能上绿牌的", GREEN),
    ("绿牌车", GREEN),
    ("混动", HYBRID),
    ("混动SUV", HYBRID + "; body == SUV"),
    ("新能源mpv", GREEN + "; body == MPV"),
    ("插混或者增程", "energy in PHEV/EREV"),
    ("纯电和增程都行", "energy in BEV/EREV"),
]

BODY = [
    ("越野车", "body == SUV"),
    ("轿车", SEDAN),
    ("三厢轿车", SEDAN),
    ("两厢车", "body == 两厢车"),
    ("商务车", "body == MPV"),
    ("ＭＰＶ", "body == MPV"),
    ("旅行车", "body == 旅行车"),
    ("瓦罐", "body == 旅行车"),
    ("跑车", "body == 跑车"),
    ("皮卡", "body == 皮卡"),
    ("suv或者mpv", "body in SUV/MPV"),
    ("轿车suv都可以", "body in SUV/轿车/两厢车"),
]

LEVEL = [
    ("A00级", "size == 微型"),
    ("a0级小车", "size == 小型; ~length_mm <= 4300"),
    ("A级车", "size == 紧凑型"),
    ("B级轿车", "size == 中型; " + SEDAN),
    ("C级车", "size == 中大型"),
    ("D级轿车", "size == 大型; " + SEDAN),
    ("紧凑型SUV", "size == 紧凑型; body == SUV"),
    ("中型suv", "size == 中型; body == SUV"),
    ("中大型SUV", "size == 中大型; body == SUV"),
    ("大型SUV", "size == 大型; body == SUV"),
    ("小型车", "size == 小型"),
    ("微型车", "size == 微型"),
    ("B级以上", "size in 中型/中大型/大型"),
    ("A级及以下", "size in 微型/小型/紧凑型"),
    ("A级到C级", "size in 紧凑型/中型/中大型"),
    ("中型或者中大型轿车", "size in 中型/中大型; " + SEDAN),
]

ORIGIN = [
    ("国产车", "origin == 中国"),
    ("自主品牌", "origin == 中国"),
    ("德系", "origin == 德国"),
    ("日系车", "origin == 日本"),
    ("日本车", "origin == 日本"),
    ("美系", "origin == 美国"),
    ("韩国车", "origin == 韩国"),
    ("法系", "origin == 法国"),
    ("英国品牌", "origin == 英国"),
    ("瑞典车", "origin == 瑞典"),
    ("意大利跑车", "origin == 意大利; body == 跑车"),
    ("合资车", "origin != 中国"),
    ("进口品牌", "origin != 中国"),
    ("德系日系都行", "origin in 德国/日本"),
    ("不要日系", "origin != 日本"),
    ("不要日系和韩系", "origin not in 日本/韩国"),
    ("国产合资都行", ""),
]

DRIVE = [
    ("四驱", "drive == 四驱"),
    ("4驱", "drive == 四驱"),
    ("全时四驱suv", "drive == 四驱; body == SUV"),
    ("后驱", "drive == 后驱"),
    ("前驱的", "drive == 前驱"),
    ("两驱就行", "drive in 前驱/后驱"),
    ("后轮驱动", "drive == 后驱"),
    ("自动挡", "gearbox == 自动"),
    ("自动档的", "gearbox == 自动"),
    ("手动挡", "gearbox == 手动"),
    ("手动的车", "gearbox == 手动"),
    ("手动自动都行", ""),
    ("要四驱不要两驱", "drive == 四驱"),
    ("要自动挡不要手动挡", "gearbox == 自动"),
    ("不要手动挡", "gearbox != 手动"),
    ("不要前驱", "drive != 前驱"),
    ("前驱后驱都可以", "drive in 前驱/后驱"),
    ("前驱后驱四驱无所谓", ""),
]

FEATURES = {
    "激光雷达": "带激光雷达的;有激光雷达;lidar;必须有激光雷达",
    "高速领航": "高速领航;高速NOA;带高速领航辅助;高速NOP",
    "城市领航": "城市领航;城市NOA;城区领航;城区NOA;城市ngp",
    "座椅加热": "座椅加热;加热座椅;座椅带加热;座椅能加热的;座椅要有加热",
    "座椅通风": "座椅通风;通风座椅;座椅带通风的;前排通风",
    "座椅按摩": "座椅按摩;按摩座椅;座椅能按摩;带按摩的",
    "全景天窗": "全景天窗;全景天幕;天幕;带天窗的;大天窗",
    "抬头显示": "抬头显示;HUD;hud;AR-HUD;抬显",
    "冰箱": "带冰箱;车载冰箱;有冰箱的",
    "对外放电": "对外放电;外放电;V2L;能对外供电;能外放电的",
    "快充": "快充;支持快充;超充",
    "空气悬架": "空气悬架;空悬;空气悬挂;空气弹簧",
    "360影像": "360影像;360全景影像;360度全景影像;全景影像;360环影",
    "电动尾门": "电动尾门;电动后备箱;后备箱电动的;感应尾门;电尾门",
    "CarPlay": "carplay;CarPlay;苹果CarPlay;支持carplay的;car play",
    "无框车门": "无框车门;无框门;无边框车门",
}


STATUS = [
    ("停产的旅行车", "status == 停售; body == 旅行车"),
    ("还在卖的旅行车", "status == 在售; body == 旅行车"),
    ("还没上市的旅行车", "status == 未上市; body == 旅行车"),
    ("不要停产的旅行车", "status != 停售; body == 旅行车"),
    ("旅行车有哪些在卖", "body == 旅行车"),
]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [*ENERGY, *BODY, *LEVEL, *ORIGIN, *DRIVE, *STATUS],
    ids=lambda value: value or "none",
)
def test_a_named_value_becomes_its_condition(read: Read, text: str, wanted: str) -> None:
    assert conditions(read(text)) == expected(wanted)


@pytest.mark.parametrize(
    ("text", "feature"),
    [(text, feature) for feature, texts in FEATURES.items() for text in texts.split(";")],
)
def test_a_feature_is_found_by_each_of_its_names(read: Read, text: str, feature: str) -> None:
    assert conditions(read(text)) == expected(f"features in {feature}")
    assert read(f"20万以内{text}suv").intent == "search"


def test_each_feature_is_a_condition_of_its_own(read: Read) -> None:
    wanted = expected("features in 座椅加热; features in 座椅通风; features in 座椅按摩")
    assert conditions(read("座椅加热通风按摩都要")) == wanted
    assert conditions(read("要座椅加热、通风和按摩")) == wanted


def test_unwanted_features_are_one_condition(read: Read) -> None:
    assert conditions(read("不要全景天窗和无框车门")) == expected(
        "features not in 全景天窗/无框车门"
    )


@pytest.mark.parametrize("text", ["混动、纯电、燃油都行", "自动手动无所谓", "四驱两驱都可以"])
def test_leaving_every_value_open_is_no_condition(read: Read, text: str) -> None:
    assert conditions(read(text)) == set()
