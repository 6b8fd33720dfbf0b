"""Whatever happens to a deposit in whatever order: its state is a legal one, no fen is lost, and in
the end nothing is held that is not the seller's."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deposits.conftest import STAFF, Desk
from webapp.backends.payments.port import Unknown
from webapp.deposits import queries, service
from webapp.deposits.models import Deposit
from webapp.deposits.state import ENDED
from webapp.errors import DomainError

CHANNELS: Final = ("wechatpay", "alipay")
CALLS: Final = ("create", "query", "close", "refund", "query_refund")
ACTS: Final = {
    "mark_visited": {},
    "mark_done": {},
    "decline": {"reason": "车已调走"},
    "refund_by_hand": {"fen": 900, "reason": "改期"},
}
Event = tuple[str, Any]

EVENTS: Final = st.one_of(
    st.tuples(st.just("start"), st.sampled_from(CHANNELS)),
    st.tuples(st.sampled_from(["pay", "tell", "tell"]), st.integers(0, 3)),
    st.tuples(st.just("later"), st.sampled_from([1, 5, 31, 60 * 24, 8 * 60 * 24])),
    st.tuples(st.just("fault"), st.tuples(st.sampled_from(CALLS), st.booleans())),
    st.tuples(st.just("outcome"), st.sampled_from(["done", "processing", "closed", "stuck"])),
    st.tuples(st.just("staff"), st.sampled_from(sorted(ACTS))),
    st.tuples(st.sampled_from(["ask", "cancel", "tend", "tend"]), st.none()),
)


def attempts(desk: Desk, deposit: Deposit) -> list[Any]:
    return [
        (desk.channel(one.channel), one.number)
        for one in queries.attempts(deposit.id)
        if one.number in desk.channel(one.channel).trades
    ]


def do(desk: Desk, deposit: Deposit, event: Event) -> None:
    """Let it happen; a clear no is as good."""
    name, what = event
    known = attempts(desk, deposit)
    match name:
        case "start":
            desk.start(deposit, what)
        case "pay" if known:
            # Also one that was closed: it was under way.
            channel, number = known[what % len(known)]
            trade = channel.trades[number]
            if trade.state != "paid" and desk.now < trade.order.expires_at:
                channel.pay(number)
        case "tell" if known:
            channel, number = known[what % len(known)]
            service.settle(channel=channel.name, payment=channel.told(number), now=desk.now)
        case "later":
            desk.clock.forward(minutes=what)
        case "fault":
            call, late = what
            for channel in (desk.wechatpay, desk.alipay):
                channel.away(call)
                channel.late = channel.late | {call} if late else channel.late - {call}
        case "outcome":
            desk.wechatpay.outcome = desk.alipay.outcome = what
        case "staff":
            getattr(service, what)(actor=STAFF, deposit_id=deposit.id, now=desk.now, **ACTS[what])
        case "ask":
            service.ask_refund(deposit_id=deposit.id, now=desk.now)
        case "cancel":
            service.cancel(deposit_id=deposit.id, now=desk.now)
        case "tend":
            desk.tend()


def calm(desk: Desk) -> None:
    """The channels answer again, and what was under way comes to its end."""
    for channel in (desk.wechatpay, desk.alipay):
        channel.faults, channel.late, channel.outcome = {}, set(), "done"
        for trade in channel.trades.values():
            for number, refund in trade.refunds.items():
                if refund.state in ("processing", "stuck"):
                    channel.end_refund(trade.order.number, number, "done")


def check(desk: Desk, deposit: Deposit) -> None:
    money = queries.money(deposit.id)
    assert money.received == money.held + money.returned + money.returning
    assert min(money.held, money.returned, money.returning) >= 0
    for channel, number in attempts(desk, deposit):
        assert channel.returned(number) <= channel.trades[number].fen


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=st.lists(EVENTS, min_size=4, max_size=14))
def test_any_order_of_events_ends_legally_with_every_fen_where_it_belongs(
    desk: Desk, events: list[Event]
) -> None:
    calm(desk)
    deposit = desk.open()
    desk.start(deposit)
    for event in events:
        with suppress(DomainError, Unknown):
            do(desk, deposit, event)
        check(desk, deposit)
    calm(desk)
    for days in (0, 1, 8, 22):
        desk.tend(days=days)
        desk.tend(hours=2)
        for refund in desk.refunds(deposit):
            if refund.state == "stuck":
                service.retry_refund(actor=STAFF, refund_id=refund.id, now=desk.now)
    desk.tend()
    check(desk, deposit)
    assert desk.state(deposit) in ENDED
    at_channels = sum(
        channel.trades[number].fen - channel.returned(number)
        for channel, number in attempts(desk, deposit)
    )
    assert at_channels == queries.money(deposit.id).held
    if deposit.state != "done":
        assert at_channels == 0
