"""One car, one holder: others queue or go, and pay nothing."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from flask import Flask

from tests.deposits.conftest import FEN, STAFF, Desk
from webapp.deposits import queries, service
from webapp.deposits.errors import CarTaken, NotPayable, OfferEnded
from webapp.deposits.models import CarHold, Deposit, Offer, PaymentAttempt
from webapp.extensions import db
from webapp.transactions import transaction


def car(desk: Desk, places: int = 0) -> Offer:
    return desk.offer(stock_number="SH-0417", places=places)


def test_a_car_that_is_held_is_had_by_nobody_else(desk: Desk) -> None:
    offer = car(desk)
    desk.paid(offer)
    with pytest.raises(CarTaken) as refused:
        desk.open(offer, wait=True)
    assert refused.value.places == 0
    assert db.session.query(Deposit).count() == 1


def test_who_queues_pays_nothing_until_it_is_their_turn(desk: Desk) -> None:
    offer = car(desk, places=2)
    holder = desk.paid(offer)
    with pytest.raises(CarTaken) as refused:
        desk.open(offer)
    assert refused.value.places == 2
    first, second = desk.open(offer, wait=True), desk.open(offer, wait=True)
    assert [queries.place_in_queue(one) for one in (first, second)] == [1, 2]
    with pytest.raises(CarTaken) as full:
        desk.open(offer, wait=True)
    assert full.value.places == 0
    with pytest.raises(NotPayable):
        desk.start(first)
    service.ask_refund(deposit_id=holder.id, now=desk.now)
    assert [desk.state(one) for one in (first, second)] == ["unpaid", "queued"]
    assert desk.start(first).state == "open"
    assert desk.events(first) == ["queued", "turn", "paying"]


def test_who_holds_a_car_and_confirms_changed_terms_keeps_it_past_the_queue(desk: Desk) -> None:
    offer, buyer = car(desk, places=1), desk.buyer()
    old = desk.open(offer, buyer)
    waiting = desk.open(offer, wait=True)
    with transaction():
        offer.amount_fen = FEN + 100
    assert queries.is_car_free("SH-0417", buyer)
    new = desk.open(offer, buyer)
    assert [desk.state(one) for one in (old, waiting, new)] == ["cancelled", "queued", "unpaid"]
    assert not queries.is_car_free("SH-0417", waiting.account_id)


def test_a_turn_that_is_let_pass_is_the_next_one_s(desk: Desk) -> None:
    offer = car(desk, places=2)
    holder = desk.open(offer)
    first, second = desk.open(offer, wait=True), desk.open(offer, wait=True)
    service.cancel(deposit_id=holder.id, now=desk.now)
    desk.tend(hours=12)
    assert [desk.state(one) for one in (first, second)] == ["expired", "unpaid"]
    desk.tend(hours=12)
    assert desk.state(second) == "expired"
    assert queries.is_car_free("SH-0417")


def test_who_leaves_the_queue_changes_nothing_for_the_holder(desk: Desk) -> None:
    offer = car(desk, places=1)
    holder = desk.paid(offer)
    waiting = desk.open(offer, wait=True)
    service.cancel(deposit_id=waiting.id, now=desk.now)
    assert desk.state(holder) == "held"
    assert not queries.is_car_free("SH-0417")
    assert queries.places_left(offer) == 1


def test_a_car_that_is_bought_sends_the_queue_home_and_ends_the_offer(desk: Desk) -> None:
    offer = car(desk, places=1)
    holder = desk.paid(offer)
    waiting = desk.open(offer, wait=True)
    service.mark_done(actor=STAFF, deposit_id=holder.id, now=desk.now)
    assert [desk.state(one) for one in (holder, waiting)] == ["done", "cancelled"]
    assert waiting.reason == "这台车已经卖给了别人"
    with pytest.raises(OfferEnded):
        desk.open(offer)


def test_a_car_that_is_sold_elsewhere_returns_all_at_once(desk: Desk) -> None:
    offer = car(desk, places=1)
    holder = desk.paid(offer)
    waiting = desk.open(offer, wait=True)
    assert service.mark_sold(actor=STAFF, stock_number="SH-0417", now=desk.now) == 2
    desk.tend()
    assert [desk.state(one) for one in (holder, waiting)] == ["returned", "cancelled"]
    assert "turn" not in desk.events(waiting)
    assert desk.wechatpay.returned(desk.attempt(holder).number) == FEN


def test_of_fifty_at_once_one_holds_the_car_and_nobody_else_pays(app: Flask, desk: Desk) -> None:
    offer_id = car(desk).id
    buyers = [desk.buyer() for _ in range(50)]
    agreed = queries_digest(offer_id)
    said: list[str] = []
    gate = threading.Barrier(10)

    def reserve(mine: list[int]) -> None:
        with app.app_context():
            gate.wait()
            for buyer in mine:
                try:
                    made = service.open_deposit(
                        account_id=buyer, offer_id=offer_id, agreed=agreed, now=desk.now
                    )
                    desk.start(made)
                    said.append("held")
                except CarTaken as taken:
                    said.append(taken.title)
            db.session.remove()

    threads = [threading.Thread(target=reserve, args=(buyers[n::10],)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(said) == {"held": 1, "这台车刚被别人预约了": 49}
    assert db.session.query(CarHold).count() == 1
    assert db.session.query(Deposit).count() == 1
    assert db.session.query(PaymentAttempt).count() == 1


def queries_digest(offer_id: int) -> str:
    from webapp.deposits.terms import digest_of, text_of

    return digest_of(text_of(db.session.get_one(Offer, offer_id).snapshot()))
