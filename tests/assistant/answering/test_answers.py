"""Lookups, comparisons and advice: the answer first, each figure bound, unknown said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.assistant.answering.conftest import LIDAR, Garage, Put, Talk
from tests.catalogue import catalogue
from webapp.assistant.answering import consulting
from webapp.assistant.answering.numerals import numerals
from webapp.assistant.events import Answer, Bullets, Links, Note, Paragraph, Sentence, Table
from webapp.knowledge.models import KnowledgeDocument, KnowledgePassage


def sentences(done: Answer) -> list[Sentence]:
    found: list[Sentence] = []
    for block in done.blocks:
        if isinstance(block, Paragraph):
            found += block.sentences
        elif isinstance(block, Bullets):
            found += block.items
    return found


def assert_bound(done: Answer) -> None:
    known = {number.text for number in done.numbers}
    assert {numeral.text for numeral in numerals(done.text)} <= known


# --- lookup -------------------------------------------------------------------------------


def test_a_value_comes_from_its_row_with_source_and_month(talk: Talk, garage: Garage) -> None:
    done = talk.ask("天舟多少钱")

    first = sentences(done)[0]
    assert "29.80 万元" in first.text
    (cited,) = (c for c in done.citations if c.number in first.citations)
    assert (cited.trim_id, cited.field) == (garage.family, "price_wan")
    assert (cited.source, cited.month) == ("星河官网", "2025-11")
    assert "2025 年 11 月" in done.text
    assert "实际成交价以经销商的报价为准" in done.text
    assert_bound(done)


def test_versions_that_differ_give_a_span_and_each_version(talk: Talk, garage: Garage) -> None:
    done = talk.ask("北斗续航多少")

    assert "从 510 公里（CLTC）到 705 公里（CLTC）" in done.text
    assert [item.text for b in done.blocks if isinstance(b, Bullets) for item in b.items] == [
        "510 公里（CLTC）：2025款 入门 版。",
        "705 公里（CLTC）：2025款 远航 版。",
    ]
    assert_bound(done)


def test_what_the_row_does_not_say_is_unknown(talk: Talk, garage: Garage) -> None:
    done = talk.ask("天舟的后备厢多大")

    assert "天舟 2025款 家庭 版的后备厢容积：未知" in done.text
    assert done.refused


def test_where_only_some_versions_are_known_the_others_are_named(
    talk: Talk, garage: Garage
) -> None:
    done = talk.ask("北斗的后备厢多大")

    assert "520 升" in done.text
    assert "入门 版的后备厢容积未知" in done.text


def test_a_feature_is_answered_yes_or_no_by_version(talk: Talk) -> None:
    done = talk.ask("北斗有激光雷达吗")

    assert done.text.startswith("有，2025款 远航 版带激光雷达。2025款 入门 版不带。")


def test_a_feature_nobody_wrote_down_is_unknown(talk: Talk) -> None:
    done = talk.ask("天舟有激光雷达吗")

    assert "未知" in done.text
    assert done.refused


def test_a_car_that_is_not_there_is_not_invented(talk: Talk) -> None:
    done = talk.ask("星河X99多少钱")

    assert "没有找到" in done.text
    assert done.trims == ()
    assert done.refused


# --- comparison ---------------------------------------------------------------------------


def test_a_comparison_is_computed_and_says_by_how_much(talk: Talk, garage: Garage) -> None:
    done = talk.ask("北斗和天舟对比")

    assert done.trims == (garage.plain, garage.family)
    assert "指导价：北斗 18.98 万元，天舟 29.80 万元，北斗便宜 10.82 万元。" in done.text
    assert "computed:29.8-18.98" in {number.source for number in done.numbers}
    (table,) = (block for block in done.blocks if isinstance(block, Table))
    price = next(row for row in table.rows if row.label == "指导价")
    assert [cell.best for cell in price.cells] == [True, False]
    assert_bound(done)


def test_ranges_of_different_test_cycles_are_not_ranked(talk: Talk, garage: Garage) -> None:
    family = catalogue.db.session.get(catalogue.Trim, garage.family)
    assert family is not None
    family.range_cycle = "WLTC"
    catalogue.publish()

    done = talk.ask("北斗和天舟对比")

    assert "测试工况不同，不能直接比" in done.text
    (table,) = (block for block in done.blocks if isinstance(block, Table))
    reach = next(row for row in table.rows if row.label == "纯电续航")
    assert not any(cell.best for cell in reach.cells)


# --- advice -------------------------------------------------------------------------------

WINTER = (
    "低温会让电池放电变慢。冬天气温在零下十度时，纯电续航通常会短三成左右。"
    "提前用充电桩预热电池可以少短一些。"
)
OTHER = "轮胎气压每个月检查一次。冬天开暖风会多用电，续航因此变短。"


def test_advice_is_sentences_word_for_word_each_with_its_passage(talk: Talk, passages: Put) -> None:
    passages(WINTER, OTHER)

    done = talk.ask("冬天纯电续航会短多少")

    assert done.intent == "consult"
    assert not done.refused
    said = sentences(done)
    assert said[0].text == "冬天气温在零下十度时，纯电续航通常会短三成左右。"
    by_number = {citation.number: citation for citation in done.citations}
    for sentence in said:
        (number,) = sentence.citations
        passage_id = by_number[number].passage_id
        assert sentence.text in {100: WINTER, 101: OTHER}[passage_id or 0]
    assert all(number.source.startswith("passage:") for number in done.numbers)
    assert_bound(done)


def test_weak_evidence_is_said_with_what_there_is_instead(talk: Talk, passages: Put) -> None:
    passages(OTHER, answerable=False)

    done = talk.ask("冬天续航打几折")

    assert done.refused
    assert done.text.startswith("没有找到能直接回答这个问题的资料，我不猜。")
    assert any(isinstance(block, Note) and block.kind == "weak" for block in done.blocks)
    (links,) = (block for block in done.blocks if isinstance(block, Links))
    assert ("第0篇", "/knowledge/passages/100") in links.items


def test_words_of_an_owner_are_said_to_be_an_owners(talk: Talk, passages: Put) -> None:
    passages("冬天续航掉得厉害，纯电续航只有七成。", collection="reviews")

    done = talk.ask("冬天纯电续航会短多少")

    assert done.text.startswith("有车主说：")


def test_what_a_cars_range_is_in_winter_is_worked_out_from_its_rated_figure(
    talk: Talk, passages: Put, garage: Garage
) -> None:
    passages(WINTER)

    done = talk.ask("天舟冬天续航会短多少")

    assert "零下 15 ℃约 58 公里（CLTC 120 km × 48.5%）" in done.text
    assert "computed:CLTC 120 km × 48.5%" in {number.source for number in done.numbers}
    assert done.trims == (garage.family,)


def test_small_talk_gets_one_honest_line(talk: Talk) -> None:
    done = talk.ask("你好")

    assert done.intent == "other"
    assert "按条件找车" in done.text
    assert not done.numbers


def test_the_summary_of_the_document_that_is_asked_about_comes_first(
    talk: Talk, passages: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2025, 11, 2, tzinfo=UTC)
    document = KnowledgeDocument(
        collection="pages",
        external_id="d0",
        title="冬天电动车续航会短多少",
        source="本站",
        summary="冬天续航明显缩短。",
        digest="1",
        changed_at=now,
    )
    catalogue.db.session.add(document)
    catalogue.db.session.flush()
    for id_, text in ((90, "冬天续航明显缩短。"), (100, WINTER)):
        catalogue.db.session.add(
            KnowledgePassage(
                id=id_,
                document_id=document.id,
                position=id_,
                heading="",
                text=text,
                digest=str(id_),
            )
        )
    catalogue.publish()
    passages(WINTER)
    found = consulting.retrieve("")
    named = replace(found.passages[0], title=document.title)
    monkeypatch.setattr(consulting, "retrieve", lambda question: replace(found, passages=(named,)))

    done = talk.ask("冬天纯电续航会短多少")

    assert done.text.startswith("冬天续航明显缩短。")
    assert done.citations[0].passage_id == 90


def test_optional_equipment_is_an_option_with_its_price_and_never_fitted(
    talk: Talk, garage: Garage
) -> None:
    lidar = catalogue.db.session.scalar(
        catalogue.select(catalogue.Parameter).where(catalogue.Parameter.key == "lidar_count")
    )
    assert lidar is not None
    car = catalogue.db.session.get(catalogue.Trim, garage.hybrid)
    assert car is not None
    catalogue.value(car, lidar, fitted="optional", text="8,000 元")
    car.features, car.features_known = LIDAR, LIDAR
    catalogue.publish()

    text = talk.ask("织女有没有激光雷达").text

    assert "没有标配激光雷达，要选装 8,000 元" in text
    assert "带激光雷达" not in text
