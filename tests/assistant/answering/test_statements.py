"""An answer reads what it needs at once: few statements, whatever is asked."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.assistant.answering.conftest import Talk
from tests.statements import statements

MOST = 12

QUESTIONS = (
    "20万以内的SUV",
    "30万以内的纯电SUV，四驱，续航500公里以上",
    "北斗多少钱",
    "北斗长宽高多少",
    "北斗有几个版本",
    "北斗远航版有没有激光雷达",
    "天舟和织女对比",
    "北斗入门版和远航版差多少",
    "北斗、天舟和织女哪个空间大",
    "轴距最长的车",
    "天舟一年2万公里油钱多少",
    "北斗购置税多少",
    "北斗怎么样",
    "家里三个孩子买什么车",
    "冬天电车续航为什么会短",
    "有没有十万以内的二手车",
    "你好",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_takes_few_statements(app: Flask, talk: Talk, question: str) -> None:
    talk.ask("织女多少钱")  # what is compiled once per version of the catalogue is there
    talk.history = ()
    with statements() as executed:
        talk.ask(question)
    assert len(executed) <= MOST, "\n\n".join(executed)
