"""Conversations without a socket: an application whose answers are scripted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.assistant import live
from webapp.assistant.events import (
    Answer,
    Citation,
    Done,
    Event,
    Paragraph,
    PastTurn,
    Question,
    Sentence,
    Status,
    Text,
    Withheld,
)

Say = Callable[[Question], Answer]


def script(app: Flask, say: Say) -> list[Question]:
    """Let `say` answer; returns the questions it will have been asked."""
    asked: list[Question] = []

    def answerer(question: Question, stop: Callable[[], bool]) -> Iterator[Event]:
        asked.append(question)
        yield Status("正在想")
        done = say(question)
        yield Text(done.text)
        yield Done(done)

    live.init_app(app, answerer)
    return asked


def echo(question: Question) -> Answer:
    """Says the question again, with one citation of a passage and one of a trim's row."""
    sentences = (Sentence(f"你问的是<{question.text}>。", (1,)), Sentence("续航 605 km。", (2,)))
    return Answer(
        "consult",
        (Paragraph(sentences),),
        citations=(
            Citation(1, "续航怎么测", "车知", "2025-11", passage_id=31),
            Citation(2, "甲 纯电续航", "官网", "2025-10", trim_id=1, field="range_cltc_km"),
        ),
        trims=(1,),
        withheld=(Withheld("满电能跑 987 公里。", "number"),),
    )


def written(question: Question) -> Answer:
    """The same, as if a model had written it."""
    return replace(echo(question), writer="model")


def ask(client: FlaskClient, text: str, conversation: str = "", **form: str) -> TestResponse:
    return client.post(f"/assistant/{conversation}", data={"text": text, **form})


def conversation_in(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.location.removeprefix("/assistant/").partition("?")[0]


def past(question: Question) -> list[str]:
    return [turn.question for turn in question.history if isinstance(turn, PastTurn)]


def turn_in(html: str) -> str:
    found = re.findall(r'id="turn-(\d+)"', html)
    assert found
    return str(found[-1])
