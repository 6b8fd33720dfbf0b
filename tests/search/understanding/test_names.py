"""Brands and series by nickname, pinyin, slip of the finger, traditional or full-width writing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.understanding.expected import conditions, expected
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]

NAMES = {
    "brand == 特斯拉": "特斯拉;特斯啦;tesla;TSLA;tesila;特斯拉汽车",
    "brand == 奔驰": "奔驰;大奔;Benz;奔馳;benchi",
    "brand == 宝马": "宝马;BMW;寶馬;baoma;ＢＭＷ;别摸我",
    "brand == 奥迪": "奥迪;四个圈;audi;aodi;奧迪",
    "brand == 比亚迪": "比亚迪;BYD;迪子;biyadi;比亚笛;比亞迪",
    "brand == 凯迪拉克": "凯迪拉克;凯子;cadillac",
    "brand == 雷克萨斯": "雷克萨斯;lexus;凌志",
    "brand == 大众": "大众的车;VW;一汽大众",
    "brand == 丰田": "丰田;toyota;豐田;广汽丰田",
    "brand == 五菱汽车": "五菱神车;五菱",
    "brand == 小鹏": "小鹏;小鹏汽车;xpeng",
    "brand == 理想汽车": "理想汽车;理想的车",
    "brand == 沃尔沃": "沃尔沃;volvo;woerwo",
    "brand in 吉利汽车/吉利银河": "吉利;吉利的车",
    "brand in 问界/智界/享界/尊界/尚界": "鸿蒙智行",
    "brand in 奔驰/宝马/奥迪": "BBA;bba",
    "series == 阿特兹": "马六;马6;阿特兹",
    "series == 奔驰G级": "大G;奔驰大G;奔驰G级",
    "series == Panamera": "帕美;帕拉梅拉;panamera",
    "series == Cayenne": "卡宴;cayenne;保时捷卡宴",
    "series == 五菱之光": "五菱之光",
    "series == 宏光MINIEV": "五菱宏光MINIEV;五菱汽车宏光MINIEV",
    "series == 帝豪": "吉利帝豪;吉利汽车帝豪",
    "series == 海豹": "海豹;haibao;比亚迪海豹",
    "series == 雅阁": "雅阁;本田雅阁;雅格;yage",
    "series == 凯美瑞": "凯美瑞;凯美锐;kaimeirui;丰田凯美瑞",
    "series == 宝马3系": "宝马3系;3系;宝马三系;宝马 3系",
    "series == 奔驰C级": "奔驰C级;奔驰c",
    "series == Model Y": "model y;ModelY;特斯拉model y;毛豆Y;modely",
    "series == Model 3": "model3;Model 3;毛豆3",
    "series == 小米SU7": "小米su7;su7;SU7",
    "series == 宋PLUS新能源": "宋plus新能源;宋PLUS;宋plus",
    "series == 赛那SIENNA": "赛那;塞纳;丰田赛那",
    "series == 哈弗大狗": "大狗;哈弗大狗",
    "series == 问界M7": "问界m7;问界M七",
}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [(text, wanted) for wanted, texts in NAMES.items() for text in texts.split(";")],
)
def test_a_name_is_found_however_it_is_written(read: Read, text: str, wanted: str) -> None:
    assert conditions(read(text)) == expected(wanted)


ORDINARY = [
    "比较理想的车",
    "现代感强的suv",
    "大众化一点的",
    "小米手机",
    "不是很标致",
    "我在长城旁边住",
    "远程控制方便吗",
    "中大型suv",
    "这个价位有好车吗",
    "后排坐三个人",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_word_names_no_car(read: Read, text: str) -> None:
    assert read(text).entities == ()


MIXED = [
    ("別克GL8 七座", "series == 别克GL8; seats == 7"),
    ("２０萬以內的純電ＳＵＶ", "price_wan <= 20; energy == BEV; body == SUV"),
    ("🚗20万以内🚗七座👨‍👩‍👧", "price_wan <= 20; seats == 7"),
    ("豪华的 保时捷 卡宴", "series == Cayenne; ~price_wan >= 30"),
    ("比亚迪汉 四驱", "series == 汉; drive == 四驱"),
    ("蔚來ES6 續航600以上", "series == 蔚来ES6; range_km >= 600"),
    ("bmw x3 4驱", "series == 宝马X3; drive == 四驱"),
    ("20万以内大众suv", "price_wan <= 20; brand == 大众; body == SUV"),
]


@pytest.mark.parametrize(("text", "wanted"), MIXED)
def test_names_and_conditions_together(read: Read, text: str, wanted: str) -> None:
    assert conditions(read(text)) == expected(wanted)


SLIPS = [
    ("汉懒达 七座", "series == 汉兰达; seats == 7"),
    ("卡罗拉锐方 混动", "series == 卡罗拉锐放; energy in PHEV/EREV/HEV"),
    ("小朋汽车 20万suv", "brand == 小鹏; price_wan >= 18; price_wan <= 22; body == SUV"),
    ("比压迪 插混", "brand == 比亚迪; energy == PHEV"),
    ("宝吗x3有四驱的", "series == 宝马X3; drive == 四驱"),
    ("问届m7增程", "series == 问界M7; energy == EREV"),
    ("续杭600 春电 suv", "range_km >= 600; energy == BEV; body == SUV"),
    ("chundiansuv20w", "energy == BEV; body == SUV; price_wan >= 18; price_wan <= 22"),
    ("xuhang500以上", "range_km >= 500"),
    ("坐椅加热 座椅按磨", "features in 座椅加热; features in 座椅按摩"),
    ("空气旋架", "features in 空气悬架"),
    ("zengcheng 6座", "energy == EREV; seats == 6"),
    ("宝马四驱", "brand == 宝马; drive == 四驱"),
    ("別克GL8 貳拾萬以內", "series == 别克GL8; price_wan <= 20"),
]


@pytest.mark.parametrize(("text", "wanted"), SLIPS)
def test_one_slip_is_forgiven(read: Read, text: str, wanted: str) -> None:
    assert conditions(read(text)) == expected(wanted)


@pytest.mark.parametrize(
    "text", ["比亚迪宋朝", "外出旅行时躺着休息", "相对于别的来说", "中网融合自然"]
)
def test_an_ordinary_word_is_no_slip_of_a_name(read: Read, text: str) -> None:
    assert {one.condition.field for one in read(text).conditions} <= {"brand"}


@pytest.mark.parametrize(
    ("text", "name"), [("领克900座位数", "领克900"), ("腾势D9座椅通风有吗", "腾势D9")]
)
def test_a_name_that_ends_in_a_numeral_keeps_it_before_a_word_of_its_own(
    read: Read, text: str, name: str
) -> None:
    assert read(text).entities == (name,)


def test_a_filler_that_was_not_cut_out_is_not_called_unread(read: Read) -> None:
    assert read("我要一辆车").unread == ()
