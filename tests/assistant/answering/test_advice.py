"""Advice from one of our pages; cars that are weighed against names nobody has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete

from tests.assistant.answering.conftest import Garage, Put, Talk
from tests.assistant.answering.test_answers import assert_bound, sentences
from tests.catalogue import catalogue
from webapp.assistant.answering import consulting
from webapp.assistant.answering.paging import is_meant
from webapp.assistant.events import Bullets, Links, Paragraph, Table
from webapp.catalogue.models import Parameter
from webapp.knowledge import service
from webapp.knowledge.found import FoundPassage, Retrieval
from webapp.knowledge.service import ingest
from webapp.knowledge.service.shipped import as_drafts
from webapp.knowledge.shipped import PAGES_COLLECTION, read_page

PAGE = """---
title: 电动车拖车钩怎么选
topic: body
date: 2026-11
author: 车知编辑部
summary: 选拖车钩先看行驶证允许拖多重，再看安装点和照明接口。
---

## 为什么要看重量

拖得太重刹车距离会变长。厂家写的拖曳质量已经算上制动的余量。

## 怎么选

1. 2 吨以下的房车选球头式。
2. 常拆装的选可拆卸式。

## 保养

球头每半年上一次油。
"""


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, garage: Garage) -> None:
    """A page in the knowledge base, found by words, and nothing else there."""
    draft = as_drafts([read_page("body-towing", PAGE)])
    ingest(collection=PAGES_COLLECTION, drafts=draft)
    service.build_words()
    monkeypatch.setattr(consulting, "retrieve", service.retrieve)


def test_a_page_is_read_out_in_its_order_with_its_list_as_a_list(talk: Talk, page: None) -> None:
    done = talk.ask("电动车拖车钩怎么选")

    assert done.intent == "consult"
    assert sentences(done)[0].text == "选拖车钩先看行驶证允许拖多重，再看安装点和照明接口。"
    (points,) = (block for block in done.blocks if isinstance(block, Bullets))
    assert [item.text for item in points.items] == [
        "2 吨以下的房车选球头式。",
        "常拆装的选可拆卸式。",
    ]
    assert "上一次油" not in done.text
    assert all(sentence.citations for sentence in sentences(done))
    assert_bound(done)


def test_what_is_asked_for_chooses_the_part_of_the_page(talk: Talk, page: None) -> None:
    done = talk.ask("电动车拖车钩为什么要看重量")

    assert "拖得太重刹车距离会变长。" in done.text
    assert "上一次油" not in done.text


def passage(document: str) -> FoundPassage:
    return FoundPassage(1, document, PAGES_COLLECTION, "题", "文", None, "本站", None, 1.0)


def test_pages_on_the_site_and_lists_of_words_answer_only_what_asks_for_them() -> None:
    assert not is_meant("冬天续航怎么样", passage("site-list"))
    assert is_meant("本站的参数从哪里来", passage("site-list"))
    assert not is_meant("增程车费油吗", passage("glossary-energy"))
    assert is_meant("SOC是什么意思", passage("glossary-energy"))


def test_a_car_weighed_against_one_that_is_not_there_is_said_and_shown(
    talk: Talk, garage: Garage
) -> None:
    done = talk.ask("玄武和天舟哪个好")

    assert done.intent == "compare"
    assert done.text.startswith("车库里没有找到“玄武”，没法并排比")
    assert "29.80 万元" in done.text
    assert_bound(done)


def test_a_word_that_is_no_name_is_no_missing_car(talk: Talk, garage: Garage) -> None:
    assert "没有找到" not in talk.ask("天舟和织女哪个省电").text
    assert "没有找到“玄武”" in talk.ask("天舟、织女和玄武对比").text


def test_whether_a_car_is_worth_it_gets_its_figures_and_no_page_on_something_else(
    talk: Talk, page: None, passages: Put
) -> None:
    passages("值得选的拖车钩是可拆卸式。")

    done = talk.ask("天舟值得买吗")

    assert done.intent == "consult"
    assert not done.refused
    assert "29.80 万元" in done.text
    assert "拖车钩" not in done.text


def test_brands_that_nothing_compares_lead_to_their_cars(
    talk: Talk, garage: Garage, passages: Put
) -> None:
    passages("轮胎值得每月查一次气压。")

    done = talk.ask("星河的车值得买吗")

    assert done.refused
    shown = [link for block in done.blocks if isinstance(block, Links) for link in block.items]
    assert any("的全部车型" in text for text, _ in shown)


def boots(garage: Garage, *litres: float) -> None:
    trunk = catalogue.db.session.query(Parameter).filter_by(key="trunk_l").one()
    catalogue.db.session.execute(
        delete(catalogue.Value).where(catalogue.Value.parameter_id == trunk.id)
    )
    for trim_id, number in zip((garage.family, garage.hybrid), litres, strict=True):
        trim = catalogue.db.session.get(catalogue.Trim, trim_id)
        assert trim is not None
        catalogue.value(trim, trunk, number=number)
    catalogue.publish()


def test_boots_measured_differently_are_named_and_not_ranked(talk: Talk, garage: Garage) -> None:
    boots(garage, 345, 1320)

    done = talk.ask("天舟和织女哪个后备厢大")

    assert "不能直接比：天舟 345 升，织女 1320 升。" in done.text
    (table,) = (block for block in done.blocks if isinstance(block, Table))
    (row,) = (row for row in table.rows if "后备厢" in row.label)
    assert not any(cell.best for cell in row.cells)


def test_boots_measured_alike_are_ranked(talk: Talk, garage: Garage) -> None:
    boots(garage, 345, 520)

    assert "织女大 175 升" in talk.ask("天舟和织女哪个后备厢大").text


def test_a_figure_at_the_start_of_a_summary_is_told(
    talk: Talk, garage: Garage, passages: Put
) -> None:
    passages("2026 年起新能源车购置税减半征收，每辆最多减 1.5 万元。")

    first = sentences(talk.ask("2026年新能源车购置税怎么减"))[0]

    assert first.text.startswith("2026 年起")


def test_headings_of_paragraphs_are_not_told(talk: Talk, page: None) -> None:
    done = talk.ask("电动车拖车钩为什么要看重量")

    told = [block for block in done.blocks if isinstance(block, Paragraph)]
    assert all("为什么要看重量" not in s.text for block in told for s in block.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "买现车还是等新款",
        "全景天窗还是普通天窗",
        "续航500还是600够用",
        "买轿车还是SUV",
        "哪款车最安全",
    ],
)
def test_what_is_weighed_or_ranked_by_no_figure_is_advice_and_no_list(
    talk: Talk, page: None, question: str
) -> None:
    done = talk.ask(question)

    assert done.intent == "consult"
    assert done.refused  # nothing here tells, and nothing is made up


@pytest.mark.parametrize("question", ["有哪些最安全的SUV", "7座的还是要SUV"])
def test_who_orders_a_list_or_says_once_more_what_it_must_be_gets_one(
    talk: Talk, page: None, question: str
) -> None:
    assert talk.ask(question).intent == "search"


OTHER = """---
title: 汽车年检怎么做
also: 验车不过关怎么办；车检要带什么
topic: care
date: 2026-11
author: 车知编辑部
summary: 年检前先看灯光、轮胎和违章，材料带行驶证和保单。
---

