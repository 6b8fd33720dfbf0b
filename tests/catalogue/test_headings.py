"""Titles of columns: which are understood, in which unit, and what is guessed of the others."""

from __future__ import annotations

import pytest

from webapp.catalogue.reading.header import CAR_LABELS, Plan, read_car_header, read_plan
from webapp.catalogue.reading.header import car_headings as understood
from webapp.catalogue.reading.headings import Meaning, folded
from webapp.catalogue.reading.reference import headings, parameters
from webapp.catalogue.reading.reports import FileError

NAMED = ["编号", "品牌", "车系", "车型", "来源", "采集月份"]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        # Met in public files.
        *(
            (title, "price_wan")
            for title in (
                "指导价(万元)",
                "官方指导价(万元)",
                "价格(万元)",
                "厂商指导价(元)",
                "厂商指导价（万）",
                "厂家指导价(万元)",
                "指导价",
                "官方指导价",
                "售价",
            )
        ),
        ("车型名称", "name"),
        ("品牌名称", "brand"),
        ("车系名称", "series"),
        ("ID", "key"),
        ("年份", "model_year"),
        ("上市日期", "launch"),
        ("座位", "seats"),
        ("座位数(座)", "seats"),
        ("能源形式", "energy"),
        ("燃料形式", "energy"),
        ("动力类型", "energy"),
        ("轴距（毫米）", "wheelbase_mm"),
        ("后备箱容积(L)", "trunk_l"),
        ("厂商指导价(万元)", "price_wan"),
        ("轴距", "wheelbase_mm"),
        ("座位数(个)", "seats"),
        # Of the same kind.
        ("建议零售价（元）", "price_wan"),
        ("*品牌", "brand"),
        ("品牌：", "brand"),
        ("车长mm", "length_mm"),
        ("轴距/mm", "wheelbase_mm"),
        ("价格[单位:万元]", "price_wan"),
        ("最高时速（km/h）", "top_speed_kmh"),
        ("CLTC续航里程（公里）", "range_cltc_km"),
        ("电池容量(度)", "battery_kwh"),
        ("车 宽", "width_mm"),
        ("零百加速(秒)", "accel_0_100_s"),
        ("最大功率(马力)", "power_kw"),
        ("Price", "price_wan"),
        ("上市时间(年.月)", "launch"),
        ("整车长度<br>(mm)", "length_mm"),
        ("\ufeff编号", "key"),
        ("系统综合功率(Ps)", "system_power_ps"),
        ("排量(L)", "displacement_l"),
        ("排量(mL)", "displacement_ml"),
    ],
)
def test_titles_of_real_files_are_understood(title: str, key: str) -> None:
    meaning = understood().meaning(title)
    assert meaning is not None
    assert meaning.key == key


@pytest.mark.parametrize(
    "title",
    [
        "指导价(美元)",
        "轴距(kg)",
        "续航里程",
        "长*宽*高(mm)",
        "经纬度",
        "价",
        "座位数年款",
        "最高车速(mph)",
    ],
)
def test_a_title_in_another_unit_or_of_two_meanings_is_not_understood(title: str) -> None:
    assert understood().meaning(title) is None


def test_the_unit_of_a_title_comes_along() -> None:
    assert understood().meaning("厂商指导价（元）") == Meaning("price_wan", "元")
    assert understood().as_field("落地参考(元)", "price_wan") == Meaning("price_wan", "元")
    assert understood().as_field("落地参考", "price_wan") == Meaning("price_wan")


@pytest.mark.parametrize(
    ("title", "near"),
    [
        ("轴拒", ["wheelbase_mm"]),
        ("price_wna", ["price_wan"]),
        ("官方0-100加速", ["accel_0_100_s"]),
        ("能原类型", ["energy"]),
        ("前电动机功率", ["front_motor_kw"]),
        ("fridg", ["fridge"]),
        ("纯电续航里程(km)", ["range_cltc_km", "range_wltc_km", "range_nedc_km", "range_epa_km"]),
    ],
)
def test_a_slip_is_told_with_the_field_it_is_near(title: str, near: list[str]) -> None:
    assert understood().near(title) == near


@pytest.mark.parametrize(
    "title",
    [
        "助力类别",
        "动力形态",
        "品牌国别",
        "品牌口号",
        "燃油方式",
        "IDC",
        "车色",
        "门店地址",
        "加速",
        "颜值",
        "月销量",
        "CLTC综合续航里程",
        "厂商指导价参考",
        "型号",
        "备注",
        "图片",
        "No",
        "类型",
    ],
)
def test_a_title_of_its_own_is_told_without_a_guess(title: str) -> None:
    assert understood().meaning(title) is None
    assert understood().near(title) == []


def test_no_other_title_is_the_name_of_another_field_or_stands_twice() -> None:
    names = {folded(name): key for key, label in CAR_LABELS.items() for name in (key, label)}
    for row in parameters().values():
        names |= {folded(name): row.key for name in (row.key, row.label)}
    seen: set[str] = set()
    for key, others in headings().items():
        for title in map(folded, others):
            assert names.get(title) in (None, key), title
            assert title not in seen
            seen.add(title)


def test_what_is_said_of_a_column_goes_before_its_title() -> None:
    plan = read_plan([("售价", "dealer_price_wan"), ("备注", ""), ("门店价(元)", "厂商指导价")])
    header = read_car_header([*NAMED, "售价", "备注", "门店价(元)"], plan)
    assert [(column.parameter.key, column.unit) for column in header.values] == [
        ("dealer_price_wan", ""),
        ("price_wan", "元"),
    ]
    assert [column.title for column in header.left_out] == ["备注"]


def test_unknown_columns_may_be_left_out_and_fields_said_once_for_all_rows() -> None:
    plan = read_plan(fixed=[("来源", "官网"), ("captured", "2025-11")], skip_unknown=True)
    header = read_car_header(["编号", "品牌", "车系", "车型", "门店", ""], plan)
    assert header.text(["A1", "甲", "乙", "丙"], "source") == "官网"
    assert [column.title for column in header.left_out] == ["门店"]


@pytest.mark.parametrize(
    ("titles", "plan", "reason"),
    [
        ([*NAMED, "售价", "指导价"], Plan(), "第 8 列“指导价”与第 7 列重复，请只留一列"),
        ([*NAMED, "售价"], Plan({"价目": "price_wan"}), "表头里没有要对应的列“价目”"),
        (NAMED, Plan(fixed={"source": "官网"}), "第 5 列已经是来源，不能再统一填写"),
        (NAMED[:-1], Plan(fixed={"captured": " "}), "缺少必需的列：采集月份（captured）"),
    ],
)
def test_a_plan_that_does_not_fit_the_file_is_told(
    titles: list[str], plan: Plan, reason: str
) -> None:
    with pytest.raises(FileError) as caught:
        read_car_header(titles, plan)
    assert [problem.reason for _, problem in caught.value.problems] == [reason]


def test_a_plan_names_fields_that_there_are() -> None:
    with pytest.raises(
        ValueError, match=r"没有字段“price_wna”，最接近的是“厂商指导价”（price_wan）"
    ):
        read_plan([("售价", "price_wna")])
    with pytest.raises(ValueError, match="每款车不同"):
        read_plan(fixed=[("编号", "A1")])
