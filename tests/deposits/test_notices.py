"""What arrives at the addresses for notices: kept raw, acted on once, answered as is asked."""

from __future__ import annotations

import json
import threading
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.exc import DatabaseError, OperationalError
from werkzeug.test import TestResponse

from tests.backends.payments import given
from tests.deposits.conftest import FEN, Desk
from webapp.backends.payments.port import Action, Order, Scene
from webapp.deposits import queries, service
from webapp.deposits.models import PaymentNotice
from webapp.extensions import db

DONE = {"wechatpay": (204, b""), "alipay": (200, b"success")}


class Post:
    """Sends notices as the channels do."""

    def __init__(self, app: Flask, desk: Desk) -> None:
        self.app, self.desk = app, desk

    def __call__(self, channel: str = "wechatpay", **told: Any) -> TestResponse:
        headers, body = self.desk.channel(channel).notice(**told)
        return self.raw(channel, headers, body)

    def raw(self, channel: str, headers: dict[str, str], body: bytes) -> TestResponse:
        address = f"/deposits/notices/{channel}"
        return self.app.test_client().post(address, headers=headers, data=body)


@pytest.fixture
def post(app: Flask, desk: Desk) -> Post:
    return Post(app, desk)


def kept() -> list[PaymentNotice]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(PaymentNotice).order_by(PaymentNotice.id)))


def paid(desk: Desk, channel: Any = "wechatpay") -> Any:
    """A payment that nobody has told of."""
    attempt = desk.start(desk.open(), channel)
    desk.channel(channel).pay(attempt.number)
    return attempt


@pytest.mark.parametrize("channel", ["wechatpay", "alipay"])
def test_a_notice_settles_and_is_answered_as_the_channel_asks(
    desk: Desk, post: Post, channel: str
) -> None:
    attempt = paid(desk, channel)
    answer = post(channel, number=attempt.number)
    assert (answer.status_code, answer.data) == DONE[channel]
    assert desk.state(attempt.deposit) == "held"
    (notice,) = kept()
    assert (notice.verdict, notice.effect, notice.number) == ("good", "settled", attempt.number)
    assert json.loads(notice.body)["number"] == attempt.number


@pytest.mark.parametrize("channel", ["wechatpay", "alipay"])
def test_the_same_event_again_is_answered_and_does_nothing(
    desk: Desk, post: Post, channel: str
) -> None:
    attempt = paid(desk, channel)
    answers = [post(channel, number=attempt.number, event="EV-1") for _ in range(3)]
    assert [(answer.status_code, answer.data) for answer in answers] == [DONE[channel]] * 3
    assert len(kept()) == 1
    assert desk.events(attempt.deposit).count("held") == 1


