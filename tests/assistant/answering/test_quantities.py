"""What follows from the quantities a sentence states, by their units."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Talk


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("夜里电价两毛八一度 40度的电池充满几块钱", "约 11.2 元"),
        ("外面充电一块五一度 充30度多少钱", "约 45 元"),
        ("60度的电池从20%充到70%要多少度", "约 30 度"),
        ("11千瓦的桩充66度电要几个小时", "约 6 小时"),
        ("油箱48升 百公里6个油 满油能跑多远", "约 800 公里"),
        ("75度电 百公里15度电能跑多远", "约 500 公里"),
        ("百公里8升油，油价7块5，跑600公里要多少钱", "约用 48 升油，按每升 7.5 元约 360 元"),
        ("续航480公里 一天跑40公里 几天充一次", "约 12 天"),
        ("贵1.6万 百公里省2升油 油价8块 一年跑2万公里 几年回本", "约 5 年"),
        ("路上补20度电 跑300公里够吗", "单靠这些不够：约能跑 118 公里，300 公里还差 182 公里"),
        ("60度电 百公里15度电 350公里够不够", "够：约能跑 400 公里，路程是 350 公里"),
        ("95号油8块一升 加满50升多少钱", "约 400 元"),
    ],
)
def test_what_is_asked_for_is_worked_out_by_units(talk: Talk, question: str, said: str) -> None:
    assert said in talk.ask(question).text


def test_what_is_not_said_is_told_as_an_assumption(talk: Talk) -> None:
    text = talk.ask("80度的电池在家充满要多少钱").text
    assert "约 44 元" in text
    assert "没说的按这些假设算：家充 0.55 元/度" in text


def test_every_figure_is_bound(talk: Talk) -> None:
    done = talk.ask("夜里电价两毛八一度 40度的电池充满几块钱")
    assert {"40", "11.2"} <= {word for n in done.numbers for word in n.text.split()}


@pytest.mark.parametrize("question", ["50度电以上的车有哪些", "多少钱", "充电要多久", "60度的电池"])
def test_where_nothing_follows_nothing_is_worked_out(talk: Talk, question: str) -> None:
    assert "按你说的数字算" not in talk.ask(question).text
