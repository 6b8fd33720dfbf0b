"""Opening a deposit, and giving it up before it is paid."""

from __future__ import annotations

import hmac
import json
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update

from webapp.deposits import queries
from webapp.deposits.errors import CarTaken, NotPayable, OfferChanged, OfferEnded, TooMany
from webapp.deposits.models import Deposit, Offer
from webapp.deposits.service import cars
from webapp.deposits.service.locking import lock
from webapp.deposits.service.numbers import deposit_number
from webapp.deposits.service.settling import close_soon
from webapp.deposits.state import BEFORE_MONEY
from webapp.deposits.telling import tell
from webapp.deposits.terms import digest_of, text_of
from webapp.extensions import db
from webapp.transactions import transaction
from webapp.transitions import step

PAY_MINUTES: Final = 30
MOST_OPEN: Final = 5
"""Deposits of one account that are not paid yet."""


def open_deposit(
    *, account_id: int, offer_id: int, agreed: str, now: datetime, wait: bool = False
) -> Deposit:
    """The deposit its owner confirmed, as a row in state "unpaid"; with `wait` "queued" where
    somebody else holds the car. Repeated, the one that is open already.

    `agreed` is the SHA-256 in hex of the terms that were shown. Whoever may call this has
    verified the real name. Raises OfferEnded, OfferChanged, CarTaken and TooMany; then nothing
    is written, and nothing may be paid.
    """
    with transaction():
        offer = _locked(offer_id)
        if offer is None or not offer.is_open(now):
            raise OfferEnded
        terms = text_of(offer.snapshot())
        if not hmac.compare_digest(digest_of(terms), agreed):
            raise OfferChanged
        known = queries.open_for(account_id, offer_id)
        if known is not None and (known.terms == terms or known.state != "unpaid"):
            return known
        deposit = _made(account_id, offer, terms, now)
        db.session.add(deposit)
        db.session.flush()
        if known is not None:
            cars.hand_over(lock(known.id, now), deposit, now)
            _give_up(known, "条款有变，重新确认", now)
        if _too_many(account_id):
            raise TooMany
        free = offer.stock_number is None or cars.take(deposit, now)
        if not free:
            places = offer.places - cars.waiting(deposit)
            if not wait or places <= 0:
                raise CarTaken(max(places, 0))
            tell(deposit, "queued", at=now)
            return deposit
        if offer.stock_number is not None:
            until = now + timedelta(minutes=PAY_MINUTES)
            step(Deposit, deposit.id, "queued", "unpaid", pay_until=until)
        tell(deposit, "opened", at=now)
        return deposit


def _locked(offer_id: int) -> Offer | None:
    """As it is; nobody else changes it, or opens a deposit of it, until this transaction ends."""
    same = {"state": Offer.state, "changed_at": Offer.changed_at}
    db.session.execute(
        update(Offer)
        .where(Offer.id == offer_id)
        .values(same)
        .execution_options(synchronize_session=False)
    )
    return db.session.get(Offer, offer_id, populate_existing=True)


def cancel(*, deposit_id: int, now: datetime, reason: str = "") -> Deposit:
    """Give up a deposit before it is paid; repeated, nothing more happens. Its open payment is
    closed in the background, and what arrives all the same goes back.

    Raises NotPayable for one that is paid.
    """
    with transaction():
        deposit = lock(deposit_id, now)
        if deposit.state in ("cancelled", "expired"):
            return deposit
        if deposit.state not in BEFORE_MONEY:
            raise NotPayable("这笔订金已经付款。想退回，请用“申请退款”。", title="已经付款")
        _give_up(deposit, reason or "你取消了预约", now)
        return deposit


def _give_up(deposit: Deposit, reason: str, now: datetime) -> None:
    """In the transaction under way."""
    deposit = lock(deposit.id, now)
    end_unpaid(deposit, "cancelled", reason, now)


def end_unpaid(deposit: Deposit, state: str, reason: str, now: datetime) -> bool:
    """Move a locked deposit that was not paid to "cancelled" or "expired", have its open payment
    closed, and let go of its car; whether it was still unpaid."""
    begun = BEFORE_MONEY if state == "cancelled" else "unpaid"
    if not step(Deposit, deposit.id, begun, state, reason=reason, ended_at=now):
        return False
    close_soon(deposit.id, now)
    tell(deposit, state, at=now, detail=reason)
    cars.release(deposit, now)
    return True


def _made(account_id: int, offer: Offer, terms: str, now: datetime) -> Deposit:
    return Deposit(
        number=deposit_number(now),
        account_id=account_id,
        offer_id=offer.id,
        offer_snapshot=json.dumps(offer.snapshot(), ensure_ascii=False, sort_keys=True),
        terms=terms,
        terms_sha256=digest_of(terms),
        title=offer.title,
        kind=offer.kind,
        amount_fen=offer.amount_fen,
        stock_number=offer.stock_number,
        # For a single car until it is known who holds that.
        state="queued" if offer.stock_number else "unpaid",
        created_at=now,
        active_at=now,
        pay_until=None if offer.stock_number else now + timedelta(minutes=PAY_MINUTES),
    )


def _too_many(account_id: int) -> bool:
    count = select(func.count()).where(
        Deposit.account_id == account_id, Deposit.state.in_(BEFORE_MONEY)
    )
    return (db.session.scalar(count) or 0) > MOST_OPEN
