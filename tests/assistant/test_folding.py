"""Long answers are folded after about a screen of a phone."""

from __future__ import annotations

from webapp.assistant import folding
from webapp.assistant.events import (
    Asks,
    Block,
    Bullets,
    Cards,
    Cell,
    Links,
    Paragraph,
    Row,
    Sentence,
    Table,
)

LONG = Paragraph((Sentence("长" * 300),))
SHORT = Paragraph((Sentence("短句。"),))
TABLE = Table("对比", ("甲", "乙"), (Row("价格", (Cell("1"), Cell("2"))),) * 8)
ASKS = Asks(("再便宜点",))
LINKS = Links((("列表", "/cars/"),))


def _folded(*blocks: Block) -> list[Block]:
    return [block for piece in folding.pieces(blocks) if piece.label for block in piece.blocks]


def test_every_block_stays_in_its_order() -> None:
    blocks = (LONG, SHORT, LONG, TABLE, LINKS, ASKS)
    assert [b for piece in folding.pieces(blocks) for b in piece.blocks] == list(blocks)


def test_a_short_answer_is_not_folded() -> None:
    assert not _folded(SHORT, LINKS, ASKS)


def test_what_comes_after_the_first_screen_is_folded_in_one() -> None:
    assert _folded(LONG, LONG, TABLE, LINKS, ASKS) == [LONG, TABLE]
    labels = [piece.label for piece in folding.pieces((LONG, LONG, TABLE)) if piece.label]
    assert labels == ["展开参数对比"]


def test_the_first_text_is_shown_however_long() -> None:
    assert not _folded(Paragraph((Sentence("长" * 2000),)))


def test_a_line_or_two_past_the_screen_are_not_worth_a_fold() -> None:
    assert not _folded(LONG, SHORT, Paragraph((Sentence("长" * 100),)), SHORT, SHORT, SHORT)


def test_cards_and_the_list_behind_them_are_never_folded() -> None:
    cards = Cards((1, 2))
    words = Bullets((Sentence("一" * 100),) * 5, ordered=True)
    assert not _folded(LONG, cards, words)
