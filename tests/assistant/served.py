"""The product, but that questions written like this get an answer by script:

pieces N SECONDS    N pieces of text, so long apart, then an answer of as many sentences
written N SECONDS   the same, as if a model had written it
flood N             N pieces of 60,000 letters
cars ID             that trim as a card
fail                an exception after two pieces
endless             pieces until it is stopped; then it leaves a file "closed" in VAR_DIR
deaf                waits for ever after one piece, as for a model that is silent
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import gevent
from flask import current_app

from webapp import create_app
from webapp.assistant import live
from webapp.assistant.answering.answer import answer
from webapp.assistant.events import (
    Answer,
    Cards,
    Cars,
    Citation,
    Citations,
    Done,
    Event,
    Note,
    Paragraph,
    Question,
    Sentence,
    Status,
    Text,
    Writer,
)


def scripted(question: Question, stop: Callable[[], bool]) -> Iterator[Event]:
    word, *arguments = question.text.split()
    if word in ("pieces", "written", "flood", "cars", "fail", "endless", "deaf"):
        yield Status("正在按剧本回答")
    if word in ("pieces", "written"):
        writer: Writer = "model" if word == "written" else "rules"
        yield from _pieces(int(arguments[0]), float(arguments[1]), question, writer)
    elif word == "flood":
        yield from _flood(int(arguments[0]))
    elif word == "cars":
        cards = Cards((int(arguments[0]),), address="/cars/?energy=BEV", total=9)
        yield Cars(cards)
        yield Done(Answer("search", (cards,), trims=cards.trim_ids))
    elif word == "fail":
        yield Text("一。")
        gevent.sleep(0.1)
        yield Text("二。")
        raise ValueError("as the script says")
    elif word in ("endless", "deaf"):
        yield from _until_closed(word)
    else:
        yield from answer(question, stop)


def _pieces(count: int, apart: float, question: Question, writer: Writer) -> Iterator[Event]:
    for n in range(count):
        gevent.sleep(apart)
        yield Text(f"第{n + 1}句。", writer)
    citation = Citation(1, "示例页", "车知", "2025-11", passage_id=1)
    yield Citations((citation,))
    said = tuple(Sentence(f"第{n + 1}句。", (1,)) for n in range(count))
    earlier = "、".join(past.question for past in question.history) or "没有"
    blocks = (Paragraph(said), Note(f"之前问过：{earlier}；页面：{question.page}"))
    yield Done(Answer("consult", blocks, citations=(citation,), writer=writer))


def _flood(count: int) -> Iterator[Event]:
    for _ in range(count):
        gevent.sleep(0.01)
        yield Text("a" * 60_000)
    yield Done(Answer("other", (Paragraph((Sentence("完。"),)),)))


def _until_closed(word: str) -> Iterator[Event]:
    try:
        yield Text("开始。")
        while True:
            gevent.sleep(0.02 if word == "endless" else 3600)
            yield Text("还在说。")
    finally:
        closed = current_app.config["VAR_DIR"] / "closed"
        closed.write_text(str(time.time()), encoding="utf-8")


app = create_app()
live.init_app(app, scripted)
