"""Proposals of a language model for words the rules could not read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from redis import RedisError

from scripts.sandbox.llm import Model
from scripts.sandbox.llm import running as running_model
from tests.catalogue import catalogue
from tests.search.understanding.conftest import real_names
from webapp.backends import llm
from webapp.search import proposing
from webapp.search.service import read_with_model, refresh_aliases
from webapp.search.understanding.reading import understand
from webapp.search.understanding.result import Understanding

SENTENCE = "20万以内的SUV，要能拖房车嗷嗷叫"


@pytest.fixture(scope="module")
def served() -> Iterator[Model]:
    with running_model() as model:
        yield model


@pytest.fixture
def model(app: Flask, served: Model) -> Iterator[Model]:
    catalogue.trim("a", series_name="北斗", brand_name="星河")
    catalogue.publish()
    refresh_aliases()
    served.reset()
    app.config |= {"LLM_BASE_URL": served.url, "LLM_MODEL": "sandbox", "LLM_API_KEY": "k"}
    assert llm.generator() is not None
    forget()
    yield served
    app.config |= {"LLM_BASE_URL": None}


def forget() -> None:
    """What the model said of the sentence in an earlier test."""
    with suppress(RedisError):
        proposing._cache().delete(proposing._key(SENTENCE))


def by_rules() -> Understanding:
    return understand(SENTENCE, real_names())


def unread() -> str:
    """The longest of the words of the sentence that no rule reads."""
    return max((word.text for word in by_rules().unread), key=len)


def proposal(**changed: Any) -> dict[str, Any]:
    made = {"field": "torque_nm", "operator": ">=", "value": 400, "words": unread()}
    return made | changed


def says(model: Model, *items: Any) -> Understanding:
    model.answer_next(json.dumps({"conditions": list(items)}))
    return read_with_model(SENTENCE)


def proposed(read: Understanding) -> list[tuple[str, str, object]]:
    return [
        (one.condition.field, one.condition.operator, one.condition.value)
        for one in read.conditions
        if one.inferred
    ]


def test_a_proposal_is_inferred_and_rests_on_the_unread_words(model: Model) -> None:
    words = unread()
    read = says(model, proposal())
    (one,) = [one for one in read.conditions if one.inferred]
    assert proposed(read) == [("torque_nm", ">=", 400)]
    assert [SENTENCE[start:end] for start, end in one.spans] == [words]
    assert words not in [word.text for word in read.unread]
    assert len(read.conditions) == 3


def test_what_it_said_is_kept_and_not_asked_again(model: Model, redis_url: str) -> None:
    says(model, proposal())
    assert proposed(read_with_model(SENTENCE)) == [("torque_nm", ">=", 400)]
    assert proposed(read_with_model(SENTENCE, may_ask=False)) == [("torque_nm", ">=", 400)]
    assert len(model.asked()) == 1


def test_no_call_is_made_when_nothing_is_unread(model: Model) -> None:
    read_with_model("20万以内的SUV")
    read_with_model("你好")
    assert model.asked() == []


def test_no_call_is_made_for_a_sentence_that_asks_for_no_list(model: Model) -> None:
    read_with_model("北斗的嗷嗷叫质量怎么样")
    assert model.asked() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"field": "colour"},
        {"field": "price_wan", "operator": "<=", "value": 30},
        {"operator": "~"},
        {"operator": "in"},
        {"value": "400"},
        {"value": True},
        {"value": 1e9},
        {"value": None},
        {"words": "不在句子里"},
        {"words": ""},
        {"words": 7},
        {"field": "energy", "operator": "==", "value": "核动力"},
        {"field": "brand", "operator": "==", "value": "没有的牌子"},
        {"field": "features", "operator": "not in", "value": ["冰箱"]},
        {"field": "seats", "operator": "==", "value": 6.5},
        {"field": ["torque_nm"]},
    ],
)
def test_what_breaks_the_vocabulary_is_left_out(changed: dict[str, Any]) -> None:
    answer = {"conditions": [proposal(**changed)]}
    assert proposing.taken(by_rules(), answer, {"星河"}) == by_rules()


@pytest.mark.parametrize(
    "item",
    [
        {"field": "features", "operator": "in", "value": ["冰箱"]},
        {"field": "brand", "operator": "in", "value": ["星河"]},
        {"field": "seats", "operator": ">=", "value": 5},
    ],
)
def test_choices_names_and_numbers_can_be_proposed(item: dict[str, Any]) -> None:
    answer = {"conditions": [proposal(**item)]}
    assert len(proposed(proposing.taken(by_rules(), answer, {"星河"}))) == 1


def test_an_answer_of_no_use_leaves_the_rules_alone(model: Model) -> None:
    for answer in ("not json", "[]", "{}", '{"conditions": 7}', '{"conditions": [null, 3]}', ""):
        model.answer_next(answer)
        assert read_with_model(SENTENCE) == by_rules(), answer
        forget()


def test_a_model_in_trouble_leaves_the_rules_alone(model: Model) -> None:
    for fault in ("error", "rate-limited", "drop", "html", "wrong-json"):
        model.answer_next(json.dumps({"conditions": [proposal()]}))
        model.fail_next(fault)
        assert read_with_model(SENTENCE) == by_rules(), fault


def test_a_slow_model_is_not_waited_for(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "SECONDS", 0.1)
    model.answer_next(json.dumps({"conditions": [proposal()]}))
    model.fail_next("slow-first-token=5")
    assert len(read_with_model(SENTENCE).conditions) == 2
    assert model.closed_by_client() is not None


def test_nobody_waits_for_the_client_to_be_imported(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = threading.Event()

    def slowly(*settings: object) -> object:
        assert made.wait(60)
        return generator

    generator = llm.generator()
    monkeypatch.setattr(llm, "_made", {})
    monkeypatch.setattr(llm, "_generator", slowly)
    assert read_with_model(SENTENCE) == by_rules()
    assert model.asked() == []
    made.set()
    assert llm.generator() is generator


def test_the_limit_is_a_second_and_a_half() -> None:
    assert proposing.SECONDS == 1.5


def test_the_sentence_is_sent_as_data_and_only_what_is_needed(model: Model) -> None:
    says(model)
    (body,) = model.asked()
    assert json.loads(body["messages"][-1]["content"])["sentence"] == SENTENCE
    assert body["response_format"]["type"] == "json_schema"
