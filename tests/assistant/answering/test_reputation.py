"""Faults, prices that moved, and makers: what the catalogue has no figures on."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.assistant.answering.conftest import Garage, Put, Talk
from tests.assistant.answering.test_answers import assert_bound
from tests.catalogue import catalogue
from tests.knowledge.shipped import copy_pages
from webapp.assistant.answering import consulting
from webapp.assistant.events import Links
from webapp.knowledge import service

NO_REPORTS = "这里没有收录"


@pytest.fixture
def pages(
    monkeypatch: pytest.MonkeyPatch, app: Flask, garage: Garage, prepared_pages: Path
) -> None:
    """All pages that are shipped, found by words."""
    copy_pages(app, prepared_pages)
    monkeypatch.setattr(consulting, "retrieve", service.retrieve)


def links_of(blocks: tuple[object, ...]) -> dict[str, str]:
    shown = (block.items for block in blocks if isinstance(block, Links))
    return {text: address for items in shown for text, address in items}


@pytest.mark.parametrize(
    "question",
    [
        "天舟有什么毛病",
        "天舟质量怎么样",
        "天舟投诉多吗",
        "天舟常见故障有哪些",
        "天舟靠谱吗",
        "天舟口碑怎么样",
    ],
)
def test_who_asks_for_the_faults_of_a_car_is_told_that_nothing_reports_them(
    talk: Talk, pages: None, question: str
) -> None:
    done = talk.ask(question)

    assert (done.intent, done.refused) == ("consult", True)
    assert NO_REPORTS in done.text
    assert "29.80 万元" in done.text
    assert "先查召回" in done.text or "召回记录" in done.text
    assert "最大功率" not in done.text
    assert_bound(done)


def test_what_owners_say_of_a_car_is_told_where_somebody_said_it(talk: Talk, passages: Put) -> None:
    passages("不满意的是过减速带偏硬，后排有异响。", collection="reviews")

    done = talk.ask("天舟有什么毛病")

    assert not done.refused
    assert "后排有异响" in done.text
    assert NO_REPORTS not in done.text


def test_what_to_do_about_a_fault_is_no_question_on_a_cars_name(talk: Talk, passages: Put) -> None:
    passages("故障灯亮了先靠边停车，再看仪表上的提示。")

    assert "先靠边停车" in talk.ask("天舟故障灯亮了怎么办").text


@pytest.mark.parametrize("question", ["天舟降价了吗", "天舟最近涨价了没", "天舟降了多少"])
def test_whether_a_price_moved_gets_the_guide_price_with_its_month_and_no_promise(
    talk: Talk, pages: None, question: str
) -> None:
    done = talk.ask(question)

    assert done.refused
    assert "也不作任何承诺" in done.text
    assert "指导价" in done.text
    assert "29.80 万元" in done.text
    assert_bound(done)


@pytest.fixture
def rivals(garage: Garage) -> None:
    """Two makers that sell SUVs, and of the second a saloon that sells better."""
    for key, brand, series, body in (
        ("a1", "甲牌", "甲一", "SUV"),
        ("b1", "乙牌", "乙一", "轿车"),
        ("b2", "乙牌", "乙二", "SUV"),
    ):
        catalogue.series(series, brand, body=body)
        catalogue.trim(key, brand_name=brand, series_name=series, body=body, price_fen=15_000_000)
    catalogue.publish()


@pytest.mark.parametrize("question", ["甲牌和乙牌哪个牌子好", "甲牌还是乙牌更耐用"])
def test_no_brand_is_said_to_be_better_and_like_cars_of_both_are_offered_side_by_side(
    talk: Talk, rivals: None, pages: None, question: str
) -> None:
    done = talk.ask(question)

    links = links_of(done.blocks)
    assert done.intent == "consult"
    assert "不给品牌打分" in done.text
    assert "对比 甲一 和 乙二" in links
    assert {"甲牌 的全部车型", "乙牌 的全部车型"} <= links.keys()
    assert_bound(done)


def test_cars_of_two_brands_are_still_listed(talk: Talk, rivals: None, pages: None) -> None:
    assert talk.ask("甲牌和乙牌的车有哪些").intent == "search"


OF_THE_SITE = {
    "你们数据哪来的": "每个参数都带来源",
    "你的数据准吗": "每个参数都带来源",
    "多久更新一次数据": "每个参数都带来源",
    "你准吗": "没有依据时它会说不知道",
    "你怎么排序的": "近期销量高的车系在前",
    "你推荐的车收广告费吗": "不收费也不人工调整",
    "你会保存我的聊天记录吗": "可以导出和删除",
    "你是谁做的": "由各自的运营者管理",
}
OF_BUYERS = {
    "丐版和顶配买哪个": "选版本先看",
    "跑滴滴买什么车": "跑网约车先查",
    "油车还能买吗": "燃油车仍是稳妥的选择",
    "现在买车合适还是等等": "把多等几个月的花费",
    "冬天续航打几折": "能跑标称的六成上下",
    "合资车还值得买吗": "品牌只说明过去",
    "贷款买车还是全款": "全款省利息也省心",
    "月薪八千买什么价位的车": "家庭一年的收入",
    "网上买车靠谱吗": "授权店和厂家直营店",
    "延保要不要买": "延保看保什么",
    "新车磨合期怎么开": "头一千公里",
    "电车在外面淋雨充电安全吗": "在一般的雨里充电是安全的",
    "电车长时间不开怎么办": "停一个月以上的车",
    "天窗有必要吗": "按一年用几次来看配置",
    "单踏板模式危险吗": "前面有情况还是要踩刹车",
    "隐藏式门把手安全吗": "断电以后里外都能",
    "增程是不是落后技术": "增程的结构简单",
    "晕车买什么车好": "坐进去试最可靠",
}


def test_questions_on_the_site_open_its_own_pages(talk: Talk, pages: None) -> None:
    for question, told in OF_THE_SITE.items():
        assert told in Talk().ask(question).text, question


def test_a_buyers_question_opens_the_page_on_it(talk: Talk, pages: None) -> None:
    for question, told in OF_BUYERS.items():
        assert told in Talk().ask(question).text, question


def test_who_the_assistant_is_is_still_small_talk(talk: Talk, pages: None) -> None:
    assert talk.ask("你是谁").intent == "other"
    assert talk.ask("你好").intent == "other"
