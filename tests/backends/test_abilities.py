"""What the configured model can do is asked once, and told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from scripts.sandbox.llm import Model, running
from scripts.sandbox.llm.answers import Reply
from webapp.backends import abilities
from webapp.backends.abilities import ability, health


@pytest.fixture(scope="module")
def served() -> Iterator[Model]:
    with running() as model:
        yield model


@pytest.fixture
def model(app: Flask, served: Model, monkeypatch: pytest.MonkeyPatch) -> Model:
    served.reset()
    monkeypatch.setattr(abilities, "_tried", {})
    app.config |= {"LLM_BASE_URL": served.url, "LLM_MODEL": "sandbox"}
    return served


def test_without_a_model_there_is_nothing_to_ask(app: Flask) -> None:
    assert ability(may_ask=True) is None
    assert health().detail == "none: answers are composed by rules"


@pytest.mark.parametrize(
    ("replies", "can"),
    [
        ((Reply(tool_calls=(("note_colour", '{"colour": "blue"}'),)),), "tools"),
        (("blue", '{"ok": 1}'), "json"),
        (("blue", '```json\n{"ok": 1}\n```'), "json"),
        (("blue", "好的"), "text"),
        ((Reply(tool_calls=(("something_else", "{}"),)), "好的"), "text"),
    ],
)
def test_it_is_found_out_once(model: Model, replies: tuple[Reply | str, ...], can: str) -> None:
    model.answer_next(*replies)
    assert ability() is None  # nobody waits for it
    assert ability(may_ask=True) == can
    assert ability() == can
    assert len(model.asked()) == len(replies)
    assert health().detail.startswith("sandbox: ")


def test_a_model_that_does_not_answer_is_not_asked_at_every_turn(model: Model) -> None:
    model.fail_next("error")
    assert ability(may_ask=True) is None
    assert ability(may_ask=True) is None
    assert len(model.asked()) == 1
    assert "还没有问过" in health().said


def test_readyz_tells_it_without_an_address(client: FlaskClient, model: Model) -> None:
    model.answer_next(Reply(tool_calls=(("note_colour", '{"colour": "blue"}'),)))
    ability(may_ask=True)
    told = client.get("/readyz").get_json()
    assert "sandbox: calls tools" in str(told)
    assert model.url not in str(told)
