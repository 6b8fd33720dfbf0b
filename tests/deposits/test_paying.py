"""One payment open at a time: closed before another one, and asked for where it is silent."""

from __future__ import annotations

import pytest

from tests.deposits.conftest import FEN, Desk
from webapp.deposits import queries, service
from webapp.deposits.errors import ChannelAway, NotPayable
from webapp.deposits.models import PaymentAttempt
from webapp.extensions import db


def numbers(desk: Desk) -> list[str]:
    return list(db.session.scalars(db.select(PaymentAttempt.number)))


def test_paying_twice_goes_on_with_the_same_payment(desk: Desk) -> None:
    deposit = desk.open()
    first = desk.start(deposit)
    assert desk.start(deposit).number == first.number
    assert desk.wechatpay.calls == ["create"]
    assert first.action is not None
    assert first.action.value == f"weixin://{first.number}"


def test_another_channel_closes_the_first_before_it_opens_its_own(desk: Desk) -> None:
    deposit = desk.open()
    first = desk.start(deposit)
    second = desk.start(deposit, "alipay")
    assert desk.wechatpay.calls == ["create", "query", "close"]
    assert desk.wechatpay.trades[first.number].state == "closed"
    assert [one.state for one in queries.attempts(deposit.id)] == ["closed", "open"]
    assert first.number != second.number


def test_where_the_first_cannot_be_closed_nothing_else_is_opened(desk: Desk) -> None:
    deposit = desk.open()
    desk.start(deposit)
    desk.wechatpay.away("close")
    with pytest.raises(ChannelAway):
        desk.start(deposit, "alipay")
    assert desk.alipay.calls == []
    assert desk.start(deposit, "alipay").state == "open"


def test_a_payment_that_arrives_while_the_channel_is_changed_counts(desk: Desk) -> None:
    deposit = desk.open()
    desk.wechatpay.pay(desk.start(deposit).number)
    with pytest.raises(NotPayable):
        desk.start(deposit, "alipay")
    assert desk.state(deposit) == "held"
    assert desk.alipay.calls == []


def test_an_answer_that_was_lost_is_asked_for_under_the_same_number(desk: Desk) -> None:
    desk.wechatpay.away("create")
    desk.wechatpay.late.add("create")
    deposit = desk.open()
    desk.start(deposit)
    assert desk.wechatpay.calls == ["create", "create"]
    assert len(desk.wechatpay.trades) == 1


def test_a_channel_that_does_not_answer_leaves_nothing_that_may_be_paid(desk: Desk) -> None:
    deposit = desk.open()
    desk.wechatpay.away("create", times=2)
    with pytest.raises(ChannelAway):
        desk.start(deposit)
    desk.tend()
    assert [one.state for one in queries.attempts(deposit.id)] == ["closed"]
    assert desk.start(deposit).state == "open"


def test_a_number_that_is_used_up_is_followed_by_another(desk: Desk) -> None:
    deposit = desk.open()
    desk.wechatpay.refuses("create", "OUT_TRADE_NO_USED", "used")
    assert desk.start(deposit).state == "open"
    assert [one.state for one in queries.attempts(deposit.id)] == ["closed", "open"]


def test_settings_that_the_channel_refuses_are_an_incident(desk: Desk) -> None:
    deposit = desk.open()
    desk.wechatpay.refuses("create", "NO_AUTH", "settings")
    with pytest.raises(ChannelAway):
        desk.start(deposit)
    assert desk.incidents() == ["settings"]
    assert desk.start(deposit, "alipay").state == "open"


