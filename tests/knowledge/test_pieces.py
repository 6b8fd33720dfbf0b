"""Texts are cut on sentence borders into pieces of a bounded length, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webapp.knowledge.pieces import LONGEST, split

SENTENCE = "冬天开暖风的时候，续航会短一些，出发前预热会好一点。"


@given(st.text(alphabet="字a1。！，、 \n■“”…", max_size=900))
def test_the_pieces_join_to_the_text_and_none_is_too_long(text: str) -> None:
    pieces = split(text)
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= LONGEST for piece in pieces)


def test_a_short_text_is_one_piece() -> None:
    assert split(SENTENCE) == [SENTENCE]


def test_a_long_text_is_cut_between_sentences_into_about_equal_pieces() -> None:
    pieces = split(SENTENCE * 12)
    assert all(piece.endswith("。") for piece in pieces)
    assert max(map(len, pieces)) - min(map(len, pieces)) <= len(SENTENCE)


def test_a_sentence_without_end_is_cut_between_clauses() -> None:
    assert all(piece.endswith("，") for piece in split("很长很长的一句话，" * 60))


def test_a_bullet_stays_with_its_item() -> None:
    pieces = split(("■先踩住制动踏板再按下启动按钮" * 1 + "。") * 20)
    assert all(piece.startswith("■") for piece in pieces)
