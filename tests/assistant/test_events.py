"""The plain text of an answer."""

from __future__ import annotations

from webapp.assistant.events import (
    Answer,
    Bullets,
    Cards,
    Cell,
    Links,
    Note,
    Paragraph,
    Row,
    Sentence,
    Table,
)


def test_the_plain_text_holds_everything_that_is_said_and_nothing_that_is_only_shown() -> None:
    answer = Answer(
        intent="compare",
        blocks=(
            Paragraph((Sentence("甲更省电。", (1,)), Sentence("乙更便宜。", (2,)))),
            Cards(trim_ids=(1, 2)),
            Table("续航", ("甲", "乙"), (Row("CLTC", (Cell("605 km"), Cell("520 km"))),)),
            Bullets((Sentence("看价格"), Sentence("看空间")), ordered=True),
            Links((("并排对比", "/cars/compare?ids=1,2"),)),
            Note("资料不多。", "weak"),
        ),
    )

    assert answer.text == (
        "甲更省电。乙更便宜。\n\n"
        "续航\n | 甲 | 乙\nCLTC | 605 km | 520 km\n\n"
        "1. 看价格\n2. 看空间\n\n"
        "资料不多。"
    )
