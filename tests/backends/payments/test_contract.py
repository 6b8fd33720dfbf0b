"""What the product can rely on, whichever the channel and however its keys are managed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scripts.sandbox.times import china
from tests.backends.payments.conftest import FEN, MODES, Bench
from webapp.backends.payments.port import Refused, Scene, Unknown

every_mode = pytest.mark.parametrize("bench", MODES, indirect=True)
each_channel = pytest.mark.parametrize(
    "bench", ["wechatpay-key", "alipay-certificate"], indirect=True
)


@every_mode
def test_an_order_is_paid_and_both_the_query_and_the_notice_say_so(bench: Bench) -> None:
    order = bench.created()
    assert bench.channel.query(order.number).state in ("waiting", "absent")
    bench.sandbox.pay(order.number)
    found = bench.channel.query(order.number)
    [notice] = bench.receiver.read
    assert (found.state, found.fen, found.returned_fen) in (
        ("paid", FEN, 0),
        ("paid", FEN, None),
    )
    assert found.paid_at is not None
    assert abs(datetime.now(UTC) - found.paid_at) < timedelta(minutes=1)
    assert notice.payment is not None
    assert (notice.payment.state, notice.payment.number) == ("paid", order.number)
    assert (notice.payment.fen, notice.payment.trade) == (FEN, found.trade)
    assert (notice.foreign, notice.refund) == ("", None)
    assert bench.sandbox.notices.of(order.number)[0].taken


@each_channel
def test_an_order_nobody_knows_is_absent(bench: Bench) -> None:
    assert bench.channel.query("D2026120199999999").state == "absent"


@each_channel
@pytest.mark.parametrize("scene", ["desktop", "phone", "wechat"])
def test_each_scene_leads_the_payer_to_the_cashier(bench: Bench, scene: Scene) -> None:
    order = bench.order()
    action = bench.channel.create(order, scene)
    shown = bench.open(action)
    if action.kind == "redirect":
        assert shown is not None
        assert f"/cashier/{order.number}" in shown.headers["Location"]
    else:
        assert action.kind == ("qr" if scene == "desktop" else "bridge")
        assert action.value.startswith("weixin://") or action.parameters["paySign"]
    bench.sandbox.pay(order.number)
    assert bench.channel.query(order.number).state == "paid"


@each_channel
def test_the_same_order_may_be_created_twice(bench: Bench) -> None:
    order = bench.order()
    for _ in range(2):
        bench.open(bench.channel.create(order, "desktop"))
    assert list(bench.sandbox.orders) == [order.number]


@each_channel
def test_a_closed_order_is_closed_and_a_paid_one_stays_paid(bench: Bench) -> None:
    open_, paid = bench.created(), bench.paid()
    if bench.channel.name == "alipay":
        assert bench.channel.close(open_.number).state == "absent"
        bench.sandbox.scan(open_.number)  # type: ignore[attr-defined]
    assert bench.channel.close(open_.number).state == "closed"
    assert bench.channel.query(open_.number).state == "closed"
    assert bench.channel.close(open_.number).state == "closed"
    found = bench.channel.close(paid.number)
    assert (found.state, found.fen) == ("paid", FEN)


@each_channel
def test_money_that_arrives_after_closing_is_paid(bench: Bench) -> None:
    order = bench.created()
    bench.channel.close(order.number)
    late = {"late": True} if bench.channel.name == "wechatpay" else {}
    bench.sandbox.pay(order.number, **late)  # type: ignore[arg-type]
    assert bench.channel.query(order.number).state == "paid"
    assert bench.receiver.read[-1].payment is not None


@each_channel
def test_an_order_of_which_the_time_has_passed_cannot_be_paid(bench: Bench) -> None:
    order = bench.created()
    bench.sandbox.clock.advance(700)
    with pytest.raises(Exception, match="过期"):
        bench.sandbox.pay(order.number)
    assert bench.channel.query(order.number).state in ("waiting", "absent")


@every_mode
def test_a_refund_repeated_with_its_number_moves_money_once(bench: Bench) -> None:
    order = bench.paid()
    for _ in range(2):
        bench.channel.refund(order.number, "R2026120100000001", 900, FEN, "不想买了")
    bench.sandbox.clock.advance(3)
    found = bench.channel.query_refund(order.number, "R2026120100000001")
    assert (found.state, found.fen) == ("done", 900)
    assert len(bench.sandbox.orders[order.number].returns) == 1
    assert bench.channel.query(order.number).state == "paid"
    notice = bench.receiver.read[-1]
    assert notice.refund is not None
    assert (notice.refund.state, notice.refund.number) == ("done", "R2026120100000001")


@each_channel
def test_a_payment_returned_in_full_was_paid(bench: Bench) -> None:
    order = bench.paid()
    bench.channel.refund(order.number, "R2026120100000001", FEN, FEN, "不想买了")
    bench.sandbox.clock.advance(3)
    assert bench.channel.query(order.number).state == "paid"


@each_channel
def test_a_refund_nobody_knows_is_absent(bench: Bench) -> None:
    order = bench.paid()
    assert bench.channel.query_refund(order.number, "R2026120100000009").state == "absent"


@each_channel
def test_what_cannot_be_refunded_is_refused(bench: Bench) -> None:
    order = bench.paid()
    bench.channel.refund(order.number, "R2026120100000001", 900, FEN, "不想买了")
    for number, fen in (("R2026120100000001", 901), ("R2026120100000002", FEN)):
        with pytest.raises(Refused):
            bench.channel.refund(order.number, number, fen, FEN, "不想买了")
    bench.sandbox.balance_short = True
    with pytest.raises(Refused) as refused:
        bench.channel.refund(order.number, "R2026120100000003", 100, FEN, "不想买了")
    assert refused.value.cause == "balance"


@each_channel
def test_the_bill_has_all_that_was_paid_and_returned(bench: Bench) -> None:
    orders = [bench.paid(), bench.paid(fen=120_000, subject="看车订金，第二笔")]
    bench.channel.refund(orders[0].number, "R2026120100000001", 900, FEN, "不想买了")
    bench.sandbox.clock.advance(3)
    bench.sandbox.run()
    day = china(bench.sandbox.clock.now()).date().isoformat()
    found = {(line.number, line.fen, line.refund) for line in bench.channel.bill(day)}
    assert found == {
        (orders[0].number, FEN, ""),
        (orders[0].number, -900, "R2026120100000001"),
        (orders[1].number, 120_000, ""),
    }
    assert list(bench.channel.bill("2020-01-01")) == []


@each_channel
def test_a_channel_that_is_away_leaves_it_unknown(bench: Bench) -> None:
    order = bench.created()
    for action in ({"drop": True}, {"status": 502}, {"html": True}, {"truncate": True}):
        bench.fault("query", action)
        with pytest.raises(Unknown):
            bench.channel.query(order.number)
    assert bench.channel.query(order.number).state in ("waiting", "absent")


@each_channel
@pytest.mark.parametrize("how", ["wrong", "none"])
def test_nothing_is_believed_of_an_answer_without_a_good_signature(bench: Bench, how: str) -> None:
    order = bench.paid()
    bench.fault("query", {"sign": how})
    with pytest.raises(Unknown):
        bench.channel.query(order.number)
    assert bench.channel.query(order.number).state == "paid"


@each_channel
def test_a_refund_whose_answer_was_lost_is_there_when_asked_for_again(bench: Bench) -> None:
    order = bench.paid()
    bench.fault("refund", {"reset_after_effect": True})
    with pytest.raises(Unknown):
        bench.channel.refund(order.number, "R2026120100000001", 900, FEN, "不想买了")
    bench.channel.refund(order.number, "R2026120100000001", 900, FEN, "不想买了")
    bench.sandbox.clock.advance(3)
    assert bench.channel.query_refund(order.number, "R2026120100000001").state == "done"
    assert len(bench.sandbox.orders[order.number].returns) == 1


@each_channel
def test_too_many_calls_are_a_refusal_of_their_own(bench: Bench) -> None:
    order = bench.created()
    limited = {"code": "40005", "sub_code": "isv.app-call-limited"}
    bench.fault("query", {"refuse": [429, "FREQUENCY_LIMITED"], "unsigned": limited})
    with pytest.raises(Refused) as refused:
        bench.channel.query(order.number)
    assert refused.value.cause == "limits"
