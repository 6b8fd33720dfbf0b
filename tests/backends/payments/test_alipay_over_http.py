"""What Alipay sends and answers wrongly, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from scripts.sandbox.alipay.state import Alipay as Sandbox
from tests.backends.payments.conftest import FEN, Bench
from webapp.backends.payments.alipay import Alipay
from webapp.backends.payments.port import Refused, Unknown

pytestmark = pytest.mark.parametrize("bench", ["alipay-key"], indirect=True)


def sandbox(bench: Bench) -> Sandbox:
    assert isinstance(bench.sandbox, Sandbox)
    return bench.sandbox


@pytest.mark.parametrize(
    "fault",
    ["wrong-signature", "rsa", "no-sign", "junk-sign", "plus-blank", "duplicate-key"],
)
def test_a_notice_that_is_not_alipays_own_is_refused_and_comes_again(
    bench: Bench, fault: str
) -> None:
    order = bench.created()
    notice = bench.sandbox.pay(order.number, fault=fault)
    assert bench.receiver.read == []
    assert len(bench.receiver.refused) == 1
    assert notice.due is not None
    bench.sandbox.told(order.number, event=notice.event)
    assert bench.receiver.read[0].payment is not None


@pytest.mark.parametrize("fault", ["empty-field", "new-field", "refund-zero"])
def test_a_notice_that_is_only_unusual_is_read(bench: Bench, fault: str) -> None:
    bench.sandbox.pay(bench.created().number, fault=fault)
    [notice] = bench.receiver.read
    assert notice.payment is not None
    assert (notice.payment.state, notice.payment.fen) == ("paid", FEN)
    assert (notice.foreign, notice.refund, notice.payment.returned_fen) == ("", None, 0)


@pytest.mark.parametrize(("fault", "foreign"), [("app", "application"), ("seller", "merchant")])
def test_a_notice_about_somebody_elses_money_says_so(
    bench: Bench, fault: str, foreign: str
) -> None:
    bench.sandbox.pay(bench.created().number, fault=fault)
    [notice] = bench.receiver.read
    assert notice.foreign == foreign


def test_a_notice_says_what_it_says_of_amount_and_number(bench: Bench) -> None:
    order = bench.created()
    bench.sandbox.pay(order.number, fault="amount")
    bench.sandbox.told(order.number, fault="unknown-order")
    amount, number = (notice.payment for notice in bench.receiver.read)
    assert amount is not None
    assert amount.fen == 1
    assert number is not None
    assert number.number == "nobodyknowsthisnumber"


def test_a_trade_that_ended_is_paid_and_one_that_ran_out_is_closed(bench: Bench) -> None:
    paid, open_ = bench.created(scene="phone"), bench.created(scene="phone")
    sandbox(bench).scan(open_.number)
    bench.sandbox.pay(paid.number)
    bench.sandbox.told(paid.number, state="TRADE_FINISHED")  # type: ignore[call-arg]
    bench.sandbox.clock.advance(700)
    found = [notice.payment for notice in bench.receiver.read]
    assert [(one.number, one.state) for one in found if one] == [
        (paid.number, "paid"),
        (paid.number, "paid"),
        (open_.number, "closed"),
    ]


def test_money_returned_in_part_and_in_full_is_told_apart_from_a_trade_that_ran_out(
    bench: Bench,
) -> None:
    order = bench.paid(scene="phone")
    for number, fen in (("R2026120100000001", 900), ("R2026120100000002", FEN - 900)):
        bench.channel.refund(order.number, number, fen, FEN, "不想买了")
    _, part, full = bench.receiver.read
    for notice, number, returned in (
        (part, "R2026120100000001", 900),
        (full, "R2026120100000002", FEN),
    ):
        assert notice.payment is not None
        assert (notice.payment.state, notice.payment.returned_fen) == ("paid", returned)
        assert notice.refund is not None
        assert notice.refund.number == number


def test_a_refund_that_is_on_its_way_is_done_later(bench: Bench) -> None:
    order = bench.paid()
    bench.sandbox.refund_outcome = "PENDING"
    begun = bench.channel.refund(order.number, "R2026120100000001", 900, FEN, "不想买了")
    states = [bench.channel.query_refund(order.number, "R2026120100000001").state]
    bench.sandbox.clock.advance(11)
    states.append(bench.channel.query_refund(order.number, "R2026120100000001").state)
    assert (begun.state, states) == ("processing", ["absent", "done"])


@pytest.mark.parametrize("method", ["query", "close", "refund"])
def test_an_unknown_result_is_unknown(bench: Bench, method: str) -> None:
    order = bench.paid()
    asked = {
        "query": partial(bench.channel.query, order.number),
        "close": partial(bench.channel.close, order.number),
        "refund": partial(bench.channel.refund, order.number, "R2026120101", 900, FEN, "不买了"),
    }
    for action in ({"unknown": True}, {"code": "ACQ.SYSTEM_ERROR"}, {"code": "AQC.SYSTEM_ERROR"}):
        bench.fault(method, action)
        with pytest.raises(Unknown):
            asked[method]()


def test_an_unsigned_error_that_says_paid_is_a_refusal(bench: Bench) -> None:
    order = bench.created()
    forged = {"code": "40002", "sub_code": "isv.x", "trade_status": "TRADE_SUCCESS"}
    bench.fault("query", {"unsigned": forged})
    with pytest.raises(Refused):
        bench.channel.query(order.number)
    bench.fault("query", {"unsigned": forged | {"code": "10000", "out_trade_no": order.number}})
    with pytest.raises(Unknown):
        bench.channel.query(order.number)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("ACQ.DISCORDANT_REPEAT_REQUEST", "refused"),
        ("ACQ.TRADE_HAS_CLOSE", "closed"),
        ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "balance"),
        ("ACQ.INVALID_PARAMETER", "bug"),
        ("ACQ.PARTNER_ERROR", "settings"),
    ],
)
def test_a_refusal_has_a_cause(bench: Bench, code: str, cause: str) -> None:
    order = bench.paid()
    bench.fault("refund", {"code": code})
    with pytest.raises(Refused) as refused:
        bench.channel.refund(order.number, "R2026120100000001", 900, FEN, "不想买了")
    assert (refused.value.code, refused.value.cause) == (code, cause)


@pytest.mark.parametrize("subject", ["{看车", '订金}"', "a\\b{", "{{{", "半个“引号"])
def test_the_answer_verifies_whatever_the_subject(bench: Bench, subject: str) -> None:
    order = bench.paid(subject=subject)
    assert bench.channel.query(order.number).state == "paid"


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("utc")
def test_times_are_beijings_on_a_server_in_utc(bench: Bench) -> None:
    order = bench.paid()
    assert bench.channel.query(order.number).state == "paid"
    assert abs(bench.sandbox.orders[order.number].expires - order.expires_at.timestamp()) < 1


def test_a_browser_that_came_back_names_the_order_only_if_alipay_signed_it(bench: Bench) -> None:
    order = bench.paid()
    assert isinstance(bench.channel, Alipay)
    query = urlsplit(bench.sandbox.back(order.number)).query.encode()
    assert bench.channel.returned(query) == order.number
    for forged in (query.replace(b"99.00", b"98.00"), query.split(b"&sign=")[0], b"", b"%ff=1"):
        assert bench.channel.returned(forged) == ""


def test_a_cashier_opened_by_a_changed_address_says_no(bench: Bench) -> None:
    action = bench.channel.create(bench.order(), "desktop")
    changed: Any = bench.http.get(action.value.replace("99.00", "0.01"))
    assert changed.status_code == 200
    assert "isv.invalid-signature" in changed.content.decode("gbk")
    assert bench.sandbox.orders == {}