def test_an_event_that_was_acted_on_is_not_acted_on_again(
    desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = paid(desk)
    post(number=attempt.number, event="EV-1")

    def never(**_: Any) -> None:
        raise AssertionError("acted on again")

    monkeypatch.setattr("webapp.deposits.service.receiving.settle", never)
    assert post(number=attempt.number, event="EV-1").status_code == 204


def test_the_same_event_at_the_same_moment_counts_once(desk: Desk, post: Post) -> None:
    attempt = paid(desk)
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(post(number=attempt.number, event="EV-1").status_code)
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [204] * 4
    assert desk.events(attempt.deposit).count("held") == 1
    assert len(kept()) == 1


@pytest.mark.parametrize(("channel", "status"), [("wechatpay", 401), ("alipay", 400)])
def test_a_forged_notice_changes_nothing(desk: Desk, post: Post, channel: str, status: int) -> None:
    attempt = paid(desk, channel)
    _, body = desk.channel(channel).notice(number=attempt.number)
    for _ in range(2):
        answer = post.raw(channel, {"Wechatpay-Signature": "forged"}, body)
        assert answer.status_code == status
        assert answer.data != b"success"
    assert desk.state(attempt.deposit) == "unpaid"
    assert [notice.verdict for notice in kept()] == ["bad"], "the same one is kept once"


def test_a_flood_of_forged_notices_fills_no_disk(
    desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.deposits.service.receiving.MOST_BAD", 3)
    for number in range(6):
        post.raw("wechatpay", {}, b"%d" % number)
    assert len(kept()) == 3
    attempt = paid(desk)
    assert post(number=attempt.number).status_code == 204
    assert desk.state(attempt.deposit) == "held"


@pytest.mark.parametrize(
    ("told", "incident"),
    [
        ({"fen": 1}, "amount"),
        ({"foreign": "application"}, "foreign"),
        ({"foreign": "merchant"}, "foreign"),
    ],
)
def test_a_genuine_notice_that_does_not_fit_is_an_incident(
    desk: Desk, post: Post, told: dict[str, Any], incident: str
) -> None:
    attempt = paid(desk)
    assert post(number=attempt.number, **told).status_code == 204
    assert desk.state(attempt.deposit) == "unpaid"
    assert desk.incidents() == [incident]


def test_an_order_we_do_not_have_is_an_incident(desk: Desk, post: Post) -> None:
    assert post(number="P-elsewhere", fen=FEN).status_code == 204
    assert desk.incidents() == ["unknown"]


def test_an_event_we_do_not_know_is_kept_and_ignored(desk: Desk, post: Post) -> None:
    assert post().status_code == 204
    assert [notice.effect for notice in kept()] == ["nothing"]


def test_one_whose_handling_failed_is_handled_anew(
    desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = paid(desk)

    def fail(**_: Any) -> None:
        raise OperationalError("UPDATE", {}, Exception("locked"))

    with monkeypatch.context() as patch:
        patch.setattr("webapp.deposits.service.receiving.settle", fail)
        assert post(number=attempt.number, event="EV-1").status_code == 500
    assert [notice.handled_at for notice in kept()] == [None]
    assert post(number=attempt.number, event="EV-1").status_code == 204
    assert desk.state(attempt.deposit) == "held"
    assert len(kept()) == 1


def test_a_refund_is_told_of_too(desk: Desk, post: Post) -> None:
    desk.wechatpay.outcome = "processing"
    deposit = desk.paid()
    service.ask_refund(deposit_id=deposit.id, now=desk.now)
    desk.tend()
    (refund,) = desk.refunds(deposit)
    desk.wechatpay.end_refund(refund.attempt.number, refund.number, "done")
    assert post(number=refund.attempt.number, refund=refund.number).status_code == 204
    assert desk.state(deposit) == "returned"
    assert kept()[-1].effect == "again, refund done"


@pytest.mark.parametrize("channel", ["wechatpay", "alipay"])
def test_a_refund_that_is_told_of_before_its_payment_ends_as_if_in_order(
    desk: Desk, post: Post, channel: str
) -> None:
    attempt = paid(desk, channel)
    desk.tend(minutes=2)  # the query finds it
    desk.channel(channel).outcome = "processing"
    service.ask_refund(deposit_id=attempt.deposit_id, now=desk.now)
    desk.tend()
    (refund,) = desk.refunds(attempt.deposit)
    desk.channel(channel).end_refund(attempt.number, refund.number, "done")
    for told in ({"refund": refund.number}, {}):
        answer = post(channel, number=attempt.number, **told)
        assert (answer.status_code, answer.data) == DONE[channel]
    assert desk.state(attempt.deposit) == "returned"
    assert desk.events(attempt.deposit).count("held") == 1
    assert desk.incidents() == []


def test_a_notice_that_overtakes_the_answer_to_its_order_counts(
    desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = desk.wechatpay.create

    def paid_at_once(order: Order, scene: Scene) -> Action:
        action = create(order, scene)
        desk.wechatpay.pay(order.number)
        assert post(number=order.number).status_code == 204
        return action

    monkeypatch.setattr(desk.wechatpay, "create", paid_at_once)
    deposit = desk.open()
    desk.start(deposit)
    assert desk.state(deposit) == "held"
    assert desk.events(deposit).count("held") == 1
    assert desk.incidents() == []


GBK = "订金付款通知".encode("gbk")


@pytest.mark.parametrize(
    ("channel", "status", "body"),
    [
        ("wechatpay", 401, b'{"id": "EV-1", "summary": "' + GBK + b'"}'),
        ("alipay", 400, b"charset=GBK&sign_type=RSA2&sign=AAAA&subject=" + GBK),
        ("alipay", 400, b"charset=GBK&sign_type=RSA2&sign=AAAA&subject=" + quote(GBK).encode()),
    ],
    ids=["wechatpay", "alipay", "alipay-quoted"],
)
def test_a_notice_in_another_charset_is_refused_and_kept(
    app: Flask, post: Post, channel: str, status: int, body: bytes
) -> None:
    app.extensions["chezhi.payments"] = {"wechatpay": given.wechat(), "alipay": given.alipay()}
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=GBK"}
    stamps = {
        "Timestamp": str(int(given.NOW)),
        "Nonce": "n",
        "Signature": "AAAA",
        "Serial": "F" * 40,
    }
    headers |= {f"Wechatpay-{name}": text for name, text in stamps.items()}
    answer = post.raw(channel, headers, body)
    assert answer.status_code == status
    assert b"fail" in answer.data.lower()
    assert [notice.verdict for notice in kept()] == ["bad"]


@pytest.mark.parametrize(("channel", "end"), [("wechatpay", b"FAIL"), ("alipay", b"fail")])
def test_a_body_of_more_than_64_kibibytes_is_refused(
    desk: Desk, post: Post, channel: str, end: bytes
) -> None:
    answer = post.raw(channel, {"Wechatpay-Signature": "good"}, b"x" * (64 * 1024 + 1))
    assert answer.status_code == 413
    assert end in answer.data
    assert kept() == []


def test_a_notice_needs_no_login_and_follows_no_redirect(app: Flask, desk: Desk) -> None:
    client = app.test_client()
    assert client.get("/deposits/notices/wechatpay").status_code == 405
    assert client.post("/deposits/notices/unionpay").status_code == 404
    assert client.post("/deposits/notices/alipay").status_code == 400


def test_the_database_refuses_to_change_what_came(desk: Desk, post: Post) -> None:
    attempt = paid(desk)
    post(number=attempt.number)
    for statement in (
        db.update(PaymentNotice).values(body=b"other"),
        db.delete(PaymentNotice),
    ):
        with pytest.raises(DatabaseError, match="kept as they came"):
            db.session.execute(statement)
        db.session.rollback()
    assert queries.notices(attempt.deposit_id)
