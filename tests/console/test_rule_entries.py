"""Staff enter rules that were not there, and newer prices of petrol and power."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.people import account, signed_in
from tests.clocks import StoppedClock
from webapp import rules
from webapp.audit import AuditEntry
from webapp.extensions import db

DAY = date(2026, 11, 30)
RULE = {
    "code": "battery-swap-2026",
    "title": "换电补贴",
    "kind": "subsidy",
    "jurisdiction": "CN-46",
    "basis": "application",
    "form": "amount",
    "amount_fen": "3000",
    "valid_from": "2026-07-01",
    "valid_to": "2026-12-31",
    "document": "琼府〔2026〕1 号",
    "address": "https://www.hainan.gov.cn/a",
    "authority": "海南省人民政府",
    "verified_on": "2026-11-30",
    "verified_by": "编辑甲",
    "energy": "BEV",
}
PRICE = {
    "item": "petrol-92",
    "region": "CN-11",
    "value": "7.85",
    "valid_from": "2026-11-01",
    "source": "北京市发展改革委",
    "address": "https://fgw.beijing.gov.cn/a",
    "captured": "2026-11-30",
}


@pytest.fixture
def editor(app: Flask, clock: StoppedClock) -> FlaskClient:
    clock.set("2026-11-30 12:00")
    own = account("o-editor")
    own.role = "editor"
    db.session.commit()
    return signed_in(app, own)


def test_a_new_rule_holds_from_its_first_day_for_the_cars_it_names(editor: FlaskClient) -> None:
    saved = editor.post("/console/new-rule", data=RULE, follow_redirects=True)
    assert "已保存" in saved.text
    assert "换电补贴" in saved.text
    found = rules.at("battery-swap-2026", DAY, "application", rules.Vehicle("BEV"))
    assert isinstance(found, rules.Term)
    assert found.amount_fen == 300_000
    other = rules.at("battery-swap-2026", DAY, "application", rules.Vehicle("ICE"))
    assert isinstance(other, rules.Unknown)
    subjects = db.session.scalars(select(AuditEntry.subject).order_by(AuditEntry.id)).all()
    assert subjects[-2:] == ["rule battery-swap-2026", "term battery-swap-2026/2026-07-01"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "vat"}, "已经有了"),
        ({"code": "换电"}, "小写英文"),
        ({"amount_fen": ""}, "请填写这一栏"),
        ({"address": "http://example.org"}, "https://"),
        ({"document": ""}, "改规则要有依据"),
        ({"valid_to": "2026-06-01"}, "早于"),
        ({"kind": "weather"}, "只能是"),
        ({"verified_on": "2026-12-01"}, "不能晚于今天"),
    ],
)
def test_a_rule_that_cannot_stand_is_refused_and_nothing_typed_is_lost(
    editor: FlaskClient, change: dict[str, str], said: str
) -> None:
    answer = editor.post("/console/new-rule", data=RULE | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="换电补贴"' in answer.text
    assert isinstance(rules.at("battery-swap-2026", DAY), rules.Unknown)


def test_a_newer_price_ends_the_one_before_it(editor: FlaskClient) -> None:
    assert "还没有登记" in editor.get("/console/prices").text
    editor.post("/console/prices", data=PRICE)
    later = PRICE | {"value": "7.6", "valid_from": "2026-11-20"}
    saved = editor.post("/console/prices", data=later, follow_redirects=True)
    assert "已保存" in saved.text
    values = {}
    for day in (date(2026, 11, 19), date(2026, 11, 20)):
        found = rules.observed("petrol-92", "CN-11", day)
        assert isinstance(found, rules.Observation)
        values[day.day] = found.value
    assert values == {19: Decimal("7.85"), 20: Decimal("7.6")}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "七块五"}, "不是数字"),
        ({"value": ""}, "请填写这一栏"),
        ({"item": "milk"}, "请从列表里选一项"),
        ({"region": "US"}, "地区"),
        ({"captured": "2027-01-01"}, "不能晚于今天"),
        ({"source": ""}, "要有依据"),
    ],
)
def test_a_price_that_cannot_be_read_is_refused_at_its_field(
    editor: FlaskClient, change: dict[str, str], said: str
) -> None:
    answer = editor.post("/console/prices", data=PRICE | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert isinstance(rules.observed("petrol-92", "CN-11", DAY), rules.Unknown)
