"""A day's bill and what we hold of it: every line is judged, and what is missing is named."""

from __future__ import annotations

import pytest

from tests.deposits.conftest import FEN, Desk
from webapp.backends.payments.port import BillLine as Told
from webapp.deposits import queries, service
from webapp.deposits.models import BillDay, BillLine
from webapp.deposits.service.bills import compare
from webapp.extensions import db

DAY = "2026-11-25"


def bill(desk: Desk, *lines: Told) -> BillDay:
    desk.wechatpay.lines = list(lines)
    return compare(channel=desk.wechatpay, day=DAY, now=desk.now)


def line(attempt: object, fen: int = FEN, refund: str = "") -> Told:
    number = getattr(attempt, "number", attempt)
    return Told(str(number), "T-1", fen, refund)


def verdicts() -> list[tuple[str, str]]:
    return [(found.number, found.verdict) for found in queries.bill_differences("wechatpay", DAY)]


def test_a_bill_that_says_the_same_has_no_differences(desk: Desk) -> None:
    deposit = desk.paid()
    service.ask_refund(deposit_id=deposit.id, now=desk.now)
    desk.tend()
    (refund,) = desk.refunds(deposit)
    number = desk.attempt(deposit).number
    found = bill(desk, line(number), line(number, -FEN, refund.number))
    assert (found.lines, found.bill_fen, found.own_fen, found.differences) == (2, 0, 0, 0)
    assert desk.incidents() == []


def test_exactly_what_differs_is_named(desk: Desk) -> None:
    same, amount, missing = (desk.attempt(desk.paid()) for _ in range(3))
    unpaid = desk.start(desk.open())
    desk.wechatpay.pay(unpaid.number)
    found = bill(desk, line(same), line(amount, FEN + 1), line(unpaid), line("P-elsewhere", 5))
    assert found.differences == 4
    assert set(verdicts()) == {
        (amount.number, "amount"),
        (unpaid.number, "unpaid"),
        ("P-elsewhere", "unknown"),
        (missing.number, "missing"),
    }
    assert found.bill_fen == 3 * FEN + 1 + 5
    assert found.own_fen == 3 * FEN
    assert desk.incidents() == ["bill"]


def test_a_payment_that_only_the_bill_knows_is_asked_for_and_found(desk: Desk) -> None:
    deposit = desk.open()
    attempt = desk.start(deposit)
    desk.tend(minutes=31)
    assert desk.state(deposit) == "expired"
    desk.wechatpay.pay(attempt.number)
    bill(desk, line(attempt))
    desk.tend()
    desk.tend()
    assert desk.state(deposit) == "returned"


def test_what_came_just_before_midnight_may_stand_in_the_next_bill(desk: Desk) -> None:
    desk.clock.set(f"{DAY} 23:55")
    late = desk.attempt(desk.paid())
    assert bill(desk).differences == 0
    desk.wechatpay.lines = [line(late)]
    assert compare(channel=desk.wechatpay, day="2026-11-26", now=desk.now).differences == 0
    desk.wechatpay.lines = []
    assert compare(channel=desk.wechatpay, day="2026-11-26", now=desk.now).differences == 1


def test_comparing_again_replaces_what_was_found(desk: Desk) -> None:
    attempt = desk.attempt(desk.paid())
    assert bill(desk).differences == 1
    assert bill(desk, line(attempt)).differences == 0
    assert db.session.query(BillLine).count() == 1


@pytest.mark.parametrize(("at", "newest"), [("09:59", "2026-11-23"), ("10:00", "2026-11-24")])
def test_the_days_that_are_ready_are_compared_once(desk: Desk, at: str, newest: str) -> None:
    desk.clock.set(f"{DAY} {at}")
    done = service.compare_due(now=desk.now)
    assert queries.bill_days()[0].day == newest
    assert done == len(queries.bill_days())
    assert service.compare_due(now=desk.now) == 0


def test_a_bill_that_cannot_be_had_is_tried_again_and_told_of(desk: Desk) -> None:
    desk.wechatpay.away("bill", times=7)
    assert service.compare_due(now=desk.now) == 7
    assert set(desk.incidents()) == {"bill"}
    assert service.compare_due(now=desk.now) == 7
