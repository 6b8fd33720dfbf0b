"""The words of the catalogue: allowed values and how visitors read them.

Order matters: it is the order of display, and of `FEATURES` also the bit order in the
database, so new features go to the end.
"""

from __future__ import annotations

from typing import Final

ENERGY_LABELS: Final = {
    "BEV": "纯电",
    "PHEV": "插混",
    "EREV": "增程",
    "HEV": "油混",
    "ICE": "燃油",
    "FCEV": "氢燃料",
}
ENERGIES: Final = tuple(ENERGY_LABELS)
PLUG_IN_ENERGIES: Final = ("PHEV", "EREV")
GREEN_PLATE_ENERGIES: Final = ("BEV", "PHEV", "EREV", "FCEV")

BODIES: Final = ("SUV", "轿车", "两厢车", "MPV", "旅行车", "跑车", "皮卡")
SIZES: Final = ("微型", "小型", "紧凑型", "中型", "中大型", "大型")
DRIVES: Final = ("前驱", "后驱", "四驱")
GEARBOXES: Final = ("自动", "手动")
ORIGINS: Final = (
    "中国",
    "德国",
    "日本",
    "美国",
    "韩国",
    "法国",
    "英国",
    "瑞典",
    "意大利",
    "其他",
)
ON_SALE: Final = "在售"
UNLAUNCHED: Final = "未上市"
STATUSES: Final = (ON_SALE, "停售", UNLAUNCHED)
RANGE_CYCLES: Final = ("CLTC", "WLTC", "NEDC", "EPA")
"""Test cycles of a pure-electric range, in the order in which lists rank them: figures of two
cycles are never ranked with each other."""

ASPIRATIONS: Final = ("自然吸气", "涡轮增压", "机械增压")
TRANSMISSIONS: Final = ("AT", "双离合", "CVT", "E-CVT", "DHT", "AMT", "手动", "单速")
"""Kinds of gearbox: E-CVT and DHT are a hybrid's, 单速 is the reduction gear of an electric car."""
CHEMISTRIES: Final = ("磷酸铁锂", "三元锂", "半固态", "镍氢", "钠离子")
MOTORS: Final = ("单电机", "双电机", "三电机", "四电机")
DOOR_KINDS: Final = ("平开门", "侧滑门", "电动侧滑门", "对开门", "鸥翼门", "剪刀门")
"""侧滑门 is one that is moved by hand, or of which it is not said."""
CELL_MAKERS: Final = (
    "宁德时代",
    "弗迪",
    "中创新航",
    "国轩高科",
    "蜂巢能源",
    "欣旺达",
    "亿纬锂能",
    "瑞浦兰钧",
    "正力新能",
    "其他",
)
"""弗迪 is the battery maker of 比亚迪; 其他 is any other maker that is named."""
LIFELONG: Final = "首任车主终身"
EV_WARRANTIES: Final = (LIFELONG, "有年限")

FEATURES: Final = (
    "激光雷达",
    "高速领航",
    "城市领航",
    "座椅加热",
    "座椅通风",
    "座椅按摩",
    "全景天窗",
    "抬头显示",
    "冰箱",
    "对外放电",
    "快充",
    "空气悬架",
    "360影像",
    "电动尾门",
    "CarPlay",
    "无框车门",
)

FITTED: Final = ("standard", "optional", "absent")
FITTED_LABELS: Final = {"standard": "标配", "optional": "选装", "absent": "无"}
FITTED_SIGNS: Final = {"standard": "●", "optional": "○", "absent": "–"}

CONFIDENCES: Final = ("official", "listed", "measured", "derived")
CONFIDENCE_LABELS: Final = {
    "official": "官方公布",
    "listed": "平台登载",
    "measured": "实测",
    "derived": "推算",
}

SALES_CONFIDENCE_LABELS: Final = {
    "listed": "平台登载",
    "low": "出处不明，可信度低",
}
SALES_CONFIDENCES: Final = tuple(SALES_CONFIDENCE_LABELS)

SCOPES: Final = ("retail", "wholesale", "insured")
SCOPE_LABELS: Final = {"retail": "零售", "wholesale": "批发（含出口）", "insured": "上险"}


UNIT_WORDS: Final = {"s": "秒", "h": "小时"}


def unit_word(unit: str | None) -> str | None:
    """A parameter's unit as visitors read it: times in words, other units as their symbols."""
    return UNIT_WORDS.get(unit or "", unit)
