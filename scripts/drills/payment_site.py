"""A site for `scripts/drill payments`: deposits, both channels as stand-ins, and their payers."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import httpx
from flask import Flask, current_app

from scripts.drills.forked import Forked, product
from scripts.sandbox.alipay.wire import notice_body, signed
from scripts.sandbox.notices import Made
from scripts.sandbox.paying import PaySandbox
from scripts.sandbox.together import Providers
from scripts.sandbox.wechatpay import wire as wechat_wire
from webapp import clock
from webapp.accounts import service as accounts
from webapp.accounts.providers.base import Profile
from webapp.config.standins import KNOWN_AS
from webapp.deposits import service
from webapp.deposits.models import Offer
from webapp.deposits.service import channels
from webapp.deposits.terms import digest_of, text_of
from webapp.extensions import db
from webapp.transactions import transaction

FEN: Final = 9900
CHANNELS: Final = ("wechatpay", "alipay")


@dataclass
class Order:
    """One deposit with its payment. `silent`: the channel tells nobody of it."""

    deposit_id: int
    number: str
    channel: str
    paid: bool
    silent: bool
    refunded: bool


class Site(Forked):
    """The product's notices and deposits. The channels' own clock stays the real one."""

    def __init__(self, folder: Path, providers: Providers, database: str = "") -> None:
        keys = {name: value for name, value in KNOWN_AS.items() if name[:3] in ("WXP", "ALI")}
        settings = keys | providers.settings() | ({"DATABASE_URL": database} if database else {})
        super().__init__(product(folder, **settings))
        self.app.config["BASE_URL"] = f"http://127.0.0.1:{self.port}"
        self.providers = providers
        self.sandboxes: dict[str, PaySandbox] = {
            "wechatpay": providers.wechatpay,
            "alipay": providers.alipay,
        }
        for sandbox in self.sandboxes.values():
            sandbox.notices.silent = True
        self._people = 0
        self._payer = httpx.Client(timeout=10, trust_env=False)

    def end(self) -> None:
        super().end()
        self._payer.close()

    def open_orders(
        self,
        count: int,
        *,
        timed: Callable[[str], AbstractContextManager[object]] = nullcontext,
    ) -> list[Order]:
        """Each of a person of its own, on either channel; nineteen of twenty are paid. Each is
        opened inside `timed` of its channel."""
        with self.context():
            real_clocks(self.app)
            offer = Offer(title="演练", seller="演练", amount_fen=FEN, opens_at=clock.now())
            with transaction():
                db.session.add(offer)
            agreed = digest_of(text_of(offer.snapshot()))
            return [self._order(n, offer.id, agreed, timed) for n in range(count)]

    def _order(
        self,
        n: int,
        offer_id: int,
        agreed: str,
        timed: Callable[[str], AbstractContextManager[object]],
    ) -> Order:
        profile = Profile("wechat", "drill", f"o-drill-{self._people}", None, "演练", "")
        self._people += 1
        account = accounts.create_account(profile=profile, now=datetime.now(UTC))
        channel = CHANNELS[n % 2]
        with timed(channel):
            deposit = service.open_deposit(
                account_id=account.id, offer_id=offer_id, agreed=agreed, now=clock.now()
            )
            attempt = service.start_payment(
                deposit_id=deposit.id,
                channel=channel,
                scene="desktop",
                back=f"http://127.0.0.1:{self.port}/deposits/{deposit.number}",
                now=clock.now(),
            )
        assert attempt.action is not None
        if attempt.action.kind == "redirect":
            self._payer.get(attempt.action.value)
        paid = n % 20 != 19
        return Order(
            deposit.id, attempt.number, channel, paid, paid and n % 7 == 3, paid and n % 5 == 1
        )

    def post(self, channel: str, made: Made) -> int:
        """How a notice was answered: 200 where the channel would take it for accepted, 0 where
        the connection broke."""
        headers, body = made
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            client.request("POST", f"/deposits/notices/{channel}", body, headers)
            answer = client.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            client.close()
        taken = self.sandboxes[channel].takes(answer.status, text)
        return 200 if taken else max(answer.status, 400)

    def work(self, do: Callable[[], None] | None = None, **more: Any) -> bool:
        """One look of the worker in a process of its own; whether it came to its end."""

        def tend() -> None:
            real_clocks(current_app)
            service.tend(now=clock.now())

        return self.run(do or tend, **more)


def real_clocks(app: Flask) -> None:
    """Let the channels sign and verify by the real time, as the other side does."""
    with app.app_context():
        _clocks(app, time.time)


def later_clocks() -> None:
    """Let them verify by the product's own clock, which was moved."""
    _clocks(current_app, clock.timestamp)


def _clocks(app: Flask, read: Callable[[], float]) -> None:
    app.extensions["chezhi.payments"] = {
        name: replace(cast(Any, one), clock=read) for name, one in channels.known().items()
    }


def forged(sandbox: PaySandbox, order: Order, chance: random.Random) -> Made:
    """A notice that claims the payment of an order and is not the channel's."""
    held = sandbox.orders[order.number]
    event = f"FORGED-{chance.randrange(10**12)}"
    if order.channel == "wechatpay":
        plain = cast(Any, sandbox).shown(held) | {
            "trade_state": "SUCCESS",
            "transaction_id": "4200" + "9" * 24,
            "success_time": datetime.now(UTC).isoformat(timespec="seconds"),
            "amount": {"total": held.fen, "payer_total": held.fen, "currency": "CNY"},
        }
        fault = chance.choice(["wrong-signature", "byte", "tag", "other-key", "old", "signtest"])
        return wechat_wire.notice(event, "TRANSACTION.SUCCESS", plain, wechat_wire.KEY_ID, fault)
    fields = cast(Any, sandbox).shown(held, event, "TRADE_SUCCESS", "")
    fields |= {"trade_no": held.trade or "2026", "notify_time": "2026-12-01 00:00:00"}
    if chance.random() < 0.5:
        fault = chance.choice(["wrong-signature", "rsa", "no-sign", "junk-sign", "duplicate-key"])
        body = notice_body(fields, fault)
    else:  # a genuine one of another order, with the number changed
        body = httpx.Request(
            "POST",
            "http://127.0.0.1/",
            data=signed(fields | {"out_trade_no": "P0"}) | {"out_trade_no": order.number},
        ).read()
    return {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, body


def told(answer: Made) -> str:
    """For messages: the first of a body."""
    return json.dumps(answer[1][:80].decode("utf-8", "replace"))
