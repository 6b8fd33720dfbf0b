"""A payment channel in memory, whose payers, faults and clock the test moves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from webapp import clock
from webapp.backends.payments.port import (
    Action,
    BadNotice,
    BillLine,
    Channel,
    ChannelError,
    Notice,
    Order,
    Payment,
    Refund,
    Refused,
    Scene,
    Unknown,
)


@dataclass
class Trade:
    """What the channel holds of an order."""

    order: Order
    state: str = "waiting"
    trade: str = ""
    fen: int = 0
    paid_at: datetime | None = None
    refunds: dict[str, Refund] = field(default_factory=dict)


class FakeChannel:
    """`calls` are the names of what it was asked; `faults` what the next calls of a name raise,
    after their effect where it is in `late`."""

    def __init__(self, name: Channel) -> None:
        self.name = name
        self.trades: dict[str, Trade] = {}
        self.calls: list[str] = []
        self.faults: dict[str, list[ChannelError]] = {}
        self.late: set[str] = set()
        self.outcome = "done"
        self.lines: list[BillLine] = []
        self.events = 0

    def _asked(self, name: str, *, late: bool = False) -> None:
        if not late:
            self.calls.append(name)
        if self.faults.get(name) and (name in self.late) == late:
            raise self.faults[name].pop(0)

    def away(self, *names: str, times: int = 1) -> None:
        for name in names:
            self.faults.setdefault(name, []).extend(
                Unknown(self.name, "ReadTimeout") for _ in range(times)
            )

    def refuses(self, name: str, code: str, cause: Any) -> None:
        self.faults.setdefault(name, []).append(Refused(self.name, code, cause))

    def create(self, order: Order, scene: Scene) -> Action:
        self._asked("create")
        self.trades.setdefault(order.number, Trade(order))
        self._asked("create", late=True)
        return Action("qr", f"weixin://{order.number}")

    def query(self, number: str) -> Payment:
        self._asked("query")
        return self.told(number)

    def told(self, number: str) -> Payment:
        found = self.trades.get(number)
        if found is None:
            return Payment("absent", number)
        if found.state != "paid":
            return Payment(found.state, number)  # type: ignore[arg-type]
        return Payment("paid", number, found.trade, found.fen, found.paid_at)

    def close(self, number: str) -> Payment:
        self._asked("close")
        found = self.trades.get(number)
        if found is None:
            return Payment("absent", number)
        if found.state == "waiting":
            found.state = "closed"
        self._asked("close", late=True)
        return self.told(number)

    def refund(self, number: str, refund: str, fen: int, total: int, reason: str) -> Refund:
        self._asked("refund")
        trade = self.trades[number]
        known = trade.refunds.get(refund)
        if known is None:
            assert sum(r.fen or 0 for r in trade.refunds.values() if r.state != "closed") + fen <= (
                trade.fen
            ), "more is returned than was paid"
            known = Refund(self.outcome, refund, fen, clock.now())  # type: ignore[arg-type]
            trade.refunds[refund] = known
        assert known.fen == fen, "another amount under the same number"
        self._asked("refund", late=True)
        return known

    def query_refund(self, number: str, refund: str) -> Refund:
        self._asked("query_refund")
        return self.trades[number].refunds.get(refund, Refund("absent", refund))

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        if headers.get("Wechatpay-Signature") != "good":
            raise BadNotice(self.name, "a wrong signature")
        told = json.loads(body)
        payment = self.told(told["number"]) if "number" in told else None
        if payment and "fen" in told:
            payment = Payment("paid", payment.number, "T-odd", told["fen"], clock.now())
        refund = None
        if "refund" in told:
            refund = self.trades[told["number"]].refunds[told["refund"]]
        return Notice(
            self.name, told["event"], "TRANSACTION", payment, refund, told.get("foreign", "")
        )

    def bill(self, day: str) -> Iterable[BillLine]:
        self._asked("bill")
        return list(self.lines)

    # The payer, and what the channel does unasked.

    def pay(self, number: str, *, fen: int | None = None) -> None:
        trade = self.trades[number]
        trade.state, trade.trade = "paid", f"T-{number}"
        trade.fen = trade.order.fen if fen is None else fen
        trade.paid_at = clock.now()

    def returned(self, number: str) -> int:
        found = self.trades[number].refunds.values()
        return sum(one.fen or 0 for one in found if one.state in ("done", "processing"))

    def end_refund(self, number: str, refund: str, state: Any) -> None:
        old = self.trades[number].refunds[refund]
        self.trades[number].refunds[refund] = Refund(state, refund, old.fen, clock.now())

    def notice(self, **told: Any) -> tuple[dict[str, str], bytes]:
        """Headers and body of one; with an event of its own unless it is told."""
        self.events += 1
        said = {"event": f"E-{self.events}"} | told
        return {"Wechatpay-Signature": "good"}, json.dumps(said).encode()
