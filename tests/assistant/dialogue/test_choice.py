"""What a sentence is like, and what follows from it."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from scripts.evaluation import kinds as measured
from scripts.seed import build_kinds
from tests.assistant.answering.conftest import Garage, Put, Talk
from tests.catalogue import catalogue
from webapp.assistant.answering import guard
from webapp.assistant.calls import ON
from webapp.assistant.dialogue import kinds
from webapp.assistant.events import Answer
from webapp.search.service import parse_sentence


def quoted(done: Answer) -> str:
    """What the pages were asked."""
    assert done.situation is not None
    (call,) = json.loads(done.situation)["plan"]["calls"]
    assert call["call"] == "Quote"
    return str(call["question"])


def test_the_shipped_weights_are_of_the_sentences_and_titles_there_are() -> None:
    assert kinds.learnt_from() == build_kinds.digest_of(build_kinds.sentences())


def test_no_sentence_is_both_learnt_from_and_measured_with() -> None:
    learnt = {row.text for row in kinds.utterances()}
    assert not learnt & {row.text for row in kinds.utterances(measured.FILE)}


def test_weights_are_read_as_they_were_written() -> None:
    rows = {"": [0.0] * 12 + [1.27], "买 什": [-1.27] + [0.0] * 12, "nothing": [0.0] * 13}
    read = kinds.read_weights(kinds.written_weights("digest", rows))
    assert read.digest == "digest"
    assert set(read.places) == {"", "买 什"}
    assert read.rows[read.places["买 什"]].tolist() == pytest.approx(rows["买 什"])


@pytest.mark.parametrize("text", ["", "？？", "😀😀", "好" * 2000, "a\nb", "0.0.0"])
@pytest.mark.parametrize("state", kinds.STATES)
def test_any_text_has_a_probability_for_every_kind(
    app: Flask, text: str, state: kinds.State
) -> None:
    found = kinds.kinds_of(parse_sentence(text), state)
    assert sum(found.of.values()) == pytest.approx(1)
    assert 0 <= found.goes_on <= 1


@pytest.mark.parametrize(
    "question",
    [
        "我那台2008年上牌的老凯越今年报废了换台电车 上面给多少",
        "我家夜里电三毛五一度 60度的电池从空充到满几块钱",
        "插混冬天不充电光烧油行不行",
    ],
)
def test_a_question_that_names_what_a_list_is_filtered_by_makes_no_list(
    talk: Talk, question: str
) -> None:
    assert talk.ask(question).intent != "search"


def test_what_goes_on_with_a_topic_is_asked_with_it(talk: Talk, passages: Put) -> None:
    passages("报废旧车买新能源车有补贴。")
    talk.ask("旧车报废能领补贴吗")
    assert quoted(talk.ask("要本人去办吗")) == f"旧车报废能领补贴吗{ON}要本人去办吗"
    assert quoted(talk.ask("几天到账")) == f"旧车报废能领补贴吗{ON}几天到账"


def test_a_question_of_its_own_after_a_topic_is_asked_without_it(talk: Talk, passages: Put) -> None:
    passages("轮胎五到六年要检查。")
    talk.ask("旧车报废能领补贴吗")
    assert quoted(talk.ask("轮胎一般几年换一次")) == "轮胎一般几年换一次"


def test_what_the_versions_of_a_car_differ_in_is_told_of_its_versions(
    talk: Talk, garage: Garage
) -> None:
    done = talk.ask("北斗两个版本都差在哪")
    assert set(done.trims) == {garage.plain, garage.far}


def test_who_tells_of_the_car_there_is_looks_for_another(talk: Talk) -> None:
    done = talk.ask("现在的飞度装不下了 想换个能装的 30万以内")
    assert done.intent == "search"
    assert {one["field"] for one in done.conditions} == {"price_wan"}


def test_the_maker_that_is_named_beside_the_car_there_is_stays_a_wish(talk: Talk) -> None:
    catalogue.trim("甲", series_name="冠道", brand_name="本田")
    catalogue.publish()
    done = talk.ask("之前开的飞度 现在想换一台本田的SUV 预算25万")
    assert ("brand", "本田") in {(one["field"], one["value"]) for one in done.conditions}


@pytest.mark.parametrize("told", ["我在哈尔滨", "我每天跑一百公里", "有两个孩子"])
def test_what_is_told_after_a_list_leaves_its_wishes(talk: Talk, told: str) -> None:
    talk.ask("30万以内的SUV")
    done = talk.ask(told)
    assert done.intent == "search"
    assert {"price_wan", "body"} <= {one["field"] for one in done.conditions}


@pytest.mark.parametrize("asks", ["电车到冬天打几折", "零下二十度续航是打八折还是打五折"])
def test_what_is_off_the_range_in_winter_is_no_discount(asks: str) -> None:
    assert not guard.wants_promise(asks)
    assert guard.wants_promise("这车现在打几折")
