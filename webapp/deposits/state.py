"""The states of offers, deposits, payment attempts and refunds, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

OFFER: Final[Transitions] = {
    NEW: frozenset({"open", "ended"}),
    "open": frozenset({"ended"}),
    "ended": frozenset({"open"}),
}
DEPOSIT: Final[Transitions] = {
    NEW: frozenset({"queued", "unpaid"}),
    "queued": frozenset({"unpaid", "cancelled"}),
    "unpaid": frozenset({"held", "expired", "cancelled"}),
    "held": frozenset({"visited", "done", "returning"}),
    "visited": frozenset({"done", "returning"}),
    # What is left of it, by hand.
    "done": frozenset({"returning"}),
    "returning": frozenset({"returned"}),
    # Money that arrives after the end goes back.
    "returned": frozenset({"returning"}),
    "expired": frozenset({"returning"}),
    "cancelled": frozenset({"returning"}),
}
ATTEMPT: Final[Transitions] = {
    NEW: frozenset({"new"}),
    "new": frozenset({"open", "failed", "closing", "closed", "settled"}),
    "open": frozenset({"closing", "closed", "settled"}),
    "closing": frozenset({"closed", "settled"}),
    # A payment under way when it was closed arrives all the same.
    "closed": frozenset({"settled"}),
    "failed": frozenset({"closed", "settled"}),
    "settled": frozenset(),
}
REFUND: Final[Transitions] = {
    NEW: frozenset({"waiting"}),
    "waiting": frozenset({"sent", "done", "closed", "stuck"}),
    "sent": frozenset({"done", "closed", "stuck"}),
    # Staff send it again, or note that the money went another way.
    "stuck": frozenset({"waiting", "done", "closed"}),
    "done": frozenset(),
    "closed": frozenset(),
}

LIVE_ATTEMPTS: Final = ("new", "open", "closing")
"""A deposit has one of these at most."""
MONEY_IN: Final = ("held", "visited", "done")
"""The money is with us or the seller, and nobody asked for it back."""
BEFORE_MONEY: Final = ("queued", "unpaid")
ENDED: Final = ("returned", "expired", "cancelled", "done")
PENDING_REFUNDS: Final = ("waiting", "sent", "stuck")
