"""What WeChat Pay sends and answers wrongly, over HTTP."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, cast

import pytest

from scripts.sandbox.wechatpay.wire import CERTIFICATE, KEY_ID
from tests.backends.payments.conftest import FEN, Bench
from webapp.backends.payments.port import Refused, Unknown

pytestmark = pytest.mark.parametrize("bench", ["wechatpay-both"], indirect=True)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("wrong-signature", "a wrong signature"),
        ("signtest", "a wrong signature"),
        ("old", "not of the last five minutes"),
        ("ahead", "not of the last five minutes"),
        ("unknown-serial", "an unknown key"),
        ("sm2", "another kind of signature"),
        ("byte", "a wrong signature"),
        ("reserialised", "a wrong signature"),
        ("tag", "it cannot be read: ValueError"),
        ("aad", "it cannot be read: ValueError"),
        ("other-key", "it cannot be read: ValueError"),
    ],
)
def test_a_notice_that_is_not_the_channels_own_is_refused_and_comes_again(
    bench: Bench, fault: str, reason: str
) -> None:
    order = bench.created()
    calls = len(bench.sandbox.log.entries())
    if fault == "ahead":  # however long the notice takes to arrive
        began = time.time()
        bench.receiver.channel = replace(cast(Any, bench.channel), clock=lambda: began)
    notice = bench.sandbox.pay(order.number, fault=fault)
    assert (bench.receiver.read, bench.receiver.refused) == ([], [reason])
    assert notice.attempts[0].status == 401
    assert notice.due is not None
    assert len(bench.sandbox.log.entries()) == calls  # nobody was asked for a key
    bench.sandbox.told(order.number, event=notice.event)
    assert bench.receiver.read[0].payment is not None


@pytest.mark.parametrize("fault", ["no-type", "aad-empty", "aad-missing", "coupon"])
def test_a_notice_that_is_only_unusual_is_read(bench: Bench, fault: str) -> None:
    order = bench.created()
    bench.sandbox.pay(order.number, fault=fault)
    [notice] = bench.receiver.read
    assert notice.payment is not None
    assert (notice.payment.state, notice.payment.fen, notice.foreign) == ("paid", FEN, "")


@pytest.mark.parametrize(
    ("fault", "foreign"),
    [("currency", "currency"), ("appid", "application"), ("mchid", "merchant")],
)
def test_a_notice_about_somebody_elses_money_says_so(
    bench: Bench, fault: str, foreign: str
) -> None:
    bench.sandbox.pay(bench.created().number, fault=fault)
    [notice] = bench.receiver.read
    assert notice.foreign == foreign


def test_a_notice_says_what_it_says_of_amount_state_number_and_kind(bench: Bench) -> None:
    order = bench.created()
    bench.sandbox.pay(order.number, fault="amount")
    for fault in ("not-success", "unknown-order", "unknown-event"):
        bench.sandbox.told(order.number, fault=fault)
    amount, state, number, kind = bench.receiver.read
    assert amount.payment is not None
    assert amount.payment.fen == 1
    assert state.payment is not None
    assert state.payment.state == "waiting"
    assert number.payment is not None
    assert number.payment.number == "nobodyknowsthisnumber"
    assert (kind.payment, kind.refund) == (None, None)


def test_the_same_event_signed_by_either_key_is_one_event(bench: Bench) -> None:
    order = bench.paid()
    event = bench.receiver.read[0].event
    for serial in (KEY_ID, CERTIFICATE):
        bench.sandbox.told(order.number, event=event, serial=serial)  # type: ignore[call-arg]
    assert [notice.event for notice in bench.receiver.read] == [event] * 3


def test_a_notice_that_is_not_taken_comes_sixteen_times(bench: Bench) -> None:
    order = bench.created()
    notice = bench.sandbox.pay(order.number, fault="wrong-signature")
    bench.sandbox.clock.advance(24 * 3600 + 240)
    assert len(notice.attempts) == 16
    waits = [round(b.at - a.at) for a, b in zip(notice.attempts, notice.attempts[1:], strict=False)]
    assert (waits[0], sum(waits)) == (15, 24 * 3600 + 240)
    assert notice.due is None


@pytest.mark.parametrize(
    "action",
    [
        {"reset_after_effect": True},
        {"refuse": [500, "SYSTEM_ERROR"], "late": True},
        {"sign": "wrong"},
        {"sign": "signtest"},
        {"skew": -301},
        {"serial": "0" * 40},
    ],
    ids=str,
)
def test_an_order_whose_answer_is_uncertain_is_created_again_with_its_number(
    bench: Bench, action: dict[str, Any]
) -> None:
    order = bench.order()
    bench.fault("create", action)
    with pytest.raises(Unknown):
        bench.channel.create(order, "desktop")
    assert list(bench.sandbox.orders) == [order.number]
    codes = {bench.channel.create(order, "desktop").value for _ in range(2)}
    assert len(codes) == len(bench.sandbox.orders) == 1


@pytest.mark.parametrize(
    ("status", "code", "cause"),
    [
        (403, "OUT_TRADE_NO_USED", "used"),
        (400, "ORDER_CLOSED", "closed"),
        (400, "ORDERPAID", "paid"),
        (400, "APPID_MCHID_NOT_MATCH", "settings"),
        (401, "SIGN_ERROR", "settings"),
        (403, "RULELIMIT", "settings"),
        (400, "PARAM_ERROR", "bug"),
        (500, "OPENID_MISMATCH", "bug"),
        (429, "RATELIMIT_EXCEEDED", "limits"),
        (403, "USER_ACCOUNT_ABNORMAL", "refused"),
    ],
)
def test_a_refusal_has_a_cause(bench: Bench, status: int, code: str, cause: str) -> None:
    bench.fault("create", {"refuse": [status, code]})
    with pytest.raises(Refused) as refused:
        bench.channel.create(bench.order(), "desktop")
    assert (refused.value.code, refused.value.cause) == (code, cause)


def test_changed_contents_under_the_same_number_are_refused(bench: Bench) -> None:
    order = bench.created()
    with pytest.raises(Refused) as refused:
        bench.channel.create(bench.order(number=order.number, fen=FEN + 1), "desktop")
    assert refused.value.cause == "used"


def test_an_empty_answer_to_closing_counts_only_with_its_signature(bench: Bench) -> None:
    order = bench.created()
    bench.fault("close", {"sign": "wrong"})
    with pytest.raises(Unknown):
        bench.channel.close(order.number)
    assert bench.channel.close(order.number).state == "closed"


def test_a_trade_error_while_refunding_is_uncertain(bench: Bench) -> None:
    order = bench.paid()
    bench.fault("refund", {"refuse": [403, "TRADE_ERROR"]})
    with pytest.raises(Unknown):
        bench.channel.refund(order.number, "R2026120100000001", 900, FEN, "不想买了")


def test_parts_of_one_payment_are_refused_within_a_minute_of_each_other(bench: Bench) -> None:
    order = bench.paid()
    first, second = "R2026120100000001", "R2026120100000002"
    bench.channel.refund(order.number, first, 900, FEN, "不想买了")
    bench.sandbox.clock.advance(59)
    with pytest.raises(Refused) as refused:
        bench.channel.refund(order.number, second, 900, FEN, "不想买了")
    assert refused.value.cause == "limits"
    bench.sandbox.clock.advance(1)
    bench.channel.refund(order.number, second, 900, FEN, "不想买了")
    assert len(bench.sandbox.orders[order.number].returns) == 2


@pytest.mark.parametrize(("outcome", "state"), [("ABNORMAL", "stuck"), ("CLOSED", "closed")])
def test_a_refund_that_does_not_arrive_says_why(bench: Bench, outcome: str, state: str) -> None:
    order = bench.paid()
    bench.sandbox.refund_outcome = outcome
    begun = bench.channel.refund(order.number, "R2026120100000001", 900, FEN, "不想买了")
    bench.sandbox.clock.advance(3)
    assert begun.state == "processing"
    assert bench.channel.query_refund(order.number, "R2026120100000001").state == state
    notice = bench.receiver.read[-1]
    assert notice.refund is not None
    assert notice.refund.state == state


def test_a_bill_that_is_not_the_one_it_named_is_not_read(bench: Bench) -> None:
    bench.paid()
    bench.fault("trade_bill", {"set": {"hash_value": "0" * 40}})
    with pytest.raises(Unknown):
        list(bench.channel.bill("2026-12-01"))


def test_the_phone_page_opens_from_the_shops_own_page_only(bench: Bench) -> None:
    action = bench.channel.create(bench.order(), "phone")
    for referer in ("", "http://elsewhere.example/"):
        assert bench.http.get(action.value, headers={"Referer": referer}).status_code == 400
    elsewhere = bench.channel.create(bench.order(address="203.0.113.9"), "phone")
    shown = bench.open(elsewhere)
    assert shown is not None
    assert "网络环境" in shown.text