## 带什么

行驶证、交强险保单和身份证。

## 不合格

按单子修好，二十日内复检。
"""


@pytest.mark.parametrize("question", ["验车不过关咋办", "车检要带啥", "汽车年检怎么做"])
def test_a_page_is_found_by_the_other_words_it_is_asked_in(
    talk: Talk, page: None, question: str
) -> None:
    drafts = as_drafts([read_page("body-towing", PAGE), read_page("care-check", OTHER)])
    ingest(collection=PAGES_COLLECTION, drafts=drafts)
    service.build_words()

    done = talk.ask(question)

    assert sentences(done)[0].text == "年检前先看灯光、轮胎和违章，材料带行驶证和保单。"
    assert "不过关" not in done.text
    assert_bound(done)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("拖车钩有啥不同", "consult"),
        ("怎么看拖车钩有没有装好", "consult"),
        ("有没有七座的", "search"),
    ],
)
def test_who_asks_how_or_what_is_no_search_and_who_asks_for_cars_is(
    talk: Talk, page: None, text: str, intent: str
) -> None:
    assert talk.ask(text).intent == intent


def test_a_title_that_holds_all_of_a_question_answers_it_and_one_that_does_not_does_not(
    talk: Talk, page: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubting(text: str, **more: tuple[str, ...]) -> Retrieval:
        return replace(service.retrieve(text, **more), answerable=False)

    monkeypatch.setattr(consulting, "retrieve", doubting)

    assert "先看行驶证允许拖多重" in talk.ask("拖车钩怎么选").text
    assert talk.ask("拖车钩生锈了怎么修").refused
