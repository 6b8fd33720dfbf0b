"""Pages of the knowledge base: a citation opens the passage where it stands."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.knowledge.conftest import draft
from webapp import pagecache
from webapp.knowledge import queries, service
from webapp.knowledge.drafts import Draft
from webapp.knowledge.service.shipped import as_drafts, record_moves
from webapp.knowledge.shipped import ShippedDocument
from webapp.knowledge.views import PAGE_PASSAGES

PAGE = "开头<b>一段</b>。\n\n## 冬天\n\n续航会短一些。\n\n## 夏天\n\n空调也费电。\n"


@pytest.fixture
def document(app: Flask) -> queries.DocumentRow:
    page = Draft(
        "range-x",
        "续航<怎么>看",
        PAGE,
        "车知知识库",
        author="编辑部",
        date="2026-11",
        topic="range",
        is_markdown=True,
    )
    service.ingest(collection="pages", drafts=[page])
    (row,) = queries.documents_of("pages")
    return row


def test_a_passage_is_marked_in_its_document(
    client: FlaskClient, document: queries.DocumentRow
) -> None:
    rows = queries.passages_of(document.id)
    text = client.get(f"/knowledge/passages/{rows[1].id}").text
    (marked,) = re.findall(r'<section class="passage passage-cited".*?</section>', text, re.DOTALL)
    assert "续航会短一些" in marked
    assert text.count('class="passage') == 3 + text.count('class="passages')
    assert "2026-11" in text
    assert "编辑部" in text
    assert "续航&lt;怎么&gt;看" in text
    assert "<b>一段" not in text


def test_the_panel_gets_the_passage_with_its_neighbours_only(
    client: FlaskClient, document: queries.DocumentRow
) -> None:
    first = queries.passages_of(document.id)[0]
    text = client.get(f"/knowledge/passages/{first.id}", headers={"HX-Request": "true"}).text
    assert "<html" not in text
    assert "续航会短一些" in text
    assert "空调也费电" not in text
    assert f'href="/knowledge/passages/{first.id}#p{first.id}"' in text


def test_pages_are_listed_by_topic(client: FlaskClient, document: queries.DocumentRow) -> None:
    text = client.get("/knowledge/").text
    assert "续航与能耗" in text
    assert f'href="/knowledge/documents/{document.id}"' in text
    assert client.get(f"/knowledge/documents/{document.id}").status_code == 200


def test_an_empty_knowledge_base_says_so(client: FlaskClient) -> None:
    assert "知识库正在装入" in client.get("/knowledge/").text


def test_a_citation_of_what_is_gone_says_what_happened(client: FlaskClient) -> None:
    answer = client.get("/knowledge/passages/99")
    assert answer.status_code == 404
    assert "旧的引用打不开了" in answer.text
    assert client.get("/knowledge/documents/99").status_code == 404


def test_the_address_of_a_page_that_was_merged_leads_to_the_page_that_took_its_place(
    client: FlaskClient, document: queries.DocumentRow
) -> None:
    first = ShippedDocument(
        "range-y", "pages", "续航", "看续航。", "看续航。", "车知", None, None, "range", None
    )
    merged = replace(first, was=(document.external_id,))
    again = replace(first, id="range-z", was=("range-y", "range-none"))
    for shipped in (merged, again):
        for _ in range(2):
            record_moves([shipped])
            service.ingest(collection="pages", drafts=as_drafts([shipped]), whole=True)
        (row,) = queries.documents_of("pages")
        answer = client.get(f"/knowledge/documents/{document.id}")
        assert (answer.status_code, answer.location) == (301, f"/knowledge/documents/{row.id}")
    assert client.get(f"/knowledge/documents/{row.id}").status_code == 200


def test_a_page_links_to_another_by_the_name_of_its_file(client: FlaskClient) -> None:
    pages = [
        Draft(
            "range-x",
            "续航",
            "见[冬天](winter-y.md)和[国标](https://a.cn/b.md)。",
            "车知",
            is_markdown=True,
        ),
        Draft("winter-y", "冬天", "冷。", "车知", is_markdown=True),
    ]
    service.ingest(collection="pages", drafts=pages)
    ids = {row.external_id: row.id for row in queries.documents_of("pages")}
    text = client.get(f"/knowledge/documents/{ids['range-x']}").text
    assert 'href="/knowledge/pages/winter-y"' in text
    assert 'href="https://a.cn/b.md"' in text
    answer = client.get("/knowledge/pages/winter-y")
    assert (answer.status_code, answer.location) == (
        302,
        f"/knowledge/documents/{ids['winter-y']}",
    )
    assert client.get("/knowledge/pages/nothing").status_code == 404


def test_a_long_document_comes_in_pages_and_a_citation_opens_the_right_one(
    app: Flask, client: FlaskClient
) -> None:
    text = "".join(f"第{n}条说明，" + "字" * 170 + "。" for n in range(PAGE_PASSAGES + 20))
    service.ingest(collection="long", drafts=[draft("l", text)])
    (row,) = queries.documents_of("long")
    last = queries.passages_of(row.id)[-1]
    opened = client.get(f"/knowledge/passages/{last.id}").text
    assert f'id="p{last.id}"' in opened
    assert "第0条说明" not in opened
    answer = client.get(f"/knowledge/documents/{row.id}?page=9")
    assert answer.status_code == 400
    assert "page=9" in answer.text


def test_a_change_shows_at_once_though_pages_are_kept(
    client: FlaskClient, document: queries.DocumentRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecache, "VERSION_SECONDS", 0.0)
    address = f"/knowledge/documents/{document.id}"
    assert "续航会短一些" in client.get(address).text
    page = Draft("range-x", "续航", "冬天的写法换了。", "车知知识库", topic="range")
    service.ingest(collection="pages", drafts=[page])
    assert "冬天的写法换了" in client.get(address).text
    assert address in client.get("/sitemap.xml").text
    service.remove(collection="pages")
    assert client.get(address).status_code == 404
    assert address not in client.get("/sitemap.xml").text


def test_public_pages_can_be_kept_for_everyone(
    client: FlaskClient, document: queries.DocumentRow
) -> None:
    for path in ("/knowledge/", f"/knowledge/documents/{document.id}"):
        assert "Set-Cookie" not in client.get(path).headers
