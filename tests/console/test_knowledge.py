"""Staff take documents in and out, replace them, and see what a question finds and why."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import tasks.celery
from tasks.celery import celery
from tests.accounts.people import account, signed_in
from tests.knowledge.conftest import LEAF, draft
from webapp.audit import ACTIONS, AuditEntry
from webapp.extensions import db
from webapp.knowledge import queries, service
from webapp.knowledge.models import KnowledgeChange

SENT: list[tuple[str, tuple[object, ...]]] = []
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def editor(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    SENT.clear()
    monkeypatch.setattr("webapp.queue._send", lambda task, args: SENT.append((task, args)))
    monkeypatch.setattr(tasks.celery, "flask_app", lambda: app)
    celery.loader.import_default_modules()
    service.ingest(
        collection="reviews",
        drafts=[
            draft("r1", LEAF, series="叶片", title="叶片冬天实测", date="2026-01"),
            draft("r2", "云雀的后备箱放得下两个大行李箱。", series="云雀", title="云雀的后备箱"),
        ],
    )
    service.ingest(collection="pages", drafts=[draft("p1", "轮胎气压每月检查一次。")])
    service.build_words()
    own = account("o-editor")
    own.role = "editor"
    db.session.commit()
    return signed_in(app, own)


def run() -> None:
    """What the worker does with the message sent first."""
    task, arguments = SENT.pop(0)
    celery.tasks[task](*arguments)


def upload(
    client: FlaskClient, content: bytes, name: str = "文.jsonl", **fields: Any
) -> TestResponse:
    data = {"collection": "handbooks"} | fields | {"file": (io.BytesIO(content), name)}
    return client.post("/console/knowledge/add", data=data)


def taken_in(client: FlaskClient, content: bytes, name: str, **fields: Any) -> str:
    """Uploaded, checked and taken in; the address of the change."""
    page = upload(client, content, name, **fields).location
    run()
    assert client.post(f"{page}/apply").status_code == 303
    run()
    return page


def number_of(external: str, collection: str = "reviews") -> int:
    (row,) = [r for r in queries.documents_of(collection) if r.external_id == external]
    return row.id


def actions() -> list[str]:
    return [line.action for line in db.session.scalars(select(AuditEntry).order_by("id"))]


def test_documents_are_listed_found_and_shown_with_their_passages(editor: FlaskClient) -> None:
    page = editor.get("/console/knowledge").text
    assert "3 篇文档" in page
    for shown in ("叶片冬天实测", "叶片", "2026-01", "示例", "随站点提供"):
        assert shown in page
    found = editor.get("/console/knowledge?q=云雀").text
    assert "云雀的后备箱" in found
    assert "叶片冬天实测" not in found
    assert "没有找到" in editor.get("/console/knowledge?collection=none").text
    assert "零下十度" in editor.get(f"/console/knowledge/documents/{number_of('r1')}").text
    assert editor.get("/console/knowledge/documents/999").status_code == 404


def test_a_file_is_checked_reported_and_taken_in_when_asked_for(editor: FlaskClient) -> None:
    rows = [
        {"id": "a", "title": "换机油", "text": "每一万公里换一次机油。", "source": "手册"},
        {"id": "b", "title": "坏", "text": "文字", "source": "手册", "date": "明天"},
    ]
    content = "\n".join(json.dumps(row) for row in rows).encode()
    answer = upload(editor, content)
    assert answer.status_code == 303
    page = answer.location
    waiting = editor.get(page, headers=FRAGMENT)
    assert "等待后台进程" in waiting.text
    assert "every 2s" in waiting.text
    run()
    checked = editor.get(page, headers=FRAGMENT)
    assert checked.status_code == 286
    for said in ("还没有写入", "新增 1", "拒绝 1", "明天", "换机油"):
        assert said in checked.text
    assert queries.documents_of("handbooks") == []
    assert editor.post(f"{page}/apply").status_code == 303
    assert editor.post(f"{page}/apply").status_code == 409
    run()
    assert "已收入" in editor.get(page).text
    assert [row.title for row in queries.documents_of("handbooks")] == ["换机油"]
    run()
    assert "换机油" in editor.get("/console/knowledge/try?question=多久换机油").text
    assert actions() == ["upload documents", "take in documents"]


def test_a_single_file_gets_the_fields_of_the_form(editor: FlaskClient) -> None:
    fields = {"title": "用户手册", "source": "厂商", "date": "2026-02", "series": "叶片"}
    taken_in(editor, "一桶机油四升。".encode(), "manual.md", **fields)
    (row,) = queries.documents_of("handbooks")
    found = (row.external_id, row.title, row.source, row.date, row.series)
    assert found == ("manual.md", "用户手册", "厂商", "2026-02", "叶片")


@pytest.mark.parametrize(
    ("wrong", "name", "says"),
    [
        ({"collection": "大写"}, "a.txt", "集合名"),
        ({"collection": "pages"}, "a.txt", "随站点提供"),
        ({"date": "明天"}, "a.txt", "2025-11"),
        ({"title": "长" * 301}, "a.txt", "最多 300 个字"),
        ({"title": "标题"}, "a.jsonl", "每一行自带"),
        ({}, "a.xlsx", "不认识 .xlsx"),
        ({}, "", "请选择一个文件"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_else_is_lost(
    editor: FlaskClient, wrong: dict[str, str], name: str, says: str
) -> None:
    answer = upload(editor, b"text", name, **({"source": "我的来源"} | wrong))
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="我的来源"' in answer.text
    assert db.session.scalars(select(KnowledgeChange)).all() == []
    assert actions() == []


def test_an_empty_file_is_refused_and_the_rest_of_the_form_kept(editor: FlaskClient) -> None:
    answer = upload(editor, b"", "a.txt", source="我的来源")
    assert answer.status_code == 422
    assert "文件是空的" in answer.text
    assert 'value="我的来源"' in answer.text
    assert actions() == []


def test_what_cannot_be_read_is_not_offered_to_be_taken_in(editor: FlaskClient) -> None:
    page = upload(editor, b"%PDF-1.4 broken", "坏.pdf").location
    run()
    shown = editor.get(page).text
    assert "PDF 已损坏" in shown
    assert "/apply" not in shown


def test_a_document_is_replaced_and_keeps_its_address(editor: FlaskClient) -> None:
    number = number_of("r1")
    form = editor.get(f"/console/knowledge/add?document={number}").text
    assert 'value="叶片冬天实测"' in form
    taken_in(
        editor, "新的正文，换了季节。".encode(), "x.txt", document=str(number), title="叶片夏天"
    )
    page = editor.get(f"/console/knowledge/documents/{number}").text
    assert "叶片夏天" in page
    assert "新的正文" in page
    assert "零下十度" not in page
    refused = upload(editor, b"{}", "x.jsonl", document=str(number))
    assert refused.status_code == 422
    line = db.session.scalars(select(AuditEntry)).first()
    assert line is not None
    assert json.loads(line.after or "")["replaces"] == "r1"


def test_a_removal_asks_first_and_is_done_by_the_worker(editor: FlaskClient) -> None:
    address = f"/console/knowledge/documents/{number_of('r1')}/remove"
    asked = editor.get(address).text
    assert "叶片冬天实测" in asked
    assert number_of("r1")  # asking removed nothing
    page = editor.post(address).location
    run()
    assert "移走了 1 篇" in editor.get(page).text
    assert [row.external_id for row in queries.documents_of("reviews")] == ["r2"]
    assert editor.get(address).status_code == 404
    SENT.clear()
    asked = editor.get("/console/knowledge/collections/reviews/remove").text
    assert "全部 1 篇" in asked
    editor.post("/console/knowledge/collections/reviews/remove")
    run()
    assert queries.documents_of("reviews") == []
    assert editor.get("/console/knowledge/collections/reviews/remove").status_code == 404
    assert actions() == ["remove document", "remove collection"]


def test_shipped_documents_are_neither_removed_nor_replaced(editor: FlaskClient) -> None:
    number = number_of("p1", "pages")
    page = editor.get(f"/console/knowledge/documents/{number}").text
    assert "还原" in page
    assert "/remove" not in page
    for address in (f"documents/{number}/remove", "collections/pages/remove"):
        answer = editor.post(f"/console/knowledge/{address}")
        assert answer.status_code == 409
        assert "随站点提供" in answer.text
    assert upload(editor, b"text", "a.txt", document=str(number)).status_code == 409
    assert (SENT, actions()) == ([], [])


def test_a_change_is_stopped_and_checked_again(editor: FlaskClient) -> None:
    page = upload(editor, "一段。".encode(), "a.txt").location
    assert editor.post(f"{page}/stop").status_code == 303
    assert "已停下" in editor.get(page).text
    run()  # the message of the stopped one
    assert "已停下" in editor.get(page).text
    assert editor.post(f"{page}/stop").status_code == 409
    assert editor.post(f"{page}/again").status_code == 303
    run()
    assert "检查完了" in editor.get(page).text
    assert editor.post(f"{page}/other").status_code == 404
    assert actions() == ["upload documents", "stop documents", "check documents again"]
    assert set(actions()) <= set(ACTIONS)
    assert page in editor.get("/console/knowledge/changes").text


def test_a_question_shows_what_it_finds_and_what_that_rests_on(editor: FlaskClient) -> None:
    found = editor.get("/console/knowledge/try?question=叶片冬天续航打几折", headers=FRAGMENT).text
    assert found.startswith('<div id="tried"')
    assert "依据足够" in found
    assert "叶片冬天实测" in found
    named = editor.get("/console/knowledge/try?question=叶片X9冬天续航打几折").text
    assert "依据不够" in named
    assert "x9" in named
    assert "没有找到" in editor.get("/console/knowledge/try?question=zzz").text


def test_what_is_examined_is_what_visitors_get(editor: FlaskClient) -> None:
    for question in ("叶片冬天续航打几折", "云雀X9后备箱", "今天天气"):
        found, examined = service.retrieve(question), service.examine(question)
        if examined is None:
            assert found.passages == ()
            continue
        assert tuple(row.found for row in examined.passages) == found.passages
        assert examined.judgement.is_answerable == found.answerable


def test_the_state_of_the_indexes_is_asked_for_until_they_are_level(editor: FlaskClient) -> None:
    service.bring_up_to_date()
    level = editor.get("/console/knowledge", headers=FRAGMENT).text
    assert "知识库已准备好：3 段" in level
    assert "every 5s" not in level
    service.ingest(collection="reviews", drafts=[draft("r3", "又来一篇。")])
    behind = editor.get("/console/knowledge", headers=FRAGMENT).text
    assert "知识库正在准备：3 / 4" in behind
    assert "every 5s" in behind


def test_only_editors_and_admins_come_here(app: Flask, editor: FlaskClient) -> None:
    other = account("o-operator")
    other.role = "operator"
    db.session.commit()
    operator = signed_in(app, other)
    for path in ("", "/add", "/try", "/changes", "/collections/reviews/remove"):
        assert editor.get(f"/console/knowledge{path}").status_code == 200
        assert operator.get(f"/console/knowledge{path}").status_code == 403
    assert operator.post("/console/knowledge/collections/reviews/remove").status_code == 403
    assert upload(operator, b"text", "a.txt").status_code == 403
    assert SENT == []
