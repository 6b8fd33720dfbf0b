"""Staff correct rules with their document; what ends soon is listed; what was before stays."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests.accounts.people import account, signed_in
from tests.clocks import StoppedClock
from webapp import rules
from webapp.audit import AuditEntry
from webapp.extensions import db
from webapp.knowledge import service as knowledge
from webapp.knowledge.drafts import Draft
from webapp.rules.models import TermRow

RELIEF = "purchase-tax-relief-nev"
TERM = f"/console/rules/{RELIEF}/2026"
DAY = date(2026, 11, 30)


@pytest.fixture
def editor(app: Flask, clock: StoppedClock) -> FlaskClient:
    clock.set("2026-11-30 12:00")
    own = account("o-editor")
    own.role = "editor"
    db.session.commit()
    return signed_in(app, own)


def form_of(page: str) -> dict[str, str]:
    """What a form is opened with."""
    return dict(re.findall(r'<input type="text" id="f-\w+" name="(\w+)" value="([^"]*)"', page))


def relief(day: date = DAY) -> rules.Term:
    found = rules.at(RELIEF, day, "invoice", rules.Vehicle("BEV"))
    assert isinstance(found, rules.Term), found
    return found


def test_the_list_says_what_is_in_force_and_what_ends_within_sixty_days(
    editor: FlaskClient,
) -> None:
    page = editor.get("/console/rules").text
    ending, rest = page.split("</section>", 1)
    assert "报废更新补贴（买新能源车）" in ending
    assert "新能源汽车购置税减免" not in ending
    assert "50%，最多 1.5 万元" in rest


def test_the_list_can_be_searched(editor: FlaskClient) -> None:
    page = editor.get("/console/rules?q=38031&kind=standard").text
    assert page.count('<th scope="row">') == 1


def test_a_term_is_corrected_with_its_document_and_the_old_one_stays_readable(
    editor: FlaskClient, app: Flask
) -> None:
    form = form_of(editor.get(TERM).text)
    assert (form["cap_fen"], form["verified_on"]) == ("15000", "2026-11-30")
    sent = form | {
        "cap_fen": "12,000",
        "document": "公告2026年第99号",
        "address": "https://www.gov.cn/99.htm",
    }
    assert editor.post(TERM, data=sent).status_code == 303
    assert (relief().cap_fen, relief().rule.document) == (1_200_000, "公告2026年第99号")
    page = editor.get(f"/console/rules/{RELIEF}").text
    assert "50%，最多 1.2 万元" in page
    assert "自带的是 50%，最多 1.5 万元，2026-01-01 至 2027-12-31" in page
    assert "50%，最多 1.5 万元（2026-01-01 至 2027-12-31）" in page.split("以前的内容")[1]
    assert "财政部 税务总局 工业和信息化部公告2023年第10号" in page.split("以前的内容")[1]
    actions = [line.action for line in db.session.scalars(select(AuditEntry))]
    assert actions == ["save rule", "save rule"]
    assert editor.post(f"{TERM}/withdraw").status_code == 303
    assert relief().cap_fen == 1_500_000


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("cap_fen", "一万五", "金额写成元"),
        ("address", "", "改规则要有依据"),
        ("document", " ", "改规则要有依据"),
        ("address", "http://www.gov.cn/", "要以 https:// 开头"),
        ("valid_to", "2026-13-01", "不是 2026-01-31 这样的日期"),
        ("valid_from", "2025-06-01", "有效期重叠"),
        ("rate", "50", "比例要写成 0 到 1 之间的小数"),
        ("rate", "", "不能空着"),
        ("floor_fen", "20000", "高于“最多（元）”"),
        ("valid_to", "2025-12-01", "早于“起始日期”"),
        ("verified_on", "2026-12-31", "核对日期不能晚于今天（2026-11-30）"),
        ("address", "https://name:word@www.gov.cn/", "不能有用户名和密码"),
        ("title", "新能源\x00", "含有看不见的控制字符"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_that_was_typed_is_lost(
    editor: FlaskClient, field: str, value: str, said: str
) -> None:
    sent = form_of(editor.get(TERM).text) | {"note": "我写的说明", field: value}
    answer = editor.post(TERM, data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    kept = form_of(answer.text)
    assert (kept["note"], kept[field]) == ("我写的说明", value)
    assert relief().cap_fen == 1_500_000
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_what_comes_next_is_entered_before_the_old_term_ends(editor: FlaskClient) -> None:
    form = form_of(editor.get(f"{TERM}?follow=1").text)
    assert (form["valid_from"], form["valid_to"]) == ("2028-01-01", "")
    assert (form["document"], form["address"]) == ("", "")
    new = {"document": "公告2027年第1号", "rate": "0.25", "valid_to": "2028-12-31", "follow": "1"}
    new["address"] = "https://www.gov.cn/1.htm"
    assert editor.post(TERM, data=form | new).status_code == 303
    assert relief(date(2028, 3, 1)).rule.document == "公告2027年第1号"
    assert relief().rule.document == "财政部 税务总局 工业和信息化部公告2023年第10号"
    assert "公告2027年第1号" in editor.get(f"/console/rules/{RELIEF}-2028").text


def test_a_rule_names_the_pages_that_use_it(editor: FlaskClient) -> None:
    page = Draft("p", "怎么减", f"减 {{rule:{RELIEF}.rate}}。", "车知", is_markdown=True)
    knowledge.ingest(collection="pages", drafts=[page])
    assert "怎么减" in editor.get(f"/console/rules/{RELIEF}").text
    assert "怎么减" not in editor.get("/console/rules/vat").text


def test_a_correction_without_its_line_in_the_log_does_not_happen(editor: FlaskClient) -> None:
    class DiskFull(Exception):
        """What stops the line from being written."""

    def fail(*_: object) -> None:
        raise DiskFull

    sent = form_of(editor.get(TERM).text) | {"cap_fen": "12000"}
    event.listen(AuditEntry, "before_insert", fail)
    try:
        assert editor.post(TERM, data=sent).status_code == 500
    finally:
        event.remove(AuditEntry, "before_insert", fail)
    assert relief().cap_fen == 1_500_000
    assert db.session.scalars(select(TermRow)).all() == []


def test_the_log_tells_the_values_before_and_after(editor: FlaskClient, app: Flask) -> None:
    sent = form_of(editor.get(TERM).text) | {"cap_fen": "12000"}
    editor.post(TERM, data=sent)
    line = db.session.scalars(select(AuditEntry)).one()
    assert json.loads(line.before or "")["cap_fen"] == "1500000"
    own = account("o-admin")
    own.role = "admin"
    db.session.commit()
    assert "改规则" in signed_in(app, own).get("/console/audit").text
