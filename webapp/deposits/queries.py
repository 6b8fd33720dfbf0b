"""Reads of deposits and of the money in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from webapp.deposits.models import (
    BillDay,
    BillLine,
    CarHold,
    Deposit,
    DepositEvent,
    Incident,
    Offer,
    PaymentAttempt,
    PaymentNotice,
    Refund,
)
from webapp.deposits.state import (
    BEFORE_MONEY,
    LIVE_ATTEMPTS,
    MONEY_IN,
    PENDING_REFUNDS,
)
from webapp.extensions import db


@dataclass(frozen=True)
class Money:
    """Of one deposit, in fen: received, returned, on its way back, and what is left of it."""

    received: int
    returned: int
    returning: int

    @property
    def held(self) -> int:
        return self.received - self.returned - self.returning


# One deposit.


def deposit_by_number(number: str) -> Deposit | None:
    return db.session.scalar(select(Deposit).where(Deposit.number == number))


def own_deposit(number: str, account_id: int) -> Deposit | None:
    """None for somebody else's too."""
    own = Deposit.number == number, Deposit.account_id == account_id
    return db.session.scalar(select(Deposit).where(*own))


def own_deposits(account_id: int) -> Sequence[Deposit]:
    """All of a person, newest first."""
    own = select(Deposit).where(Deposit.account_id == account_id)
    return db.session.scalars(own.order_by(Deposit.id.desc())).all()


def open_for(account_id: int, offer_id: int) -> Deposit | None:
    """A person's deposit of an offer that is neither ended nor on its way back."""
    mine = select(Deposit).where(
        Deposit.account_id == account_id,
        Deposit.offer_id == offer_id,
        Deposit.state.in_((*BEFORE_MONEY, "held", "visited")),
    )
    return db.session.scalar(mine.order_by(Deposit.id.desc()).limit(1))


def timeline(deposit_id: int) -> Sequence[DepositEvent]:
    """Oldest first; `telling.EVENTS` has the words."""
    events = select(DepositEvent).where(DepositEvent.deposit_id == deposit_id)
    return db.session.scalars(events.order_by(DepositEvent.id)).all()


def attempts(deposit_id: int) -> Sequence[PaymentAttempt]:
    """Oldest first."""
    of = select(PaymentAttempt).where(PaymentAttempt.deposit_id == deposit_id)
    return db.session.scalars(of.order_by(PaymentAttempt.id)).all()


def live_attempt(deposit_id: int) -> PaymentAttempt | None:
    """The one that may be paid, if there is one."""
    live = PaymentAttempt.state.in_(LIVE_ATTEMPTS)
    return db.session.scalars(
        select(PaymentAttempt)
        .where(PaymentAttempt.deposit_id == deposit_id, live)
        .execution_options(populate_existing=True)
    ).one_or_none()


def settled_attempts(deposit_id: int) -> Sequence[PaymentAttempt]:
    """Those that brought money, oldest first."""
    settled = PaymentAttempt.state == "settled"
    of = select(PaymentAttempt).where(PaymentAttempt.deposit_id == deposit_id, settled)
    return db.session.scalars(of.order_by(PaymentAttempt.id)).all()


def attempt_by_number(channel: str, number: str) -> PaymentAttempt | None:
    mine = PaymentAttempt.number == number, PaymentAttempt.channel == channel
    return db.session.scalar(select(PaymentAttempt).where(*mine))


def channel_of(attempt_id: int) -> str:
    return db.session.scalars(
        select(PaymentAttempt.channel).where(PaymentAttempt.id == attempt_id)
    ).one()


def refunds(deposit_id: int) -> Sequence[Refund]:
    """Oldest first."""
    of = select(Refund).where(Refund.deposit_id == deposit_id)
    return db.session.scalars(of.order_by(Refund.id)).all()


def refund_by_number(channel: str, number: str) -> Refund | None:
    mine = Refund.number == number, PaymentAttempt.channel == channel
    return db.session.scalar(select(Refund).join(Refund.attempt).where(*mine))


def newest_refund(attempt_id: int) -> Refund:
    of = select(Refund).where(Refund.attempt_id == attempt_id)
    return db.session.scalars(of.order_by(Refund.id.desc()).limit(1)).one()


