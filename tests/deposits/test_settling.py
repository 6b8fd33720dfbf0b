"""Money counts once, whoever tells of it and however often; what does not fit goes back."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from tests.deposits.conftest import FEN, Desk
from webapp.backends.payments.port import Payment
from webapp.deposits import queries, service
from webapp.deposits.service.locking import lock
from webapp.extensions import db
from webapp.notices.models import Notice
from webapp.transactions import transaction


def test_a_paid_deposit_is_held_and_knows_when_it_goes_back(desk: Desk) -> None:
    deposit = desk.paid()
    assert desk.state(deposit) == "held"
    assert deposit.returns_at is not None
    assert (deposit.returns_at - desk.now).days == 7
    assert queries.money(deposit.id) == queries.Money(FEN, 0, 0)
    assert desk.events(deposit) == ["opened", "paying", "held"]


def test_the_same_payment_told_again_changes_nothing(desk: Desk) -> None:
    deposit = desk.paid()
    attempt = desk.attempt(deposit)
    assert [desk.settle(attempt) for _ in range(3)] == ["again"] * 3
    assert queries.money(deposit.id).received == FEN
    assert desk.events(deposit).count("held") == 1


def test_another_amount_is_an_incident_and_not_money(desk: Desk) -> None:
    deposit = desk.open()
    attempt = desk.start(deposit)
    desk.wechatpay.pay(attempt.number, fen=1)
    assert desk.settle(attempt) == "amount"
    assert desk.settle(attempt) == "amount"
    assert desk.state(deposit) == "unpaid"
    assert desk.incidents() == ["amount"]


def test_a_number_of_another_channel_is_not_ours(desk: Desk) -> None:
    deposit = desk.open()
    attempt = desk.start(deposit, "alipay")
    told = Payment("paid", attempt.number, "T-1", FEN, desk.now)
    assert service.settle(channel="wechatpay", payment=told, now=desk.now) == "unknown"
    assert desk.state(deposit) == "unpaid"
    assert desk.incidents() == ["unknown"]


def test_a_second_trade_under_one_number_is_an_incident(desk: Desk) -> None:
    deposit = desk.paid()
    attempt = desk.attempt(deposit)
    told = Payment("paid", attempt.number, "T-other", FEN, desk.now)
    assert service.settle(channel="wechatpay", payment=told, now=desk.now) == "twice"
    assert desk.incidents() == ["twice"]
    assert queries.money(deposit.id).received == FEN


@pytest.mark.parametrize("state", ["waiting", "absent"])
def test_what_is_not_paid_leaves_the_attempt_open(desk: Desk, state: str) -> None:
    attempt = desk.start(desk.open())
    told = Payment(state, attempt.number)  # type: ignore[arg-type]
    assert service.settle(channel="wechatpay", payment=told, now=desk.now) == "waiting"
    assert desk.attempt(attempt.deposit).state == "open"


def test_money_for_a_deposit_that_was_given_up_goes_back(desk: Desk) -> None:
    deposit = desk.open()
    attempt = desk.start(deposit)
    service.cancel(deposit_id=deposit.id, now=desk.now)
    desk.wechatpay.pay(attempt.number)
    assert desk.settle(attempt) == "late"
    assert desk.state(deposit) == "returning"
    desk.tend()
    assert desk.state(deposit) == "returned"
    assert desk.wechatpay.returned(attempt.number) == FEN
    assert desk.events(deposit)[-3:] == ["late", "returning", "returned"]


def test_a_second_payment_of_a_held_deposit_goes_back_and_the_first_stays(desk: Desk) -> None:
    deposit = desk.open()
    first = desk.start(deposit)
    second = desk.start(deposit, "alipay")
    desk.alipay.pay(second.number)
    desk.settle(second)
    desk.wechatpay.trades[first.number].state = "waiting"  # it was under way when it was closed
    desk.wechatpay.pay(first.number)
    assert desk.settle(first) == "late"
    desk.tend()
    assert desk.state(deposit) == "held"
    assert desk.wechatpay.returned(first.number) == FEN
    assert queries.money(deposit.id).held == FEN


def test_money_that_returns_twice_late_ends_returned_each_time(desk: Desk) -> None:
    deposit = desk.open()
    first = desk.start(deposit)
    second = desk.start(deposit, "alipay")
    service.cancel(deposit_id=deposit.id, now=desk.now)
    for channel, attempt in ((desk.wechatpay, first), (desk.alipay, second)):
        channel.pay(attempt.number)
        assert desk.settle(attempt) == "late"
        desk.tend()
        assert desk.state(deposit) == "returned"
    assert queries.money(deposit.id) == queries.Money(2 * FEN, 2 * FEN, 0)


def test_whoever_decides_about_a_deposit_waits_for_who_does(app: Flask, desk: Desk) -> None:
    deposit, now = desk.open(), desk.now
    deposit_id, is_waiting, is_done = deposit.id, threading.Event(), threading.Event()

    def decide() -> None:
        with app.app_context():
            with transaction():
                is_waiting.set()
                lock(deposit_id, now)
                is_done.set()
            db.session.remove()

    other = threading.Thread(target=decide)
    with transaction():
        lock(deposit_id, now)
        other.start()
        assert is_waiting.wait(60)
        assert not is_done.wait(0.3)
    other.join()
    assert is_done.is_set()


def test_the_owner_is_told_what_became_of_the_money(desk: Desk) -> None:
    deposit = desk.paid()
    (notice,) = db.session.scalars(db.select(Notice))
    assert (notice.account_id, notice.address) == (
        deposit.account_id,
        f"/deposits/{deposit.number}",
    )
    assert notice.title == "付款成功，已为你保留：示例车 到店看车"
    service.ask_refund(deposit_id=deposit.id, now=desk.now)
    desk.tend()
    db.session.expire_all()
    assert notice.title == "钱已原路退回：示例车 到店看车"
