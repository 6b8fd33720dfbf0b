"""A page takes its figures from rules: they are today's wherever it is read."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.clocks import StoppedClock
from webapp import pagecache
from webapp.assistant import stored
from webapp.assistant.answering.answer import answer
from webapp.assistant.answering.quoting import ref_of
from webapp.assistant.events import Answer, Done, Question
from webapp.knowledge import markdown, queries, service
from webapp.knowledge.drafts import Draft, cut
from webapp.knowledge.precomputed import texts_of

RULE = "purchase-tax-relief-nev"
PAGE = Draft(
    "money-tax",
    "购置税怎么减",
    f"新能源车最多减 {{rule:{RULE}.cap}}。\n\n## 上海 {{#shanghai}}\n\n先看发票。\n\n"
    f"## 怎么算\n\n减 {{rule:{RULE}.rate}}，到 {{rule:{RULE}.until}}。别的不变。\n\n"
    "## 电池 标准\n\n新车型按 {rule:gb-38031/new.document}。\n",
    "车知知识库",
    summary=f"新能源车最多减 {{rule:{RULE}.cap}}。",
    date="2026-10",
    topic="money",
    is_markdown=True,
)
ADDRESS = "https://www.gov.cn/zhengce/zhengceku/202306/content_6887734.htm"


@pytest.fixture
def page(app: Flask, clock: StoppedClock) -> queries.DocumentRow:
    service.ingest(collection="pages", drafts=[PAGE])
    service.build_words()
    (row,) = queries.documents_of("pages")
    return row


def test_a_page_and_its_passages_have_the_values_of_the_day(
    page: queries.DocumentRow, clock: StoppedClock
) -> None:
    assert page.summary == "新能源车最多减 1.5 万元。"
    texts = [row.text for row in queries.passages_of(page.id)]
    assert texts[2] == "减 50%，到 2027 年 12 月 31 日。别的不变。"
    clock.set("2027-12-31 23:50")
    assert [row.text for row in queries.passages_of(page.id)] == texts
    clock.set("2028-01-01 00:10")
    later = [row.text for row in queries.passages_of(page.id)]
    ended = "“新能源汽车购置税减免”这一条到 2027 年 12 月 31 日为止，之后的还没有登记"
    assert later[0] == f"{ended}。"
    assert later[2] == f"{ended}。别的不变。"
    assert queries.documents_of("pages")[0].summary == f"{ended}。"


def test_what_is_retrieved_and_quoted_has_them_too(
    page: queries.DocumentRow, clock: StoppedClock
) -> None:
    (found,) = service.retrieve("新能源车购置税减多少").passages
    assert "1.5 万元" in found.text or "50%" in found.text
    clock.set("2028-06-01 12:00")
    (later,) = service.retrieve("新能源车购置税减多少").passages
    assert later.id == found.id
    assert "这一条到 2027 年 12 月 31 日为止" in later.text


def test_what_is_embedded_stays_the_same_on_every_day(clock: StoppedClock) -> None:
    before = texts_of([PAGE])
    assert any("1.5 万元" in text for text in before.values())
    clock.set("2030-01-01 12:00")
    assert texts_of([PAGE]) == before


def test_a_page_read_later_shows_its_new_values_to_every_visitor(
    client: FlaskClient,
    page: queries.DocumentRow,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pagecache, "VERSION_SECONDS", 0.0)
    address = f"/knowledge/documents/{page.id}"
    assert "最多减 1.5 万元" in client.get(address).text
    clock.set("2028-01-01 00:10")
    later = client.get(address).text
    assert "1.5 万元" not in later
    assert "这一条到 2027 年 12 月 31 日为止" in later


def test_a_passage_names_the_document_behind_it_and_opens_it_in_a_tab_of_its_own(
    client: FlaskClient, page: queries.DocumentRow
) -> None:
    first, plain, _, standard = queries.passages_of(page.id)
    text = client.get(f"/knowledge/documents/{page.id}").text
    sections = re.findall(r"<section class=\"passage.*?</section>", text, re.DOTALL)
    assert (
        f'<a href="{ADDRESS}" target="_blank" rel="noopener noreferrer nofollow">'
        "财政部 税务总局 工业和信息化部公告2023年第10号</a>"
    ) in sections[0]
    assert "2026-11-30 核对" in sections[0]
    assert "依据" not in sections[1]
    assert "依据：GB 38031-2025" in sections[3]
    panel = client.get(f"/knowledge/passages/{first.id}", headers={"HX-Request": "true"}).text
    assert ADDRESS in panel
    assert text.count(ADDRESS) == 2  # other passages stand between the two
    assert not plain.rules
    assert standard.rules[0].code == "gb-38031"


def test_passages_that_follow_each_other_name_the_document_they_share_once(
    client: FlaskClient, app: Flask
) -> None:
    parts = "\n\n".join(f"## 第{n}段\n\n最多减 {{rule:{RULE}.cap}}。" for n in "一二三")
    service.ingest(collection="pages", drafts=[Draft("x", "减", parts, "某处", is_markdown=True)])
    (row,) = queries.documents_of("pages")
    assert client.get(f"/knowledge/documents/{row.id}").text.count(ADDRESS) == 1
    first, *_ = queries.passages_of(row.id)
    cited = client.get(f"/knowledge/passages/{first.id}").text
    assert cited.split("passage-cited")[1].split("</section>")[0].count(ADDRESS) == 1


def test_a_citation_carries_number_and_address_and_keeps_them(page: queries.DocumentRow) -> None:
    (found,) = service.retrieve("新能源车购置税减多少").passages
    ref = ref_of(found)
    assert ref.documents == (("财政部 税务总局 工业和信息化部公告2023年第10号", ADDRESS),)
    kept = stored.load(stored.dump(Answer("consult", (), citations=(ref,))))
    assert kept.citations == (ref,)


def test_an_answer_read_out_of_a_page_has_todays_values_and_names_the_documents(
    page: queries.DocumentRow, clock: StoppedClock
) -> None:
    def asked() -> Answer:
        *_, last = answer(Question("购置税怎么减"), lambda: False)
        assert isinstance(last, Done)
        return last.answer

    now = asked()
    assert "新能源车最多减 1.5 万元。" in now.text
    behind = {citation.passage_id: citation.documents for citation in now.citations}
    first, plain, *_ = queries.passages_of(page.id)
    assert behind[first.id] == (("财政部 税务总局 工业和信息化部公告2023年第10号", ADDRESS),)
    assert behind.get(plain.id, ()) == ()
    clock.set("2028-01-01 00:10")
    later = asked()
    assert "1.5 万元" not in later.text
    assert "这一条到 2027 年 12 月 31 日为止" in later.text
    assert all(
        number.source.startswith("passage:") for number in later.numbers if number.text == "2027"
    )


def test_the_date_of_a_page_is_that_of_its_rule_compared_longest_ago(
    app: Flask, page: queries.DocumentRow
) -> None:
    assert page.date == "2026-11-30"
    service.ingest(collection="other", drafts=[Draft("x", "无", "一段。", "某处", date="2026-10")])
    assert queries.documents_of("other")[0].date == "2026-10"


def test_sections_can_be_linked_to(client: FlaskClient, page: queries.DocumentRow) -> None:
    text = client.get(f"/knowledge/documents/{page.id}").text
    assert '<h2 id="shanghai">上海</h2>' in text
    assert '<h2 id="怎么算">怎么算</h2>' in text
    assert '<h2 id="电池-标准">电池 标准</h2>' in text
    assert [row.heading for row in queries.passages_of(page.id)][1] == "上海"


def test_a_heading_that_could_take_a_name_of_the_page_is_no_anchor() -> None:
    assert markdown.html("## main") == "<h2>main</h2>\n"


def test_a_new_value_of_a_rule_is_a_change_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    before = PAGE.digest
    monkeypatch.setattr("webapp.knowledge.drafts.indexed", lambda text: text.replace("{", "("))
    assert PAGE.digest != before


def test_a_value_is_never_cut_in_two() -> None:
    macro = f"{{rule:{RULE}.cap}}"
    long = Draft("x", "长", "甲" * 150 + f"、{macro}" * 12 + "。", "某处", is_markdown=True)
    pieces = cut(long)
    assert len(pieces) > 1
    assert sum((piece.markdown or "").count(macro) for piece in pieces) == 12
    assert "".join(piece.text for piece in pieces).count("1.5 万元") == 12
