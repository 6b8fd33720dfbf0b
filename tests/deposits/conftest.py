"""Buyers, offers, and both channels in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests.accounts.people import account
from tests.clocks import StoppedClock
from tests.deposits.fake import FakeChannel
from webapp import clock as product_clock
from webapp.audit import Actor
from webapp.backends.payments.port import Channel
from webapp.deposits import queries, service
from webapp.deposits.models import Deposit, Offer, PaymentAttempt, Refund
from webapp.deposits.terms import digest_of, text_of
from webapp.extensions import db
from webapp.transactions import transaction

STAFF = Actor(7, "operator")
FEN = 9900


@dataclass
class Desk:
    """Deposits as buyers and staff make them, at the product's clock."""

    wechatpay: FakeChannel
    alipay: FakeChannel
    clock: StoppedClock
    people: int = 0

    @property
    def now(self) -> datetime:
        return product_clock.now()

    def channel(self, name: str) -> FakeChannel:
        return {"wechatpay": self.wechatpay, "alipay": self.alipay}[name]

    def buyer(self) -> int:
        self.people += 1
        return account(f"o-buyer-{self.people}").id

    def offer(self, **changed: Any) -> Offer:
        given: dict[str, Any] = {
            "title": "示例车 到店看车",
            "seller": "示例汽车销售有限公司",
            "amount_fen": FEN,
            "opens_at": self.now,
        }
        made = Offer(**given | changed)
        with transaction():
            db.session.add(made)
        return made

    def open(self, offer: Offer | None = None, buyer: int = 0, **more: Any) -> Deposit:
        offer = offer or self.offer()
        agreed = digest_of(text_of(offer.snapshot()))
        return service.open_deposit(
            account_id=buyer or self.buyer(), offer_id=offer.id, agreed=agreed, now=self.now, **more
        )

    def start(self, deposit: Deposit, channel: Channel = "wechatpay") -> PaymentAttempt:
        return service.start_payment(
            deposit_id=deposit.id,
            channel=channel,
            scene="desktop",
            back=f"http://127.0.0.1/deposits/{deposit.number}",
            now=self.now,
        )

    def settle(self, attempt: PaymentAttempt) -> str:
        """As a notice or a query does that comes now."""
        channel = self.channel(attempt.channel)
        told = channel.told(attempt.number)
        return service.settle(channel=channel.name, payment=told, now=self.now)

    def paid(self, offer: Offer | None = None, channel: Channel = "wechatpay") -> Deposit:
        """A deposit that is held."""
        deposit = self.open(offer)
        attempt = self.start(deposit, channel)
        self.channel(channel).pay(attempt.number)
        assert self.settle(attempt) == "settled"
        return deposit

    def tend(self, **later: float) -> dict[str, int]:
        """What the clock does, at once or so much later."""
        if later:
            self.clock.forward(**later)
        return service.tend(now=self.now)

    def state(self, deposit: Deposit) -> str:
        db.session.refresh(deposit)
        return deposit.state

    def refunds(self, deposit: Deposit) -> list[Refund]:
        return list(queries.refunds(deposit.id))

    def attempt(self, deposit: Deposit) -> PaymentAttempt:
        """The newest."""
        return queries.attempts(deposit.id)[-1]

    def events(self, deposit: Deposit) -> list[str]:
        return [event.event for event in queries.timeline(deposit.id)]

    def incidents(self) -> list[str]:
        return [incident.kind for incident in queries.incidents()]


@pytest.fixture
def desk(app: Flask, clock: StoppedClock) -> Desk:
    made = Desk(FakeChannel("wechatpay"), FakeChannel("alipay"), clock)
    app.extensions["chezhi.payments"] = {"wechatpay": made.wechatpay, "alipay": made.alipay}
    return made
