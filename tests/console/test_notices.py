"""Messages that were given up: staff see them without whose they are, and send them again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.people import NOON, account, signed_in
from webapp.accounts.models import Account
from webapp.audit import AuditEntry
from webapp.extensions import db
from webapp.notices.models import Notice, NoticeDelivery
from webapp.transactions import transaction


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    person = account("o-operator")
    with transaction():
        db.session.merge(person).role = "operator"
    return signed_in(app, person)


@pytest.fixture
def person(app: Flask) -> Account:
    """Somebody with two mails that were given up, one of a notice that has a newer one waiting."""
    person = account()
    common = {"account_id": person.id, "purpose": "notice", "channel": "mail", "made_at": NOON}
    with transaction():
        for n, states in enumerate((("given_up",), ("given_up", "waiting")), start=1):
            told = {"kind": "video", "title": "秘密的标题", "body": "", "address": "/", "times": 1}
            db.session.add(Notice(id=n, account_id=person.id, subject=str(n), told_at=NOON, **told))
            db.session.flush()
            for state in states:
                ended = {"reason": "expired", "ended_at": NOON + timedelta(days=7), "tries": 9}
                row = common | {"notice_id": n, "state": state, "due_at": NOON}
                more = ended if state == "given_up" else {}
                db.session.add(NoticeDelivery(**row, **more))
    return person


def test_staff_see_why_messages_were_given_up_and_not_whose_they_are(
    operator: FlaskClient, person: Account
) -> None:
    page = operator.get("/console/notices").text
    assert page.count("7 天没有发出去") == 3
    assert "等着发" in page
    assert person.nickname not in page.split("<main")[1]
    assert "秘密的标题" not in page


def test_what_was_given_up_is_sent_again_once_unless_a_newer_one_waits(
    operator: FlaskClient, person: Account
) -> None:
    answer = operator.post("/console/notices/mail/again", follow_redirects=True)
    assert "1 条会在一分钟内再发一次" in answer.text
    db.session.expire_all()
    rows = db.session.query(NoticeDelivery).order_by(NoticeDelivery.id)
    assert [(row.state, row.tries) for row in rows] == [
        ("waiting", 0),
        ("given_up", 9),
        ("waiting", 0),
    ]
    (line,) = db.session.query(AuditEntry)
    assert (line.action, line.subject) == ("send notices again", "channel mail")
    assert "0 条" in operator.post("/console/notices/mail/again", follow_redirects=True).text


def test_a_channel_that_is_none_is_not_found(operator: FlaskClient) -> None:
    assert operator.post("/console/notices/pigeon/again").status_code == 404
