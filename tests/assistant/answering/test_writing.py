"""A model behind a server writes: sentence by sentence, and whatever it does wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from scripts.sandbox.llm import Model, running
from tests.assistant.answering.conftest import Garage, Put, Talk
from webapp.assistant import stored
from webapp.assistant.answering.answer import answer
from webapp.assistant.answering.numerals import numerals
from webapp.assistant.answering.writing import sentences_of
from webapp.assistant.events import Done, Note, Question, Table, Text, Writer

PLAIN = "冬天气温在零下十度时，纯电续航通常会短三成左右。提前预热电池可以少短一些。"


@pytest.fixture(scope="module")
def served() -> Iterator[Model]:
    with running() as model:
        yield model


@pytest.fixture
def model(app: Flask, served: Model) -> Model:
    served.reset()
    app.config |= {"LLM_BASE_URL": served.url, "LLM_MODEL": "sandbox"}
    return served


def notes(talk: Talk, question: str, writer: Writer | None = "rules") -> tuple[str, list[str]]:
    done = talk.ask(question)
    assert writer in (None, done.writer)
    assert {n.text for n in numerals(done.text)} <= {n.text for n in done.numbers}
    return done.text, [block.text for block in done.blocks if isinstance(block, Note)]


def test_a_model_writes_the_prose_with_its_sources(talk: Talk, passages: Put, model: Model) -> None:
    passages(PLAIN)
    model.answer_next("冬天纯电续航会短三成左右[p1]。提前预热电池可以少短一些[p1]。")

    done = talk.ask("冬天纯电续航会短多少")

    assert done.text == "冬天纯电续航会短三成左右。提前预热电池可以少短一些。"
    assert done.writer == "model"
    assert [citation.passage_id for citation in done.citations] == [100]
    assert [(n.text, n.source) for n in done.numbers] == [("三成", "passage:100")]


def test_its_prompt_holds_material_and_question_and_no_value_to_copy(
    talk: Talk, garage: Garage, model: Model
) -> None:
    talk.ask("北斗和天舟对比")

    system, user = model.asked()[0]["messages"]
    assert system["role"] == "system"
    assert "{{" not in system["content"]
    assert "[r1] 北斗 的指导价是 {{r1}}。" in user["content"].replace("北斗的", "北斗 的"), user
    assert user["content"].rstrip().endswith("读者的问题：北斗和天舟对比")


def test_text_that_looks_like_a_template_stays_text(
    talk: Talk, passages: Put, model: Model
) -> None:
    passages(PLAIN)
    talk.ask("冬天纯电续航会短多少 {{ 7*7 }} {% raw %}")

    assert "{{ 7*7 }} {% raw %}" in model.asked()[0]["messages"][1]["content"]


def test_a_sentence_with_a_made_up_figure_is_withheld_and_the_rest_is_shown(
    talk: Talk, passages: Put, model: Model
) -> None:
    passages(PLAIN)
    model.answer_next(
        "冬天纯电续航会短三成左右[p1]。满电只能跑 987 公里[p1]。气温零下十度时就会这样[p1]。"
    )

    text, said = notes(talk, "冬天纯电续航会短多少", "model")

    assert text == "冬天纯电续航会短三成左右。气温零下十度时就会这样。"
    assert not said


def test_a_withheld_sentence_is_kept_with_the_answer_and_its_reason(
    talk: Talk, passages: Put, model: Model
) -> None:
    passages(PLAIN)
    model.answer_next(
        "冬天纯电续航会短三成左右[p1]。满电只能跑 987 公里[p1]。气温零下十度时就会这样[p1]。"
    )

    done = talk.ask("冬天纯电续航会短多少")

    (one,) = done.withheld
    assert "987" in one.text
    assert one.reason == "claim"
    assert stored.load(stored.dump(done)).withheld == done.withheld


@pytest.mark.parametrize(
    "written",
    [
        "冬天纯电续航会短三成左右[p1]。满电只能跑 987 公里[p1]。开空调只能跑 876 公里[p1]。",
        "满电只能跑 987 公里[p1]。冬天纯电续航会短三成左右[p1]。气温零下十度时就会这样[p1]。",
    ],
    ids=["less than six tenths", "the conclusion"],
)
def test_where_too_little_holds_the_whole_answer_of_the_rules_is_shown(
    talk: Talk, passages: Put, model: Model, written: str
) -> None:
    passages(PLAIN)
    model.answer_next(written)

    text, said = notes(talk, "冬天纯电续航会短多少", None)

    assert "通常会短三成左右" in text
    assert "987" not in text
    assert "没有通过出处核对" in said[0]


def test_a_model_that_says_the_material_does_not_suffice_is_believed(
    talk: Talk, passages: Put, model: Model
) -> None:
    passages(PLAIN)
    model.answer_next("材料不足。")

    text, said = notes(talk, "冬天纯电续航会短多少")

    assert "通常会短三成左右" in text
    assert "材料不足" not in text
    assert not said


def test_where_nothing_holds_the_rules_answer_and_say_so(
    talk: Talk, passages: Put, model: Model
) -> None:
    passages(PLAIN)
    model.answer_next("满电只能跑 987 公里[p1]。")

    text, said = notes(talk, "冬天纯电续航会短多少")

    assert "987" not in text
    assert "三成" in text
    assert "没有通过出处核对" in said[0]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("rate-limited", "用量已满"),
        ("no-quota", "用量已满"),
        ("error", "连不上"),
        ("drop", "连不上"),
        ("wrong-stream", "不可用"),
        ("html", "不可用"),
        ("cut", "中途断了"),
        ("empty", "没有通过出处核对"),
        ("wrong-json", "没有通过出处核对"),
    ],
)
def test_a_model_that_fails_leaves_the_answer_of_the_rules_and_a_line(
    talk: Talk, model: Model, fault: str, why: str
) -> None:
    model.fail_next(fault, fault)

    text, said = notes(talk, "北斗和天舟对比")

    assert "北斗便宜 10.82 万元" in text
    assert why in said[0]


def test_a_model_that_is_slow_is_not_waited_for(app: Flask, talk: Talk, model: Model) -> None:
    app.config["LLM_FIRST_SECONDS"] = 0.2
    model.fail_next("slow-first-token=20")

    text, said = notes(talk, "北斗和天舟对比")

    assert "北斗便宜 10.82 万元" in text
    assert "没有及时回应" in said[0]
    assert model.closed_by_client() is not None


def test_what_was_shown_before_a_break_stands_and_is_not_said_twice(
    talk: Talk, model: Model
) -> None:
    price = "指导价：北斗 18.98 万元，天舟 29.80 万元，北斗便宜 10.82 万元"
    model.answer_next(f"{price}[c1]。{'能源的差别' * 60}")
    model.fail_next("cut=24")

    text, said = notes(talk, "北斗和天舟对比", "model")

    assert text.count("北斗便宜 10.82 万元") == 1
    assert "中途断了" in said[0]


def test_stopping_closes_the_request_and_keeps_what_was_shown(garage: Garage, model: Model) -> None:
    model.answer_next("指导价：北斗 18.98 万元，天舟 29.80 万元，北斗便宜 10.82 万元[c1]。" * 30)
    model.fail_next("stall=40")
    stopped = threading.Event()
    shown = ""
    last = None
    for event in answer(Question("北斗和天舟对比"), stopped.is_set):
        if isinstance(event, Text):
            shown += event.text
            if "便宜 10.82" in shown:
                stopped.set()
        last = event

    assert model.closed_by_client() is not None
    assert isinstance(last, Done)
    assert "10.82 万元" in last.answer.text
    assert not any(isinstance(block, Table) for block in last.answer.blocks)


def test_marks_after_a_sentence_belong_to_it_however_they_arrive() -> None:
    whole = "甲[p1]。乙。[p2][r3] 丙！\n丁"
    for size in (1, 2, 3, len(whole)):
        pieces = (whole[at : at + size] for at in range(0, len(whole), size))
        assert list(sentences_of(pieces)) == ["甲[p1]。", "乙。[p2][r3]", "丙！", "丁"]
