"""Sentences are put together from parts, and a figure without a source cannot be written."""

from __future__ import annotations

import pytest

from webapp.assistant.answering.ledger import Ledger
from webapp.assistant.answering.parts import (
    Grid,
    GridCell,
    GridRow,
    Ref,
    Unbound,
    bound,
    count,
    paragraph,
    say,
    words,
)
from webapp.assistant.events import Number, Paragraph, Table

ROW = Ref(0, "北斗", "星河官网", "2025-11", trim_id=7)
OTHER = Ref(0, "天舟", "星河官网", "2025-11", trim_id=8)


def test_a_sentence_carries_the_source_of_each_figure_in_order() -> None:
    sentence = say(
        "{car}续航 {km}，共 {n} 款。",
        car=bound("北斗M5", "trim:7:name"),
        km=bound("605 公里", "trim:7:range_km", ROW),
        n=count(3),
    )

    assert sentence.text == "北斗M5续航 605 公里，共 3 款。"
    assert sentence.numbers == (
        Number("5", "trim:7:name"),
        Number("605", "trim:7:range_km"),
        Number("3", "count"),
    )
    assert sentence.refs == (ROW,)


@pytest.mark.parametrize("template", ["续航 605 公里。", "打八折。", "{car}有 3 款。"])
def test_a_figure_in_fixed_words_is_refused(template: str) -> None:
    with pytest.raises(Unbound):
        say(template, car="北斗")


def test_a_figure_in_a_plain_string_is_refused() -> None:
    with pytest.raises(Unbound):
        say("{car}不错。", car="北斗M5")


def test_spaces_stay_beside_figures_and_fall_between_chinese_characters() -> None:
    value = bound("605 公里", "trim:7:range_km")
    assert say("续航是 {x}。", x=value).text == "续航是 605 公里。"
    assert say("驱动是 {x}。", x=words("四驱")).text == "驱动是四驱。"


def test_citations_are_numbered_in_the_order_in_which_they_are_shown() -> None:
    ledger = Ledger()
    first = bound("520 升", "trim:8:trunk_l", OTHER)
    second = bound("605 公里", "trim:7:range_km", ROW, OTHER)

    shown = ledger.block(paragraph(first, second))

    assert isinstance(shown, Paragraph)
    assert [sentence.citations for sentence in shown.sentences] == [(1,), (2, 1)]
    assert [citation.trim_id for citation in ledger.citations] == [8, 7]
    assert [citation.number for citation in ledger.new_citations()] == [1, 2]
    assert ledger.new_citations() == ()


def test_every_figure_of_a_table_is_entered() -> None:
    ledger = Ledger()
    cell = GridCell(bound("605 公里", "trim:7:range_km", ROW), best=True)
    head = (bound("北斗 2025款", "trim:7:model_year"),)
    table = ledger.block(Grid(words("参数"), head, (GridRow(words("续航"), (cell,)),)))

    assert isinstance(table, Table)
    assert [number.text for number in ledger.numbers] == ["2025", "605"]
    assert table.rows[0].cells[0].best
