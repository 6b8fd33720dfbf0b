"""Tables of deposits, and of the money in them."""

from webapp.deposits.models.deposits import (
    KINDS,
    LEAST_FEN,
    MOST_DAYS,
    MOST_FEN,
    MOST_PLACES,
    CarHold,
    Deposit,
    DepositEvent,
    Offer,
)
from webapp.deposits.models.money import (
    CHANNELS,
    INCIDENTS,
    REFUND_CAUSES,
    BillDay,
    BillLine,
    Incident,
    PaymentAttempt,
    PaymentNotice,
    Refund,
)

__all__ = [
    "CHANNELS",
    "INCIDENTS",
    "KINDS",
    "LEAST_FEN",
    "MOST_DAYS",
    "MOST_FEN",
    "MOST_PLACES",
    "REFUND_CAUSES",
    "BillDay",
    "BillLine",
    "CarHold",
    "Deposit",
    "DepositEvent",
    "Incident",
    "Offer",
    "PaymentAttempt",
    "PaymentNotice",
    "Refund",
]
