"""Opening a deposit: what was shown is agreed, and nobody pays for what is not to be had."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.deposits.conftest import Desk
from webapp.deposits import queries, service
from webapp.deposits.errors import NotPayable, OfferChanged, OfferEnded, TooMany
from webapp.deposits.models import Deposit
from webapp.deposits.terms import digest_of, text_of
from webapp.extensions import db
from webapp.transactions import transaction


def test_the_terms_are_kept_as_they_were_shown(desk: Desk) -> None:
    offer = desk.offer(promise="到店有车可试")
    deposit = desk.open(offer)
    with transaction():
        offer.promise = "没有"
    assert "到店有车可试" in deposit.terms
    assert deposit.offered["promise"] == "到店有车可试"
    assert deposit.terms_sha256 == digest_of(deposit.terms)


def test_opening_twice_gives_the_one_that_is_open(desk: Desk) -> None:
    offer, buyer = desk.offer(), desk.buyer()
    first = desk.open(offer, buyer)
    assert desk.open(offer, buyer).id == first.id
    desk.wechatpay.pay(desk.start(first).number)
    desk.settle(desk.attempt(first))
    assert desk.open(offer, buyer).id == first.id
    assert len(queries.own_deposits(buyer)) == 1


def test_terms_that_changed_meanwhile_are_read_again(desk: Desk) -> None:
    offer, buyer = desk.offer(), desk.buyer()
    agreed = digest_of(text_of(offer.snapshot()))
    with transaction():
        offer.amount_fen = 100
    with pytest.raises(OfferChanged):
        service.open_deposit(account_id=buyer, offer_id=offer.id, agreed=agreed, now=desk.now)
    assert not queries.own_deposits(buyer)


def test_an_offer_that_ended_meanwhile_takes_nothing(desk: Desk) -> None:
    ended = desk.offer(state="ended")
    closed = desk.offer(closes_at=desk.now)
    early = desk.offer(opens_at=desk.now + timedelta(minutes=1))
    for offer in (ended, closed, early):
        with pytest.raises(OfferEnded):
            desk.open(offer)
    assert db.session.query(Deposit).count() == 0


def test_confirming_changed_terms_gives_up_the_old_ones(desk: Desk) -> None:
    offer, buyer = desk.offer(), desk.buyer()
    old = desk.open(offer, buyer)
    with transaction():
        offer.amount_fen = 200
    new = desk.open(offer, buyer)
    assert new.amount_fen == 200
    assert desk.state(old) == "cancelled"


def test_one_person_opens_only_so_many_without_paying(desk: Desk) -> None:
    buyer = desk.buyer()
    for _ in range(5):
        desk.open(buyer=buyer)
    with pytest.raises(TooMany):
        desk.open(buyer=buyer)
    assert len(queries.own_deposits(buyer)) == 5


def test_giving_up_twice_is_once_and_closes_the_payment(desk: Desk) -> None:
    deposit = desk.open()
    attempt = desk.start(deposit)
    for _ in range(2):
        service.cancel(deposit_id=deposit.id, now=desk.now)
    desk.tend()
    assert desk.wechatpay.trades[attempt.number].state == "closed"
    assert desk.events(deposit).count("cancelled") == 1


def test_a_paid_deposit_is_not_given_up_but_returned(desk: Desk) -> None:
    deposit = desk.paid()
    with pytest.raises(NotPayable):
        service.cancel(deposit_id=deposit.id, now=desk.now)
    assert desk.state(deposit) == "held"
