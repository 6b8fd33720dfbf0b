"""Money on its way back: one number for one refund, whoever is killed and whatever was heard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.deposits.conftest import FEN, STAFF, Desk
from webapp.audit import AuditEntry
from webapp.backends.payments.port import Channel
from webapp.backends.payments.port import Refund as Told
from webapp.deposits import queries, service
from webapp.deposits.errors import NotRefundable
from webapp.deposits.models import Deposit
from webapp.deposits.service.refunding import apply_refund
from webapp.errors import BadInput, Conflict
from webapp.extensions import db
from webapp.transactions import transaction


def returned(desk: Desk, deposit: Deposit) -> int:
    """What the channels gave back of it."""
    return sum(
        desk.channel(attempt.channel).returned(attempt.number)
        for attempt in queries.settled_attempts(deposit.id)
    )


def asked(desk: Desk, deposit: Deposit | None = None) -> Deposit:
    return service.ask_refund(deposit_id=(deposit or desk.paid()).id, now=desk.now)


def test_a_deposit_that_is_asked_back_is_returned_by_the_way_it_came(desk: Desk) -> None:
    deposit = asked(desk, desk.paid(channel="alipay"))
    desk.tend()
    assert desk.state(deposit) == "returned"
    assert returned(desk, deposit) == FEN
    assert desk.wechatpay.calls == []
    assert desk.events(deposit)[-2:] == ["returning", "returned"]


def test_asking_twice_returns_once(desk: Desk) -> None:
    deposit = asked(desk)
    asked(desk, deposit)
    desk.tend()
    asked(desk, deposit)
    desk.tend(minutes=10)
    assert returned(desk, deposit) == FEN
    assert len(desk.refunds(deposit)) == 1


@pytest.mark.parametrize(
    ("kind", "late"), [("booking", True), ("intention", True), ("earnest", False)]
)
def test_only_an_earnest_has_an_end_of_asking(desk: Desk, kind: str, late: bool) -> None:
    deposit = desk.paid(desk.offer(kind=kind, cooling_hours=24))
    desk.clock.forward(hours=23)
    assert deposit.is_refundable(desk.now)
    desk.clock.forward(hours=1)
    assert deposit.is_refundable(desk.now) == late
    if not late:
        with pytest.raises(NotRefundable):
            asked(desk, deposit)
        assert desk.state(deposit) == "held"


@pytest.mark.parametrize("state", ["unpaid", "done"])
def test_what_is_not_held_cannot_be_asked_back(desk: Desk, state: str) -> None:
    deposit = desk.open() if state == "unpaid" else desk.paid()
    if state == "done":
        service.mark_done(actor=STAFF, deposit_id=deposit.id, now=desk.now)
    with pytest.raises(NotRefundable):
        asked(desk, deposit)
    assert desk.refunds(deposit) == []


def test_an_answer_that_was_lost_is_asked_for_and_not_sent_again(desk: Desk) -> None:
    desk.wechatpay.away("refund")
    desk.wechatpay.late.add("refund")
    deposit = asked(desk)
    desk.tend()
    assert desk.state(deposit) == "returning"
    desk.tend(minutes=1)
    assert desk.state(deposit) == "returned"
    assert desk.wechatpay.calls[-2:] == ["refund", "query_refund"]


def test_a_call_that_never_arrived_is_sent_again_under_its_number(desk: Desk) -> None:
    desk.wechatpay.away("refund")
    deposit = asked(desk)
    desk.tend()
    desk.tend(minutes=1)
    assert desk.state(deposit) == "returned"
    assert len(desk.refunds(deposit)) == 1


def test_whoever_is_killed_while_sending_is_followed_under_the_same_number(desk: Desk) -> None:
    deposit = asked(desk)
    desk.wechatpay.faults["refund"] = [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        desk.tend()
    desk.tend(minutes=1)
    assert desk.state(deposit) == "returned"
    assert returned(desk, deposit) == FEN


def test_a_refund_that_takes_its_time_is_asked_for_until_it_is_done(desk: Desk) -> None:
    desk.wechatpay.outcome = "processing"
    deposit = asked(desk)
    desk.tend()
    (refund,) = desk.refunds(deposit)
    assert refund.state == "sent"
    desk.wechatpay.end_refund(refund.attempt.number, refund.number, "done")
    desk.tend(minutes=1)
    assert desk.state(deposit) == "returned"


def test_one_that_ended_without_effect_is_followed_by_a_new_number(desk: Desk) -> None:
    desk.wechatpay.outcome = "closed"
    deposit = asked(desk)
    desk.tend()
    desk.wechatpay.outcome = "done"
    desk.tend()
    first, second = desk.refunds(deposit)
    assert (first.state, second.state) == ("closed", "done")
    assert first.number != second.number
    assert returned(desk, deposit) == FEN


def test_one_that_ends_without_effect_again_and_again_waits_for_somebody(desk: Desk) -> None:
    desk.wechatpay.outcome = "closed"
    deposit = asked(desk)
    for _ in range(6):
        desk.tend()
    assert [one.state for one in desk.refunds(deposit)] == ["closed"] * 3 + ["stuck"]
    assert desk.incidents() == ["refund_stuck"]


def test_a_merchant_who_is_short_of_money_waits_and_says_so(desk: Desk) -> None:
    desk.wechatpay.refuses("refund", "NOT_ENOUGH", "balance")
    deposit = asked(desk)
    desk.tend()
    assert desk.incidents() == ["balance"]
    desk.tend(minutes=1)
    assert desk.state(deposit) == "returned"
    assert len(desk.refunds(deposit)) == 1


def test_one_that_is_stuck_is_sent_again_by_staff(desk: Desk) -> None:
    desk.wechatpay.refuses("refund", "USER_ACCOUNT_ABNORMAL", "refused")
    deposit = asked(desk)
    desk.tend()
    (refund,) = desk.refunds(deposit)
    assert (refund.state, refund.problem) == ("stuck", "USER_ACCOUNT_ABNORMAL")
    assert desk.incidents() == ["refund_stuck"]
    assert desk.state(deposit) == "returning"
    service.retry_refund(actor=STAFF, refund_id=refund.id, now=desk.now)
    desk.tend()
    assert desk.state(deposit) == "returned"


def test_one_that_went_another_way_is_noted_with_how(desk: Desk) -> None:
    desk.wechatpay.refuses("refund", "USER_ACCOUNT_ABNORMAL", "refused")
    deposit = asked(desk)
    desk.tend()
    (refund,) = desk.refunds(deposit)
    with pytest.raises(BadInput):
        service.note_refund(actor=STAFF, refund_id=refund.id, note=" ", now=desk.now)
    service.note_refund(actor=STAFF, refund_id=refund.id, note="12-01 银行转账", now=desk.now)
    assert desk.state(deposit) == "returned"
    with pytest.raises(Conflict):
        service.note_refund(actor=STAFF, refund_id=refund.id, note="again", now=desk.now)
    actions = list(db.session.scalars(db.select(AuditEntry.action)))
    assert actions == ["note refund"]


def test_after_the_channel_s_own_limit_somebody_has_to_return_it(desk: Desk) -> None:
    deposit = desk.paid()
    service.mark_done(actor=STAFF, deposit_id=deposit.id, now=desk.now)
    desk.clock.forward(days=366)
    refunded = service.refund_by_hand(
        actor=STAFF, deposit_id=deposit.id, fen=FEN, reason="车辆召回", now=desk.now
    )
    desk.tend()
    assert refunded.state == "stuck"
    assert desk.incidents() == ["refund_old"]
    assert "refund" not in desk.wechatpay.calls


def test_staff_return_parts_up_to_what_is_left(desk: Desk) -> None:
    deposit = desk.paid()

    def part(fen: int) -> None:
        service.refund_by_hand(
            actor=STAFF, deposit_id=deposit.id, fen=fen, reason="试驾改期", now=desk.now
        )

    part(900)
    desk.tend()
    assert desk.state(deposit) == "held"
    assert queries.money(deposit.id) == queries.Money(FEN, 900, 0)
    with pytest.raises(Conflict):
        part(FEN)
    for wrong in (0, -1):
        with pytest.raises(BadInput):
            part(wrong)
    part(FEN - 900)
    desk.tend(minutes=1)
    assert desk.state(deposit) == "returned"
    assert returned(desk, deposit) == FEN


@pytest.mark.parametrize(("channel", "seconds"), [("wechatpay", 60), ("alipay", 3)])
def test_parts_of_one_payment_go_back_as_far_apart_as_the_channel_wants(
    desk: Desk, channel: Channel, seconds: int
) -> None:
    deposit = desk.paid(channel=channel)
    for fen in (1_000, 2_000):
        service.refund_by_hand(
            actor=STAFF, deposit_id=deposit.id, fen=fen, reason="试驾改期", now=desk.now
        )
    desk.tend()
    assert desk.channel(channel).calls.count("refund") == 1
    desk.tend(seconds=seconds - 1)
    assert desk.channel(channel).calls.count("refund") == 1
    desk.tend(seconds=1)
    assert desk.channel(channel).calls.count("refund") == 2
    assert [refund.state for refund in desk.refunds(deposit)] == ["done", "done"]


def test_no_payment_is_returned_in_more_parts_than_the_channel_takes(desk: Desk) -> None:
    deposit = desk.paid()
    for _ in range(50):
        service.refund_by_hand(actor=STAFF, deposit_id=deposit.id, fen=1, reason="x", now=desk.now)
    with pytest.raises(Conflict, match="50"):
        service.refund_by_hand(actor=STAFF, deposit_id=deposit.id, fen=1, reason="x", now=desk.now)


def test_a_seller_who_declines_returns_all_with_a_reason(desk: Desk) -> None:
    deposit = desk.paid()
    with pytest.raises(BadInput):
        service.decline(actor=STAFF, deposit_id=deposit.id, reason="", now=desk.now)
    service.decline(actor=STAFF, deposit_id=deposit.id, reason="车已调走", now=desk.now)
    desk.tend()
    assert desk.state(deposit) == "returned"
    assert deposit.reason == "商家退回：车已调走"


def test_a_refund_that_another_amount_is_told_of_stays_as_it_is(desk: Desk) -> None:
    desk.wechatpay.outcome = "processing"
    deposit = asked(desk)
    desk.tend()
    (refund,) = desk.refunds(deposit)
    told = Told("done", refund.number, 1)
    assert apply_refund(channel="wechatpay", told=told, now=desk.now) == "amount"
    assert desk.incidents() == ["refund_amount"]
    assert desk.state(deposit) == "returning"


def test_a_refund_that_is_not_ours_is_an_incident(desk: Desk) -> None:
    told = Told("done", "X-unknown", 1)
    assert apply_refund(channel="wechatpay", told=told, now=desk.now) == "unknown"
    assert desk.incidents() == ["unknown_refund"]


# By the clock.


def test_a_deposit_goes_back_by_itself_when_its_time_is_over(desk: Desk) -> None:
    deposit = desk.paid()
    desk.tend(days=6, hours=23, minutes=59)
    assert desk.state(deposit) == "held"
    desk.tend(minutes=1)
    assert desk.state(deposit) == "returned"
    assert deposit.reason == "到期没有成交，全额自动退回"


def test_after_a_visit_it_stays_until_its_own_end(desk: Desk) -> None:
    deposit = desk.paid()
    for _ in range(2):
        service.mark_visited(actor=STAFF, deposit_id=deposit.id, now=desk.now)
    desk.tend(days=20, hours=23)
    assert desk.state(deposit) == "visited"
    desk.tend(hours=1)
    assert desk.state(deposit) == "returned"
    assert desk.events(deposit).count("visited") == 1


def test_what_was_bought_with_it_does_not_go_back(desk: Desk) -> None:
    deposit = desk.paid()
    for _ in range(2):
        service.mark_done(actor=STAFF, deposit_id=deposit.id, now=desk.now)
    desk.tend(days=22)
    assert desk.state(deposit) == "done"
    for act in (service.mark_visited, service.mark_done):
        if act is service.mark_visited:
            with pytest.raises(Conflict):
                act(actor=STAFF, deposit_id=deposit.id, now=desk.now)


def test_a_notice_that_comes_late_takes_nothing_from_the_cooling_off(desk: Desk) -> None:
    deposit = desk.open(desk.offer(kind="earnest"))
    attempt = desk.start(deposit)
    desk.wechatpay.pay(attempt.number)
    desk.clock.forward(minutes=20)
    desk.settle(attempt)
    assert deposit.refundable_until == desk.now + timedelta(hours=24)


def test_who_is_erased_has_the_money_back_and_leaves_no_name(desk: Desk) -> None:
    from webapp.deposits.service import keeping

    held, open_ = desk.paid(), desk.open()
    for one in (held, open_):
        buyer = one.account_id
        assert buyer
        with transaction():
            keeping.erase_owner(buyer, desk.now)
    desk.tend()
    assert desk.state(held) == "returned"
    assert desk.state(open_) == "cancelled"
    assert held.account_id is None
