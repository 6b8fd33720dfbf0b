"""Whatever is typed, reading ends, and no condition comes from nowhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.search.understanding.conftest import real_names, triples
from webapp.catalogue.filters import FIELDS_BY_NAME, SORTS
from webapp.search.understanding.reading import LONGEST, understand
from webapp.search.understanding.result import INTENTS, Understanding

_PIECES = """
    20万 以内 不要 纯电 SUV 特斯拉 、 ， 和 除了 都行 还是 七座 续航 500 公里 以上 左右 秒 零百
    轴距 3米 2.0T 马力 300 级 A级 到 出头 十几万 省油 豪华 空间大 最便宜 对比 多少钱 怎么样 的
    了 海豹 宝马3系 BBA 无所谓 不用 四驱 手动挡 新款 25款 激光雷达 座椅 加热 通风 😀 <b> ' " ;
    １５ 萬 biyadi 一箱油
"""
PIECES = st.sampled_from(_PIECES.split())
SENTENCES = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join))

HOSTILE = [
    "",
    " ",
    "\0",
    "😀" * 300,
    "万" * 2000,
    "9" * 2000,
    "一" * 2000,
    "不要" * 1000,
    "20万" * 700,
    "'; DROP TABLE trim; --",
    "<script>alert(1)</script>",
    "%00%ff",
    "\u202e\u200b\ufeff",
    "10万以内 30万以上",
    "((((((((((",
    "特斯啦" * 600,
    "abcdefgh" * 250,
]


def check(text: str, understood: Understanding) -> None:
    assert understood.intent in INTENTS
    assert understood.sort is None or understood.sort in SORTS
    for one in understood.conditions:
        assert one.spans, one
        assert one.condition.field in FIELDS_BY_NAME
        for start, end in one.spans:
            assert 0 <= start < end <= len(text)
            assert text[start:end].strip()
    for word in understood.unread:
        assert text[word.start : word.end] == word.text != ""


@settings(max_examples=300, deadline=None)
@given(SENTENCES)
def test_every_condition_stands_on_words_of_the_sentence(text: str) -> None:
    check(text, understand(text, real_names()))


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_a_condition_is_still_read_from_its_own_words_alone(text: str) -> None:
    """What the spans say is enough: numbers of a condition stand inside them."""
    for one in understand(text, real_names()).conditions:
        said = " ".join(text[start:end] for start, end in one.spans)
        if FIELDS_BY_NAME[one.condition.field].kind == "number" and not one.inferred:
            assert any(char.isdigit() or char in "一二三四五六七八九十百几两" for char in said)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read_without_failing(text: str) -> None:
    check(text, understand(text, real_names()))


def test_what_follows_two_thousand_characters_is_left_out() -> None:
    assert not understand("哈" * LONGEST + "20万以内", real_names()).conditions


def test_contradicting_bounds_are_both_kept(read: Callable[[str], Understanding]) -> None:
    assert triples(read("10万以内 30万以上")) == {("price_wan", "<=", 10), ("price_wan", ">=", 30)}