def pending_refunds(deposit_id: int) -> int:
    """How many are not done yet."""
    pending = Refund.deposit_id == deposit_id, Refund.state.in_(PENDING_REFUNDS)
    return db.session.scalar(select(func.count()).select_from(Refund).where(*pending)) or 0


def left_of(attempt: PaymentAttempt) -> int:
    """What of an attempt's money is neither returned nor on its way back, in fen."""
    gone = select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(
        Refund.attempt_id == attempt.id, Refund.state != "closed"
    )
    return attempt.paid_fen - (db.session.scalar(gone) or 0)


def money(deposit_id: int) -> Money:
    received = select(func.coalesce(func.sum(PaymentAttempt.paid_fen), 0)).where(
        PaymentAttempt.deposit_id == deposit_id, PaymentAttempt.state == "settled"
    )
    back = dict(
        db.session.execute(
            select(Refund.state, func.sum(Refund.amount_fen))
            .where(Refund.deposit_id == deposit_id, Refund.state != "closed")
            .group_by(Refund.state)
        ).all()
    )
    returned = back.pop("done", 0)
    return Money(db.session.scalar(received) or 0, returned, sum(back.values()))


def notices(deposit_id: int) -> Sequence[PaymentNotice]:
    """What the channels told of a deposit's payments and refunds, oldest first."""
    numbers = select(PaymentAttempt.number).where(PaymentAttempt.deposit_id == deposit_id)
    of = select(PaymentNotice).where(PaymentNotice.number.in_(numbers))
    return db.session.scalars(of.order_by(PaymentNotice.id)).all()


def end_after_visit(deposit: Deposit) -> datetime | None:
    """When a deposit goes back by itself once its visit is confirmed."""
    days = timedelta(days=deposit.offered["visited_days"])
    return deposit.paid_at + days if deposit.paid_at else deposit.returns_at


def place_in_queue(deposit: Deposit) -> int:
    """From 1; 0 for one that is not queued."""
    if deposit.state != "queued":
        return 0
    before = select(func.count()).where(
        Deposit.stock_number == deposit.stock_number,
        Deposit.state == "queued",
        Deposit.id <= deposit.id,
    )
    return db.session.scalar(before) or 0


# Offers, as the engine needs them.


def is_car_free(stock_number: str, account_id: int | None = None) -> bool:
    """Whether nobody but this person holds the car."""
    holder = (
        select(Deposit.account_id)
        .join(CarHold, CarHold.deposit_id == Deposit.id)
        .where(CarHold.stock_number == stock_number)
    )
    held = db.session.execute(holder).one_or_none()
    return held is None or (account_id is not None and held.account_id == account_id)


def places_left(offer: Offer) -> int:
    """How many may still queue for the single car of an offer."""
    queued = select(func.count()).where(
        Deposit.stock_number == offer.stock_number, Deposit.state == "queued"
    )
    return max(offer.places - (db.session.scalar(queued) or 0), 0)


# What staff look at.


def incoming(
    state: str = "", *, offer_id: int | None = None, q: str = "", limit: int = 50, offset: int = 0
) -> tuple[Sequence[Deposit], int]:
    """Deposits, newest first, and how many there are; of one state, of one offer, by a part of
    number or title."""
    found = select(Deposit)
    if state:
        found = found.where(Deposit.state == state)
    if offer_id is not None:
        found = found.where(Deposit.offer_id == offer_id)
    if q:
        found = found.where(
            or_(Deposit.number == q.upper(), Deposit.title.contains(q, autoescape=True))
        )
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = found.order_by(Deposit.id.desc()).limit(limit).offset(offset)
    return db.session.scalars(rows).all(), total


def counts() -> dict[str, int]:
    """How many deposits there are in each state."""
    by_state = select(Deposit.state, func.count()).group_by(Deposit.state)
    return dict(db.session.execute(by_state).all())


def incidents(*, resolved: bool = False, limit: int = 100) -> Sequence[Incident]:
    """Newest first."""
    which = Incident.resolved_at.is_not(None) if resolved else Incident.resolved_at.is_(None)
    found = select(Incident).where(which).options(joinedload(Incident.deposit))
    return db.session.scalars(found.order_by(Incident.at.desc()).limit(limit)).all()


