"""Tables of deposits: what is offered, what people put down, and the single cars these hold."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.columns import UtcDateTime, one_of, utc_now
from webapp.deposits.state import DEPOSIT, OFFER
from webapp.extensions import Model

KINDS: Final = {"booking": "订金", "intention": "意向金", "earnest": "定金"}
OFFER_STATES: Final = ("open", "ended")
DEPOSIT_STATES: Final = (
    "queued",
    "unpaid",
    "held",
    "visited",
    "done",
    "returning",
    "returned",
    "expired",
    "cancelled",
)
LEAST_FEN: Final = 100
MOST_FEN: Final = 500_000
MOST_DAYS: Final = 21
"""No deposit is held longer."""
MOST_PLACES: Final = 20


class Offer(Model):
    """What a deposit is taken for: one series, one trim, one seller, or one single car.

    `seller_key` is the key another feature knows the seller by, such as “dealer:12”, "" for none.
    `stock_number` makes it one single car: one person holds it, `places` others may queue.
    """

    __tablename__ = "deposit_offer"
    __table_args__ = (
        one_of("state", OFFER_STATES),
        one_of("kind", tuple(KINDS)),
        CheckConstraint(f"amount_fen BETWEEN {LEAST_FEN} AND {MOST_FEN}", name="amount_fen"),
        CheckConstraint(
            f"hold_days BETWEEN 1 AND visited_days AND visited_days <= {MOST_DAYS}", name="days"
        ),
        CheckConstraint("cooling_hours BETWEEN 1 AND hold_days * 24", name="cooling_hours"),
        CheckConstraint(f"places BETWEEN 0 AND {MOST_PLACES}", name="places"),
        Index("ix_deposit_offer_state_series_id", "state", "series_id"),
        Index("ix_deposit_offer_state_trim_id", "state", "trim_id"),
        Index("ix_deposit_offer_seller_key", "seller_key"),
    )
    __transitions__ = OFFER
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(5), default="open")
    title: Mapped[str] = mapped_column(String(80))
    """What is booked, as the receipt names it: “小米 SU7 Max 到店看车”."""
    kind: Mapped[str] = mapped_column(String(9), default="booking")
    amount_fen: Mapped[int]
    seller: Mapped[str] = mapped_column(String(80))
    """Who takes the money."""
    store: Mapped[str] = mapped_column(String(160), default="")
    """Where the car is, with its address."""
    seller_key: Mapped[str] = mapped_column(String(60), default="")
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"))
    trim_id: Mapped[int | None] = mapped_column(ForeignKey("trim.id", ondelete="SET NULL"))
    stock_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    places: Mapped[int] = mapped_column(default=0)
    hold_days: Mapped[int] = mapped_column(default=7)
    """Returned by itself so long after it was paid."""
    visited_days: Mapped[int] = mapped_column(default=21)
    """The same where the store confirmed a visit."""
    cooling_hours: Mapped[int] = mapped_column(default=24)
    """An earnest may be asked back so long; the other kinds always."""
    promise: Mapped[str] = mapped_column(Text, default="")
    """What the seller promises for it."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    """示例: made for the demonstration, and marked as that wherever it is shown."""
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)

    def is_open(self, now: datetime) -> bool:
        in_time = self.opens_at <= now and (self.closes_at is None or now < self.closes_at)
        return self.state == "open" and in_time

    def snapshot(self) -> dict[str, Any]:
        """What was offered, to be kept with a deposit."""
        kept = (
            "title kind amount_fen seller store seller_key series_id trim_id stock_number "
            "hold_days visited_days cooling_hours promise is_demo"
        )
        return {name: getattr(self, name) for name in kept.split()}


class Deposit(Model):
    """One deposit, by `number` in addresses and receipts.

    queued: waits for a single car that somebody else holds, and pays nothing. unpaid: may be paid
    until `pay_until`. held: paid. visited: the store confirmed the visit. done: the car was
    bought, the money went to its price. returning: all that is left of it is on its way back.
    returned. expired: not paid in time. cancelled: given up, or the car was sold, before payment.
    """

    __tablename__ = "deposit"
    __table_args__ = (
        one_of("state", DEPOSIT_STATES),
        one_of("kind", tuple(KINDS)),
        CheckConstraint(f"amount_fen BETWEEN {LEAST_FEN} AND {MOST_FEN}", name="amount_fen"),
        Index("ix_deposit_state_pay_until", "state", "pay_until"),
        Index("ix_deposit_state_returns_at", "state", "returns_at"),
        Index("ix_deposit_stock_number_state", "stock_number", "state"),
    )
    __transitions__ = DEPOSIT
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    """None once its owner's account was erased: the money's own record stays."""
    offer_id: Mapped[int | None] = mapped_column(
        ForeignKey("deposit_offer.id", ondelete="SET NULL"), index=True
    )
    offer_snapshot: Mapped[str] = mapped_column(Text)
    """JSON, as `Offer.snapshot` has it."""
    terms: Mapped[str] = mapped_column(Text)
    terms_sha256: Mapped[str] = mapped_column(String(64))
    """Of `terms` in UTF-8, in hex."""
    title: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(9))
    amount_fen: Mapped[int]
    stock_number: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(9), default="unpaid")
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it was returned or cancelled, in Chinese, as its owner reads it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    """When somebody last held the lock on it (`service.locking`)."""
    pay_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None while it is queued."""
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refundable_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """End of the cooling-off time; kinds other than an earnest may be asked back later too."""
    returns_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Goes back by itself then."""
    visited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    events: Mapped[list[DepositEvent]] = relationship(
        order_by="DepositEvent.id", cascade="all, delete-orphan"
    )

    @property
    def offered(self) -> dict[str, Any]:
        """The offer as it was when the deposit was opened."""
        found: dict[str, Any] = json.loads(self.offer_snapshot)
        return found

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    def may_be_paid(self, now: datetime) -> bool:
        return self.state == "unpaid" and self.pay_until is not None and now < self.pay_until

    def is_refundable(self, now: datetime) -> bool:
        """Whether its owner may have it back by asking."""
        if self.state not in ("held", "visited"):
            return False
        cooling = self.refundable_until is not None and now < self.refundable_until
        return cooling or self.kind != "earnest"


class DepositEvent(Model):
    """One line of a deposit's timeline. `event` is one of `telling.EVENTS`; `actor_id` the staff
    account, None for its owner and for what happens by itself."""

    __tablename__ = "deposit_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    deposit_id: Mapped[int] = mapped_column(
        ForeignKey("deposit.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    event: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(String(200), default="")
    actor_id: Mapped[int | None]


class CarHold(Model):
    """A single car and the deposit that holds it. The row is there as long as somebody does."""

    __tablename__ = "deposit_car_hold"
    stock_number: Mapped[str] = mapped_column(String(40), primary_key=True)
    deposit_id: Mapped[int] = mapped_column(
        ForeignKey("deposit.id", ondelete="CASCADE"), unique=True
    )
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