def test_whoever_was_killed_while_opening_is_followed_under_the_same_number(desk: Desk) -> None:
    deposit = desk.open()
    desk.wechatpay.faults["create"] = [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        desk.start(deposit)
    assert desk.start(deposit).action is None, "it may still be under way"
    desk.clock.forward(seconds=31)
    assert desk.start(deposit).action is not None
    assert len(numbers(desk)) == 1


@pytest.mark.parametrize("state", ["held", "returning", "cancelled"])
def test_what_needs_no_payment_opens_none(desk: Desk, state: str) -> None:
    deposit = desk.paid() if state != "cancelled" else desk.open()
    if state == "returning":
        service.ask_refund(deposit_id=deposit.id, now=desk.now)
    if state == "cancelled":
        service.cancel(deposit_id=deposit.id, now=desk.now)
    before = len(numbers(desk))
    with pytest.raises(NotPayable):
        desk.start(deposit)
    assert len(numbers(desk)) == before


def test_in_the_last_two_minutes_no_payment_is_opened(desk: Desk) -> None:
    deposit = desk.open()
    desk.clock.forward(minutes=28, seconds=1)
    with pytest.raises(NotPayable):
        desk.start(deposit)


def test_a_browser_that_comes_back_has_the_channel_asked_but_not_each_time(desk: Desk) -> None:
    deposit = desk.open()
    attempt = desk.start(deposit)
    for _ in range(5):
        service.ask_channel(deposit_id=deposit.id, now=desk.now)
    assert desk.wechatpay.calls.count("query") == 1
    desk.wechatpay.pay(attempt.number)
    desk.clock.forward(seconds=5)
    service.ask_channel(deposit_id=deposit.id, now=desk.now)
    assert desk.state(deposit) == "held"


def test_a_silent_payment_is_found_by_the_first_query(desk: Desk) -> None:
    deposit = desk.open()
    desk.wechatpay.pay(desk.start(deposit).number)
    desk.tend(seconds=59)
    assert desk.state(deposit) == "unpaid"
    desk.tend(seconds=1)
    assert desk.state(deposit) == "held"


def test_the_channel_is_asked_at_growing_distances(desk: Desk) -> None:
    desk.start(desk.open())
    asked = []
    for minute in range(1, 30):
        before = desk.wechatpay.calls.count("query")
        desk.tend(minutes=1)
        if desk.wechatpay.calls.count("query") > before:
            asked.append(minute)
    assert asked == [1, 2, 5, 10]


def test_an_unpaid_deposit_expires_with_its_payment_closed(desk: Desk) -> None:
    deposit = desk.open()
    attempt = desk.start(deposit)
    desk.tend(minutes=30)
    assert desk.state(deposit) == "expired"
    assert desk.wechatpay.trades[attempt.number].state == "closed"
    desk.tend(minutes=1)
    calls = len(desk.wechatpay.calls)
    desk.tend(days=1)
    assert len(desk.wechatpay.calls) == calls, "nothing is left to be asked"


def test_a_payment_under_way_when_it_was_closed_is_found_without_a_notice(desk: Desk) -> None:
    deposit = desk.open()
    first = desk.start(deposit)
    desk.start(deposit, "alipay")
    desk.wechatpay.pay(first.number)
    desk.tend(minutes=31)
    desk.tend()
    assert desk.state(deposit) == "returned"
    assert desk.wechatpay.returned(first.number) == FEN


def test_a_payment_of_the_last_second_counts(desk: Desk) -> None:
    deposit = desk.open()
    attempt = desk.start(deposit)
    desk.clock.forward(minutes=29, seconds=59)
    desk.wechatpay.pay(attempt.number)
    desk.tend(seconds=1)
    assert desk.state(deposit) == "held"


def test_while_the_channel_is_away_a_deposit_waits_an_hour_and_later_money_goes_back(
    desk: Desk,
) -> None:
    deposit = desk.open()
    attempt = desk.start(deposit)
    desk.wechatpay.away("query", times=99)
    desk.tend(minutes=30)
    assert desk.state(deposit) == "unpaid"
    desk.wechatpay.pay(attempt.number)
    desk.tend(minutes=60)
    assert desk.state(deposit) == "expired"
    assert desk.incidents() == ["uncertain"]
    desk.wechatpay.faults.clear()
    desk.tend(minutes=1)
    desk.tend(minutes=1)
    assert desk.state(deposit) == "returned"
    assert desk.wechatpay.returned(attempt.number) == FEN


def test_a_trade_that_was_not_begun_is_asked_for_once_more_when_it_ran_out(desk: Desk) -> None:
    deposit = desk.open()
    first = desk.start(deposit)
    trade = desk.wechatpay.trades.pop(first.number)  # as at Alipay, before the payer begins
    desk.start(deposit, "alipay")
    desk.wechatpay.trades[first.number] = trade
    desk.wechatpay.pay(first.number)
    desk.clock.forward(minutes=31)
    desk.tend()
    desk.tend()
    assert desk.wechatpay.returned(first.number) + queries.money(deposit.id).held == FEN