def open_incidents() -> int:
    return db.session.scalar(select(func.count()).where(Incident.resolved_at.is_(None))) or 0


def troubled_refunds(limit: int = 100) -> Sequence[Refund]:
    """Refunds that are stuck, or were tried more than once and are not done; oldest first."""
    trouble = (Refund.state == "stuck") | (
        Refund.state.in_(("waiting", "sent")) & (Refund.tries > 1)
    )
    found = (
        select(Refund)
        .where(trouble)
        .options(joinedload(Refund.deposit), joinedload(Refund.attempt))
    )
    return db.session.scalars(found.order_by(Refund.id).limit(limit)).all()


def bill_days(limit: int = 60) -> Sequence[BillDay]:
    """Newest first."""
    newest = select(BillDay).order_by(BillDay.day.desc(), BillDay.channel)
    return db.session.scalars(newest.limit(limit)).all()


def bill_differences(channel: str, day: str) -> Sequence[BillLine]:
    """Lines of a day's comparison that are not the same on both sides."""
    odd = select(BillLine).where(
        BillLine.channel == channel, BillLine.day == day, BillLine.verdict != "same"
    )
    return db.session.scalars(odd.order_by(BillLine.id)).all()


def bill_numbers(channel: str, day: str) -> Sequence[tuple[str, str]]:
    """Number and refund of each line of a day's bill."""
    lines = select(BillLine.number, BillLine.refund).where(
        BillLine.channel == channel, BillLine.day == day, BillLine.verdict != "missing"
    )
    return [(number, refund) for number, refund in db.session.execute(lines)]


def own_movements(
    channel: str, since: datetime, until: datetime
) -> Sequence[tuple[str, str, str, int]]:
    """What a channel received and returned for us in a time: number, refund, trade and fen,
    negative for what was returned. What went back another way is none of the channel's."""
    paid = select(PaymentAttempt.number, PaymentAttempt.trade, PaymentAttempt.paid_fen).where(
        PaymentAttempt.channel == channel,
        PaymentAttempt.state == "settled",
        PaymentAttempt.paid_at >= since,
        PaymentAttempt.paid_at < until,
    )
    back = (
        select(PaymentAttempt.number, Refund.number, PaymentAttempt.trade, Refund.amount_fen)
        .join(Refund.attempt)
        .where(
            PaymentAttempt.channel == channel,
            Refund.state == "done",
            Refund.note == "",
            Refund.done_at >= since,
            Refund.done_at < until,
        )
    )
    received = [(number, "", trade or "", fen) for number, trade, fen in db.session.execute(paid)]
    returned = [
        (number, refund, trade or "", -fen)
        for number, refund, trade, fen in db.session.execute(back)
    ]
    return received + returned


# What falls due.


def due_attempts(now: datetime, limit: int) -> Sequence[int]:
    return _ids(
        select(PaymentAttempt.id)
        .where(PaymentAttempt.next_query_at <= now)
        .order_by(PaymentAttempt.next_query_at),
        limit,
    )


def due_refunds(now: datetime, limit: int) -> Sequence[int]:
    return _ids(
        select(Refund.id)
        .where(Refund.state.in_(("waiting", "sent")), Refund.next_try_at <= now)
        .order_by(Refund.next_try_at),
        limit,
    )


def due_to_expire(now: datetime, limit: int) -> Sequence[int]:
    return _ids(
        select(Deposit.id)
        .where(Deposit.state == "unpaid", Deposit.pay_until <= now)
        .order_by(Deposit.pay_until),
        limit,
    )


def due_to_return(now: datetime, limit: int) -> Sequence[int]:
    held = tuple(state for state in MONEY_IN if state != "done")
    return _ids(
        select(Deposit.id)
        .where(Deposit.state.in_(held), Deposit.returns_at <= now)
        .order_by(Deposit.returns_at),
        limit,
    )


def _ids(chosen: Select[int], limit: int) -> Sequence[int]:
    return db.session.scalars(chosen.limit(limit)).all()
