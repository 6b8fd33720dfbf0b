"""The shipped pages: each one reads, is whole, and says what it promises to."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable

import pytest

from webapp.config import ROOT
from webapp.knowledge.shipped import (
    PAGES,
    PAGES_COLLECTION,
    TOPICS,
    PageError,
    ShippedDocument,
    read_page,
    shipped_pages,
)
from webapp.rules.macros import indexed

DOCUMENTS = list(shipped_pages())
NAMES = {f"{page.id}.md" for page in DOCUMENTS}
SAMPLES = ROOT / "scripts" / "evaluation" / "samples" / "retrieval.jsonl"
NEWEST_CHECK = "2026-11"
SENTENCE_END = "。！？：；"

PAGE = """---
title: 胎压
topic: care
date: 2026-11
author: 车知编辑部
summary: 胎压以车门框铭牌为准。
---

## 多少

看铭牌。
"""


def body(page: ShippedDocument) -> str:
    return page.text.removeprefix(page.summary).strip()


def test_a_page_becomes_a_document_that_begins_with_its_summary() -> None:
    page = read_page("care-pressure", PAGE)
    assert (page.id, page.collection, page.topic) == ("care-pressure", PAGES_COLLECTION, "care")
    assert (page.title, page.date, page.author) == ("胎压", "2026-11", "车知编辑部")
    assert page.text == "胎压以车门框铭牌为准。\n\n## 多少\n\n看铭牌。\n"


def test_a_page_may_have_further_titles_that_stand_nowhere_in_its_text() -> None:
    also = "打多少气；轮胎气压"
    page = read_page("care-pressure", PAGE.replace("topic:", f"also: {also}\ntopic:"))
    assert page.also == also
    assert page.text == read_page("care-pressure", PAGE).text
    assert read_page("care-pressure", PAGE).also == ""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("topic:", f"also: {'气' * 601}\ntopic:", "also"),
        ("---\n", "", "no fields"),
        ("title: 胎压\n", "", "title"),
        ("title: 胎压\n", "title: 胎压\ntitle: 胎压\n", "title: 胎压"),
        ("title: 胎压\n", "title:\n", "title:"),
        ("title: 胎压\n", "title: 胎压\ncolour: red\n", "colour"),
        ("topic: care", "topic: charging", "charging"),
        ("topic: care", "topic: weather", "weather"),
        ("2026-11", "2026-13", "2026-13"),
        ("2026-11", "2026", "'2026'"),
    ],
)
def test_a_page_that_breaks_the_rules_is_named(old: str, new: str, complaint: str) -> None:
    with pytest.raises(PageError, match=f"^care-pressure: .*{re.escape(complaint)}"):
        read_page("care-pressure", PAGE.replace(old, new))


def test_every_file_in_the_folder_is_a_page() -> None:
    assert {path.name for path in PAGES.iterdir()} == NAMES


def test_no_two_pages_share_a_title_or_a_summary() -> None:
    for counts in (Counter(p.title for p in DOCUMENTS), Counter(p.summary for p in DOCUMENTS)):
        assert [text for text, count in counts.items() if count > 1] == []


def test_no_two_pages_are_asked_for_in_the_same_words() -> None:
    titles = [title for p in DOCUMENTS for title in (p.title, *filter(None, p.also.split("；")))]
    assert [title for title, count in Counter(titles).items() if count > 1] == []
    assert all(2 <= len(title) <= 30 for title in titles)


def failing(holds: Callable[[ShippedDocument], object]) -> list[str]:
    return [page.id for page in DOCUMENTS if not holds(page)]


def test_a_page_is_signed_and_dated() -> None:
    assert failing(lambda page: page.author == "车知编辑部") == []
    assert failing(lambda page: page.date and "2026-01" <= page.date <= NEWEST_CHECK) == []
    assert failing(lambda page: page.topic in TOPICS) == []


def test_a_page_can_be_read_in_a_few_minutes() -> None:
    assert failing(lambda page: 350 <= len(re.sub(r"\s", "", indexed(page.text))) <= 1300) == []
    assert failing(lambda page: 8 <= len(indexed(page.summary)) <= 100) == []
    assert failing(lambda page: 4 <= len(page.title) <= 30) == []


def test_a_page_is_made_of_headed_sections_of_whole_sentences() -> None:
    def headings(page: ShippedDocument) -> list[str]:
        return re.findall(r"^## (.+)$", page.text, re.MULTILINE)

    assert failing(lambda page: 3 <= len(headings(page)) == len(set(headings(page)))) == []
    unfinished = [
        (page.id, block)
        for page in DOCUMENTS
        for block in re.split(r"\n\s*\n", page.text.strip())
        if not block.startswith(("## ", "- ", "1. "))
        and not re.search(f"[{SENTENCE_END}](?:（(?:来源|依据)：[^）]+）)?$", block)
    ]
    assert unfinished == []


def test_no_page_holds_a_placeholder_or_a_sales_pitch() -> None:
    words = re.compile(
        r"TODO|TBD|FIXME|XXX|待补|待定内容|此处|占位符|lorem|性价比之王|闭眼入|立即购买|抢购"
    )
    assert failing(lambda page: not words.search(page.title + page.text)) == []


def test_every_date_in_a_page_exists() -> None:
    dates = re.compile(r"(\d{4}) 年(?: (\d{1,2}) 月(?: (\d{1,2}) 日)?)?")
    wrong = [
        (page.id, year, month, day)
        for page in DOCUMENTS
        for year, month, day in dates.findall(page.text)
        if not 1990 <= int(year) <= 2035
        or not 1 <= int(month or 1) <= 12
        or not 1 <= int(day or 1) <= 31
    ]
    assert wrong == []


def test_every_link_in_a_page_leads_to_another_page() -> None:
    leading_nowhere = [
        (page.id, target)
        for page in DOCUMENTS
        for target in re.findall(r"\]\(([^)]+)\)", page.text)
        if target not in NAMES - {f"{page.id}.md"}
    ]
    assert leading_nowhere == []


def test_the_sample_questions_ask_for_pages_that_exist() -> None:
    lines = [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]
    asked = {gold for line in lines if line["source"] == "pages" for gold in line["gold_ids"]}
    assert asked - {page.id for page in DOCUMENTS} == set()
    assert len({line["id"] for line in lines}) == len({line["q"] for line in lines}) == len(lines)
    assert sum(line["source"] == "pages" for line in lines) >= 40
    assert sum(line["source"] == "none" and line["gold_ids"] == [] for line in lines) >= 15


def test_a_page_that_was_merged_into_another_is_none_of_the_pages() -> None:
    merged = [old for page in DOCUMENTS for old in page.was]
    assert len(set(merged)) == len(merged) > 0
    assert set(merged) & {page.id for page in DOCUMENTS} == set()
    was = PAGE.replace("topic:", "was: care-air；care-wheel\ntopic:")
    assert read_page("care-pressure", was).was == ("care-air", "care-wheel")


def test_every_topic_has_pages() -> None:
    assert {page.topic for page in DOCUMENTS} == set(TOPICS)
    assert len(DOCUMENTS) >= 60


SUM = re.compile(r"(?<![\d.])(\(?\d[\d,.%×÷+−() 年]*) ([=≈]) ([\d,]+(?:\.\d+)?%?)")


def sums() -> list[tuple[str, str, str, str]]:
    """(page, expression, = or ≈, result) of every sum worked out in a page."""
    return [
        (page.id, *found)
        for page in DOCUMENTS
        for found in SUM.findall(page.text)
        if re.search("[×÷+−]", found[0])
    ]


def worked_out(expression: str) -> float:
    python = re.sub(r"([\d.]+)%", r"(\1/100)", re.sub("[, 年]", "", expression))
    return float(eval(python.translate(str.maketrans("×÷−", "*/-")), {"__builtins__": {}}))


@pytest.mark.parametrize(("page", "expression", "sign", "result"), sums())
def test_every_sum_in_a_page_is_right(page: str, expression: str, sign: str, result: str) -> None:
    allowed = 0.01 if sign == "≈" else 1e-9
    assert worked_out(expression) == pytest.approx(worked_out(result), rel=allowed)


def test_the_pages_hold_sums_to_check() -> None:
    assert len(sums()) > 20
    assert worked_out("3% ÷ 3 年 × 2") == pytest.approx(0.02)


@pytest.mark.parametrize("months", [36, 60])
def test_the_loan_page_pays_back_what_the_formula_says(months: int) -> None:
    (page,) = (page for page in DOCUMENTS if page.id == "money-loan-formula")
    rate = 0.04 / 12
    instalment = 100_000 * rate * (1 + rate) ** months / ((1 + rate) ** months - 1)
    for figure in (instalment, instalment * months, instalment * months - 100_000):
        assert f"{figure:,.2f} 元" in page.text
