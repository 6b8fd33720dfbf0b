"""Second-hand cars: that there are none is said, and advice on them stays advice."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Talk
from webapp.assistant.events import Links
from webapp.knowledge import service
from webapp.knowledge.service import ingest
from webapp.knowledge.service.shipped import as_drafts
from webapp.knowledge.shipped import PAGES_COLLECTION, read_page

SELLING = """---
title: 旧车怎么卖
topic: used
date: 2026-11
author: 车知编辑部
summary: 三处都问一次价，钱到账再交钥匙。
---

## 怎么卖

交车前办完过户。
"""


@pytest.mark.parametrize(
    "text",
    [
        "想淘辆二手车",
        "打算先买个二手的",
        "有二手车吗",
        "怎么发二手车",
        "20万以内的二手SUV有吗",
        "哪里可以挂二手",
        "二手北斗多少钱",
    ],
)
def test_there_are_no_second_hand_cars_and_our_pages_on_them_are_offered(
    talk: Talk, garage: Garage, text: str
) -> None:
    ingest(collection=PAGES_COLLECTION, drafts=as_drafts([read_page("used-selling", SELLING)]))
    service.build_words()

    done = talk.ask(text)

    assert "没有二手车源" in done.text
    assert "旧车怎么卖" in [
        title for b in done.blocks if isinstance(b, Links) for title, _ in b.items
    ]
    assert not done.refused


def test_a_new_car_that_is_named_is_told_with_its_guide_price(talk: Talk) -> None:
    assert "18.98 万元" in talk.ask("二手北斗多少钱").text


def test_what_is_paid_for_scrapping_is_no_price_of_a_used_car(talk: Talk) -> None:
    assert "二手车的价格" not in talk.ask("2012年的旧北斗报废能补几个钱").text
    assert "二手车的价格" in talk.ask("2012年的旧北斗能卖几个钱").text


@pytest.mark.parametrize("text", ["买二手车要注意什么", "二手车过户要什么手续", "北斗多少钱"])
def test_advice_and_new_cars_are_answered_as_ever(talk: Talk, text: str) -> None:
    assert "没有二手车源" not in talk.ask(text).text


def test_where_nothing_answers_what_is_asked_of_a_car_its_portrait_is_shown(talk: Talk) -> None:
    done = talk.ask("北斗的名字是怎么来的")
    assert done.refused
    assert "没有找到能直接回答这个问题的资料" in done.text
    assert "18.98 万元" in done.text
