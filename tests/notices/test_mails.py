"""Mails to a real server: what is in them, what becomes of those that are not taken."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask

from tests.accounts.people import NOON
from tests.notices.conftest import ADDRESS, deliveries, settle
from tests.notices.post import Post, free_port, text_of
from webapp.accounts.models import Account
from webapp.extensions import db
from webapp.notices import service
from webapp.notices.models import Notice, NoticeDelivery
from webapp.transactions import transaction

Tell = Callable[..., bool]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def test_a_mail_says_it_in_both_forms_and_can_be_unsubscribed_by_one_click(
    tell: Tell, reader: Account, post: Post
) -> None:
    tell(title="《银河》回答了你", body="<b>冬天</b>续航")
    assert service.send_due(now=NOON) == 1
    (mail,) = post.mails
    assert mail["To"] == ADDRESS
    assert mail["From"] == "车知 <notices@cars.example.com>"
    assert mail["Subject"] == "《银河》回答了你 · 车知"
    number = db.session.query(Notice.id).scalar()
    for form in ("plain", "html"):
        assert f"http://127.0.0.1:8000/notices/{number}" in text_of(mail, form)
    assert "<b>冬天</b>续航" in text_of(mail)
    assert "&lt;b&gt;冬天&lt;/b&gt;续航" in text_of(mail, "html")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = mail["List-Unsubscribe"].strip("<>")
    assert leave.startswith("http://127.0.0.1:8000/notices/unsubscribe/")
    assert leave in text_of(mail)
    assert deliveries() == [("mail", "sent", "")]


def test_a_mail_is_sent_once_however_often_it_is_asked_for(
    tell: Tell, reader: Account, post: Post
) -> None:
    tell()
    number = db.session.query(NoticeDelivery.id).scalar()
    assert service.send(delivery_id=number, now=NOON)
    assert not service.send(delivery_id=number, now=NOON)
    assert service.send_due(now=NOON + DAY) == 0
    assert len(post.mails) == 1


def test_events_while_one_waits_make_one_mail_that_says_the_last(
    tell: Tell, reader: Account, post: Post
) -> None:
    tell("1", title="一个回答")
    tell("2", title="两个回答")
    service.send_due(now=NOON)
    assert [mail["Subject"] for mail in post.mails] == ["两个回答 · 车知"]


def test_what_was_rolled_back_is_not_mailed(tell: Tell, reader: Account, post: Post) -> None:
    with suppress(LookupError), transaction():
        assert tell()
        raise LookupError
    service.send_due(now=NOON)
    assert post.mails == []


def test_an_outage_loses_nothing_and_costs_one_try_a_beat(
    app: Flask, tell: Tell, reader: Account, post: Post
) -> None:
    url = post.url
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    for n in range(3):
        tell(subject=f"question-{n}")
    assert service.send_due(now=NOON) == 1
    assert service.send_due(now=NOON + MINUTE / 2) == 0
    assert ("mail", "waiting", "away") in deliveries()
    app.config["SMTP_URL"] = url
    for n in range(1, 4):
        service.send_due(now=NOON + n * MINUTE)
    assert len(post.mails) == 3
    assert {state for _, state, _ in deliveries()} == {"sent"}


def test_after_a_week_a_message_is_given_up_and_staff_can_try_again(
    app: Flask, tell: Tell, reader: Account, post: Post
) -> None:
    url, app.config["SMTP_URL"] = post.url, f"smtp://127.0.0.1:{free_port()}"
    tell()
    service.send_due(now=NOON)
    service.send_due(now=NOON + 6 * DAY)
    assert deliveries() == [("mail", "waiting", "away")]
    service.send_due(now=NOON + 7 * DAY)
    assert deliveries() == [("mail", "given_up", "expired")]
    app.config["SMTP_URL"] = url
    later = NOON + 8 * DAY
    number = db.session.query(NoticeDelivery.id).scalar()
    with transaction():
        assert service.try_again(delivery_id=number, now=later)
    service.send_due(now=later)
    assert len(post.mails) == 1


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_server_that_is_busy_gets_it_later_and_others_meanwhile(
    tell: Tell, reader: Account, post: Post, stage: str
) -> None:
    post.answers[stage] = "451 greylisted, xiaowang"
    tell(subject="a")
    tell(subject="b")
    assert service.send_due(now=NOON) == 2
    assert deliveries() == [("mail", "waiting", "busy")] * 2
    post.answers.clear()
    assert service.send_due(now=NOON + MINUTE) == 2
    assert len(post.mails) == 2


@pytest.mark.parametrize(("stage", "reason"), [("RCPT", "address"), ("DATA", "content")])
def test_what_a_server_refuses_for_good_is_given_up_at_once(
    tell: Tell, reader: Account, post: Post, stage: str, reason: str
) -> None:
    post.answers[stage] = "550 no such mailbox"
    tell()
    service.send_due(now=NOON)
    assert deliveries() == [("mail", "given_up", reason)]


def test_a_worker_that_dies_leaves_the_message_to_the_next_one(
    tell: Tell, reader: Account, post: Post
) -> None:
    tell()
    with transaction():
        db.session.query(NoticeDelivery).update(
            {"state": "sending", "tries": 1, "lease_until": NOON + MINUTE}
        )
    assert service.send_due(now=NOON) == 0
    assert service.send_due(now=NOON + MINUTE) == 1
    assert len(post.mails) == 1


def test_what_was_read_meanwhile_is_not_mailed(tell: Tell, reader: Account, post: Post) -> None:
    tell()
    service.read(notice=db.session.query(Notice).one(), now=NOON)
    service.send_due(now=NOON)
    assert (post.mails, deliveries()) == ([], [("mail", "skipped", "read")])


@pytest.mark.parametrize("columns", [{"mail": None}, {"mails": False}])
def test_without_an_address_or_with_mails_off_nothing_is_made(
    tell: Tell, reader: Account, columns: dict[str, object]
) -> None:
    settle(reader, **columns)
    assert tell()
    assert deliveries() == []


def test_nothing_goes_to_a_suspended_account(tell: Tell, reader: Account, post: Post) -> None:
    tell()
    with transaction():
        db.session.query(Account).update({"state": "suspended"})
    service.send_due(now=NOON)
    assert (post.mails, deliveries()) == ([], [("mail", "skipped", "off")])


def test_no_line_of_the_log_holds_an_address_or_what_a_server_said(
    tell: Tell, reader: Account, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.answers["RCPT"] = f"451 {ADDRESS} greylisted"
    tell(title="小李问起银河")
    service.send_due(now=NOON)
    post.answers.clear()
    service.send_due(now=NOON + MINUTE)
    own = "".join(record.getMessage() for record in caplog.records if record.name != "mail.log")
    assert "message ended" in own
    assert [word for word in (ADDRESS, "小李", "greylisted", "unsubscribe") if word in own] == []
